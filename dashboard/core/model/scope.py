"""What a wall is about: the whole city, or one place of it. Pure; filled from the city pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

#: the tiers whose places keep series of ten minutes and today's reports by level
SERIES_TIERS = ("county", "township")
#: which scores stand below a tier: of townships, of communities
_SUBJECTS = {"township": "t", "community": "c"}


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """A place with what a screen must know of it; ``code`` is "" for the whole city."""

    code: str = ""
    tier: str = "city"
    name: Mapping[str, str] = {}
    parent: str = ""
    #: homes in it, None if unknown
    households: int | None = None
    #: codes from the county down to itself
    path: tuple[str, ...] = ()
    #: the tier of the places right below it (of a city: those the map shades)
    child_tier: str = ""
    #: the places right below it with their homes; of a city those that have any
    children: Mapping[str, int | None] = {}
    #: names of those children that a page's catalogue does not hold
    names: Mapping[str, Mapping[str, str]] = {}

    @property
    def whole(self) -> bool:
        """Whether it is the whole city."""
        return not self.code

    @property
    def series(self) -> bool:
        """Whether counts by the minute, or by ten, are kept for it."""
        return self.whole or self.tier in SERIES_TIERS

    @property
    def subject(self) -> str:
        """Whose scores its board shows: departments, townships, communities, or "" for none."""
        return "d" if self.whole else _SUBJECTS.get(self.child_tier, "")

    def place(self) -> dict[str, Any]:
        """The place as the head of a frame tells it."""
        return {
            "code": self.code,
            "tier": self.tier,
            "name": dict(self.name),
            "parent": self.parent,
            "households": self.households,
            "path": list(self.path),
        }


CITY = Scope()
