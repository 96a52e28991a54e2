"""Codes of names that a file has: the same in a city pack and in the events that it names."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from dashboard.config.cities import TIERS
from data_sources.intake.formats import slug

#: the source of what comes from a city's file by its mapping
MAPPED = "file"
#: the category of a file that has none
NO_CATEGORY = "request"
_LONGEST = 48


@lru_cache(maxsize=8192)
def code_of(name: str) -> str:
    """The code of a category's or a department's name; "" for none."""
    found = slug(name)
    if len(found) <= _LONGEST:
        return found
    return f"{found[: _LONGEST - 7]}-{blake2b(name.encode(), digest_size=3).hexdigest()}"


@lru_cache(maxsize=8192)
def place_codes(names: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a row's places, the widest first; a place of each tier has a letter of it.

    Two tiers may have the same name, and so two places.
    """
    found = []
    for tier, name in zip(TIERS, names, strict=False):
        code = code_of(_plain(name))
        found.append(f"{tier[0] if tier != 'community' else 'm'}-{code}" if code else "")
    return tuple(found)


def _plain(name: str) -> str:
    """A number as a table shows it: 3.0 is 3."""
    return name[:-2] if name.endswith(".0") and name[:-2].isdigit() else name
