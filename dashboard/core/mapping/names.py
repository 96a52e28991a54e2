"""Words of a column's name, and how well they say what the column is. Pure.

``SRCreateDate``, ``sr_create_date`` and ``SR CREATE DATE`` are the same three words; accents do not
matter. Chinese, Japanese and Korean names have no blanks: a term is looked for within them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARTS = re.compile(r"[^\W_]+")
_EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: a name's words that say nothing of what it is
_EMPTY = frozenset(
    _words("""
    the of a an de del da do di du la le el les des der die das den het van et y e and properties
    sr wgs84 sr311 x3b
""")
)


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters without accents."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    # Korean letters come apart in this form
    plain = unicodedata.normalize("NFC", plain).replace("ß", "ss").lower()
    return tuple(_PARTS.findall(plain))


@lru_cache(maxsize=4096)
def _parsed(name: str) -> tuple[tuple[str, ...], str]:
    words = words_of(name)
    kept = tuple(word for word in words if word not in _EMPTY) or words
    return kept, "".join(words)


@lru_cache(maxsize=4096)
def _term(term: str) -> tuple[str, ...]:
    words = words_of(term)
    return tuple(word for word in words if word not in _EMPTY) or words


def match(name: str, terms: Mapping[str, float]) -> float:
    """How well a name is one of the terms: 0 not at all, up to the term's own weight.

    The term must be in the name as whole words, in order; words that the name has around it take
    from its weight. In Chinese, Japanese and Korean the characters around it do.
    """
    best = 0.0
    words, joined = _parsed(name)
    for term, weight in terms.items():
        if _EAST.search(term):
            # Traditional and simplified are both in the tables
            if term in joined:
                around = len(joined) - len(term)
                best = max(best, weight * (0.94**around))
            continue
        wanted = _term(term)
        size = len(wanted)
        if words == wanted or joined == "".join(wanted):
            best = max(best, weight)
            continue
        for at in range(len(words) - size + 1):
            if words[at : at + size] == wanted:
                around = len(words) - size
                # what comes last in a name states what it is
                late = 1.0 if at + size == len(words) else 0.92
                best = max(best, weight * late * (0.85**around))
    return best
