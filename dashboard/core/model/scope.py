"""What a wall shows: the whole city, or one place in it. Pure; filled from the city pack."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

#: the tiers whose places keep series of ten minutes and today's reports by level
SERIES_TIERS = ("county", "township")
#: tier of the places right below → whose scores the wall shows: townships, communities
_SUBJECTS = {"township": "t", "community": "c"}


class PlaceHead(msgspec.Struct, frozen=True, kw_only=True):
    """The place of a wall, as JSON: what a screen writes over it."""

    #: "" for the whole city
    code: str
    #: city, county, township, community or grid
    tier: str
    #: language (zh, en) → name
    name: dict[str, str]
    #: code of the place around it; "" for the city and its counties
    parent: str
    #: homes in it; None if the city pack has no count
    households: int | None
    #: codes from the county down to itself; empty for the city
    path: tuple[str, ...]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """A place with what a screen must know of it; ``code`` is "" for the whole city."""

    code: str = ""
    tier: str = "city"
    #: language (zh, en) → name
    name: Mapping[str, str] = {}
    #: code of the place around it; "" for the city and its counties
    parent: str = ""
    #: homes in it; None if unknown
    households: int | None = None
    #: codes from the county down to itself
    path: tuple[str, ...] = ()
    #: the tier of the places right below it (of a city: those the map shades)
    child_tier: str = ""
    #: code → homes (None if unknown) of the places right below it; of a city those that have any
    children: Mapping[str, int | None] = {}
    #: code → language → name of those children that a page's catalogue does not hold
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

    def place(self) -> PlaceHead:
        """The place as a frame's head and ``/api/v1/wall`` show it."""
        return PlaceHead(
            code=self.code,
            tier=self.tier,
            name=dict(self.name),
            parent=self.parent,
            households=self.households,
            path=self.path,
        )


CITY = Scope()
