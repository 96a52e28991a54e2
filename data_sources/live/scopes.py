"""Scopes of the city and of its places from the city pack, created on first use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dashboard.config.cities import TIERS, City, Place
from dashboard.config.cities.base_counts import base_counts
from dashboard.core.fold.tiles import cell
from dashboard.core.fold.views import CELL_ZOOMS
from dashboard.core.model.scope import Scope
from dashboard.core.questions.grid.base_counts import BaseCounts
from data_sources.live.place_reader import Ground

#: no more cells than this cover a place
_MAX_CELLS = 1000
_M_PER_DEGREE = 111_000
#: south, west, north, east
Box = tuple[float, float, float, float]


class Scopes:
    """The places of one city."""

    def __init__(self, city: City, base: BaseCounts | None = None) -> None:
        self._city = city
        self._homes = (base or base_counts(city)).households()
        self.ground = lru_cache(maxsize=256)(self._ground)

    def whole(self) -> Scope:
        """The whole city; its children are the places the map shades."""
        city, homes = self._city, self._homes
        below = [p.code for p in city.places.values() if p.tier == city.area_tier]
        return Scope(
            name={"zh": city.zh, "en": city.en},
            households=homes.get(""),
            child_tier=city.area_tier,
            children={code: homes.get(code) for code in below},
        )

    def _ground(self, code: str) -> Ground | None:
        """A place's scope and what is needed to read it; None for a code the pack has not."""
        city, homes = self._city, self._homes
        place = city.places.get(code)
        if place is None:
            return None
        below = [city.places[child] for child in city.children.get(code, ())]
        tier = min((p.tier for p in below), key=TIERS.index, default="")
        below = [child for child in below if child.tier == tier]
        scope = Scope(
            code=code,
            tier=place.tier,
            name={"zh": place.zh, "en": place.en},
            parent=place.parent,
            households=homes.get(code),
            path=tuple(filter(None, city.path(code))),
            child_tier=tier,
            children={child.code: homes.get(child.code) for child in below},
            names={
                child.code: {"zh": child.zh, "en": child.en}
                for child in below
                if child.tier not in city.named_tiers
            },
        )
        grids = () if scope.series else tuple(p.code for p in self._under(code) if p.tier == "grid")
        return Ground(scope, self._zoom(place), grids)

    def _under(self, code: str) -> Iterator[Place]:
        """The place and all places in it."""
        yield self._city.places[code]
        for child in self._city.children.get(code, ()):
            yield from self._under(child)

    def _zoom(self, place: Place) -> int:
        """The finest zoom kept for the place at which it needs few enough cells."""
        zooms = CELL_ZOOMS.get(place.tier, ())
        box = self._box(place.code) if len(zooms) > 1 else None
        for zoom in reversed(zooms):
            if box is None or _cells(box, zoom) <= _MAX_CELLS:
                return zoom
        return zooms[0] if zooms else 0

    def _box(self, code: str) -> Box | None:
        """The bounds of a place: of its outline, or of the places in it."""
        for feature in self._city.areas["features"]:
            if feature["properties"]["code"] == code:
                points = list(_corners(feature["geometry"]["coordinates"]))
                lons, lats = [p[0] for p in points], [p[1] for p in points]
                return min(lats), min(lons), max(lats), max(lons)
        boxes = [
            (p.lat - r, p.lon - r, p.lat + r, p.lon + r)
            for p in self._under(code)
            if p.lat is not None and p.lon is not None
            for r in [(p.radius_m or 0) / _M_PER_DEGREE]
        ]
        if not boxes:
            return None
        south, west, north, east = zip(*boxes, strict=True)
        return min(south), min(west), max(north), max(east)


def _corners(shape: list[object]) -> Iterator[tuple[float, float]]:
    """The points of a GeoJSON geometry, however deep they lie."""
    for inner in shape:
        if isinstance(inner, list) and inner and isinstance(inner[0], int | float):
            yield inner[0], inner[1]
        elif isinstance(inner, list):
            yield from _corners(inner)


def _cells(box: Box, zoom: int) -> int:
    south, west, north, east = box
    (left, bottom), (right, top) = cell(west, south, zoom), cell(east, north, zoom)
    return (right - left + 1) * (bottom - top + 1)
