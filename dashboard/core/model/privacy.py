"""What free text must not hold: numbers that look like a telephone's or an identity card's. Pure.

Better to refuse a harmless number than to keep a person's: the words around it are never read.
"""

from __future__ import annotations

import re
import unicodedata

PHONE, IDENTITY = "a telephone number", "an identity number"

#: between two digits of one number as people write it
_GAP = r"[-\s.·]?"
_IDENTITY = (
    # eighteen digits, the last may be an X, with the date of birth inside
    rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d\d{_GAP}(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"
    rf"{_GAP}\d{{3}}[\dXx]",
    r"\d{17}[\dXx]",
    # the old ones of fifteen; no more than a few codes of grids look the same
    r"[1-9]\d{5}[3-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}",
    # United States
    r"\d{3}-\d{2}-\d{4}",
)
_PHONE = (
    # mobile, with or without +86
    rf"(?:\+?86{_GAP})?1[3-9]\d{_GAP}(?:\d{_GAP}){{7}}\d",
    # with an area code, perhaps in brackets
    rf"\(?0\d{{2,3}}\)?{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}",
    # North America
    rf"(?:\+?1{_GAP})?\(?[2-9]\d\d\)?{_GAP}[2-9]\d\d{_GAP}\d{{4}}",
)
#: a short number is one where a word says so
_NAMED = re.compile(r"(?:电话|手机|座机|号码|tel\.?|phone|mobile|call)\D{0,6}\d{5,}", re.I)


def _alone(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\d)(?:{'|'.join(patterns)})(?![\dXx])")


_KINDS = ((IDENTITY, _alone(_IDENTITY)), (PHONE, _alone(_PHONE)), (PHONE, _NAMED))


def personal(text: str) -> str | None:
    """What kind of personal number the text seems to hold; None if none."""
    plain = unicodedata.normalize("NFKC", text)
    for kind, pattern in _KINDS:
        if pattern.search(plain):
            return kind
    return None
