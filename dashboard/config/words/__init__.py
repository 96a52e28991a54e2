"""The product's words: the gettext catalogues ``zh.po`` and ``en.po`` in this directory.

A message id is a key such as ``head.age``, so both languages are translations of it and neither
is the source of the other; both files have the same keys. :func:`catalogue` returns a language's
words as one mapping. Placeholders are ``{name}``; the screen fills them in, so the browser gets
the same mapping. `plurals` has what a message looks like that depends on a number, and fills it.

`durations` and `figures` write durations, numbers and days alike on all pages and in all files;
`briefs` has the words of a brief: values, sentences and table heads.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.messages.pofile import read_po

from dashboard.config.words.plurals import forms

#: The first one is shown when a page is asked for a language we don't have.
LANGUAGES = ("zh", "en")


def language(asked: str | None) -> str:
    """The language to show for a requested one, e.g. ``en-GB`` → ``en``; else the default."""
    short = (asked or "").lower().replace("_", "-").split("-")[0]
    return short if short in LANGUAGES else LANGUAGES[0]


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All words of a language; raises ``KeyError`` for an unknown language."""
    if lang not in LANGUAGES:
        raise KeyError(f"lang={lang!r}: not one of {', '.join(LANGUAGES)}")
    with files(__package__).joinpath(f"{lang}.po").open("rb") as file:
        words = read_po(file, abort_invalid=True)
    found: dict[str, str] = {}
    for one in words:
        if isinstance(one.id, (tuple, list)):
            key, by = one.id
            found |= forms(lang, key, by, list(one.string or ()))
        elif one.id:
            found[one.id] = str(one.string)
    return MappingProxyType(found)
