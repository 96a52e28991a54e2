"""Base counts of grids and of the places around them: households, residents, units, places. Pure.

Counts only, never who lives or works there. A rate per 1,000 households is given only where the
households of every grid of the place are recorded: of a part, it would be too high.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

#: kinds of places that may be counted
KINDS = (
    *("schools", "clinics", "shops", "restaurants", "hotels", "markets", "factories"),
    *("construction_sites", "care_homes", "public_toilets"),
)


class GridCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded of one grid; None where a count is not."""

    code: str
    households: int | None = None
    residents: int | None = None
    #: firms, institutions and organisations
    units: int | None = None
    #: kind of place → how many, of those that are recorded
    places: Mapping[str, int] = {}
    as_of: date | None = None


class AreaCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Of a place: the sums over its grids."""

    #: grids that the city lists in it, and those whose households are recorded
    grids: int = 0
    recorded: int = 0
    #: households of those recorded; None if none is
    households: int | None = None

    @property
    def complete(self) -> bool:
        """The households of every grid are recorded."""
        return self.households is not None and self.recorded == self.grids

    def per_1000(self, n: float | None) -> float | None:
        """A count per 1,000 households; None where these are not recorded, or there are none."""
        if n is None or not self.complete or not self.households:
            return None
        return 1000 * n / self.households


class BaseCounts:
    """The counts of a city: its grids' own, and the sums of every place; "" is the whole city."""

    def __init__(
        self,
        grids: Mapping[str, GridCounts],
        paths: Mapping[str, Iterable[str]],
        *,
        simulated: bool = False,
    ) -> None:
        """``paths``: grid → codes of the places that hold it, itself among them; all grids."""
        self._grids, self.simulated = dict(grids), simulated
        self._areas: dict[str, AreaCounts] = {}
        for code, path in paths.items():
            found = self._grids.get(code)
            homes = found.households if found else None
            for area in {"", *filter(None, path)}:
                self._areas[area] = _added(self._areas.get(area, AreaCounts()), homes)

    def grid(self, code: str) -> GridCounts:
        """What is recorded of a grid; nothing for one that is not in the file."""
        return self._grids.get(code) or GridCounts(code=code)

    def area(self, code: str) -> AreaCounts:
        """The sums of a place; nothing recorded for one that the city does not list."""
        return self._areas.get(code) or AreaCounts()

    def households(self) -> dict[str, int]:
        """Place → households, of those whose every grid is recorded."""
        return {
            code: area.households
            for code, area in self._areas.items()
            if area.complete and area.households is not None
        }


def _added(to: AreaCounts, homes: int | None) -> AreaCounts:
    if homes is None:
        return msgspec.structs.replace(to, grids=to.grids + 1)
    return AreaCounts(
        grids=to.grids + 1, recorded=to.recorded + 1, households=(to.households or 0) + homes
    )
