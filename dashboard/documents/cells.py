"""Cells that spreadsheets can't take for a formula.

A text that begins with a character that a spreadsheet acts on (also full-width, also behind
blanks that are stripped on import) gets an apostrophe in front. Numbers stay numbers: they are
never texts here.
"""

from __future__ import annotations

import re

_STARTS = "=+-@＝＋－＠"
#: control characters no sheet holds; the tab and line breaks are checked before they are dropped
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: what a program may strip before it looks
_BLANK = re.compile(r"[ \u00a0\u3000\ufeff\u200b\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def safe(text: str) -> str:
    """The text as it may stand in a cell of a CSV or a sheet."""
    blank = _BLANK.match(text)
    bare = text[blank.end() :] if blank else text
    risky = bool(bare) and bare[0] in _STARTS + "\t\r\n"
    clean = _CONTROL.sub(" ", text)
    return f"'{clean}" if risky else clean
