"""The id of a stream's entry, as a client may send it back: read in one place."""

from __future__ import annotations

import re

_ID = re.compile(r"(\d{1,20})(?:-(\d{1,20}))?", re.ASCII)
_END = 2**64
#: before every entry
FIRST = "0-0"


def entry_id(text: str) -> str:
    """The id in a text, as Redis writes it. Raises: ``ValueError`` for what Redis would refuse."""
    found = _ID.fullmatch(text)
    if found is None:
        raise ValueError("no id of an entry")
    ms, number = int(found[1]), int(found[2] or 0)
    if ms >= _END or number >= _END:
        raise ValueError("no id of an entry")
    return f"{ms}-{number}"
