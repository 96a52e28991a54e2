"""Tells the double-byte encodings of East Asia apart, by how common their characters are. Pure.

Bytes of one are nearly always valid in the others, so validity shows little (Big5 reads as GBK,
and Korean as GB 2312, without an error). But each standard put the frequent characters into its
first rows: real text has nearly all of its characters there, text of another encoding has not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_RUN = re.compile(r"[^\x00-\x7f]+")
_FULL_KANA = re.compile("[\u3041-\u30fe]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
#: share of the characters that must be frequent ones, or of the language's own script
_COMMON, _OWN = 0.93, 0.85
#: characters that follow each other, on average; single ones among Latin letters are accents
_LEAST_RUN = 1.8


def east_asian(lines: Sequence[bytes]) -> str | None:
    """Python's name of the encoding of these lines; None if they speak for none of them.

    The lines are those that are not ASCII; a few of them may be damaged.
    """
    if _japanese(lines):
        return "cp932"
    korean = _marks(lines, "cp949")
    if korean and len(_HANGUL.findall(korean)) >= _OWN * len(korean):
        return "cp949"
    big5, gb = _share(lines, "big5", 0xA1, 0xC6), _share(lines, "gb2312", 0xA1, 0xF7)
    if gb and len(_FULL_KANA.findall(_marks(lines, "gb18030"))) > 0.15 * len(
        _marks(lines, "gb18030")
    ):
        return "euc_jp"
    if max(big5, gb) < _COMMON:
        return None
    return "big5hkscs" if big5 > gb else "gb18030"


def _japanese(lines: Sequence[bytes]) -> bool:
    marks = _marks(lines, "cp932")
    if not marks or len(_FULL_KANA.findall(marks)) < 0.08 * len(marks):
        return False
    return _common(marks, "cp932", 0x81, 0x97) >= _COMMON


def _share(lines: Sequence[bytes], codec: str, first: int, last: int) -> float:
    marks = _marks(lines, "gb18030" if codec == "gb2312" else codec)
    return _common(marks, codec, first, last) if marks else 0.0


def _common(marks: str, codec: str, first: int, last: int) -> float:
    """The share of the marks whose first byte is in the rows of frequent characters."""
    common = 0
    for mark in marks:
        try:
            code = mark.encode(codec)
        except UnicodeEncodeError:
            continue
        common += len(code) == 2 and first <= code[0] <= last
    return common / len(marks)


def _marks(lines: Sequence[bytes], codec: str) -> str:
    """The characters outside ASCII; "" if few lines are of this encoding, or all are accents."""
    runs: list[str] = []
    good = 0
    for line in lines:
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            continue
        good += 1
        runs += _RUN.findall(text)
    marks = "".join(runs)
    if 4 * good < 3 * len(lines) or not runs or len(marks) < _LEAST_RUN * len(runs):
        return ""
    return marks[:20_000]
