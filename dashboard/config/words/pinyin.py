"""The readings of Chinese characters in pinyin, without tones.

By pypinyin. Its table of phrases is left out: it takes 45 MB, and a name is found by any reading
of its characters.
"""

from __future__ import annotations

import os
from functools import cache

#: letters that people type for ü
_UMLAUT = ("v", "u")


@cache
def readings(mark: str) -> tuple[str, ...]:
    """All readings of a character, the usual one first; none for a mark that has none."""
    if mark.isascii():
        return ()
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    found = pinyin(mark, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    plain = [one for syllables in found for one in syllables if one.isascii()]
    written = [one.replace("v", letter) for one in plain for letter in _UMLAUT]
    return tuple(dict.fromkeys(written))
