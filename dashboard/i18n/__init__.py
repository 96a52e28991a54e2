"""The product's words, one TOML file a language; every file has the same keys.

:func:`catalogue` gives a language's words as one flat mapping, ``"section.key"`` to text.
Placeholders are ``{name}``; the screen fills them, so the same mapping goes to the browser.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

#: The first one is what a page shows when it is asked for a language we don't have.
LANGUAGES = ("zh", "en")


def language(asked: str | None) -> str:
    """The language to show for what was asked, e.g. ``en-GB`` → ``en``; else the default."""
    short = (asked or "").lower().replace("_", "-").split("-")[0]
    return short if short in LANGUAGES else LANGUAGES[0]


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All words of a language; ``KeyError`` names a language that is not there."""
    if lang not in LANGUAGES:
        raise KeyError(f"lang={lang!r}: not one of {', '.join(LANGUAGES)}")
    tree = tomllib.loads(files(__package__).joinpath(f"{lang}.toml").read_text("utf-8"))
    return MappingProxyType(dict(_flat(tree, "")))


def _flat(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
