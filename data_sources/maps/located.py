"""Gives a place to a position: the narrowest one of the city whose outline it is in.

In: a city pack with outlines. Out: a :class:`Locator`. Without shapely, or without outlines,
there is none, and what has only a position keeps no place.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from dashboard.config.cities import TIERS, City
from dashboard.config.reading import ConfigError, Mistake

OUTLINES = "outlines.geojson"


class Locator:
    """The outlines of a city, ready to be asked."""

    def __init__(self, city: City, features: list[dict[str, Any]]) -> None:
        import shapely

        known = [one for one in features if one["properties"]["code"] in city.places]
        # the narrowest place first, of equal ones the smallest code: the answer never varies
        known.sort(key=lambda one: _rank(city, one["properties"]["code"]))
        self._paths = [city.path(one["properties"]["code"]) for one in known]
        shapes = [shapely.from_geojson(msgspec.json.encode(one["geometry"])) for one in known]
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)
        self._point = shapely.Point

    def place(self, lat: float, lon: float) -> tuple[str, ...]:
        """The codes from the county down to the narrowest place there; () outside all."""
        found = self._tree.query(self._point(lon, lat), predicate="intersects")
        return self._paths[int(found.min())] if len(found) else ()


def _rank(city: City, code: str) -> tuple[int, str]:
    return -TIERS.index(city.places[code].tier), code


@cache
def locator(city: City) -> Locator | None:
    """The locator of a city; None without outlines or without shapely. Raises: `ConfigError`."""
    if find_spec("shapely") is None:
        return None
    file = city.directory / OUTLINES
    features = _read(file) if file.exists() else list(city.areas["features"])
    return Locator(city, features) if features else None


@cache
def place_names(city: City) -> dict[str, str]:
    """The code of each name, in both languages and any case, that only one place has."""
    found: dict[str, str] = {}
    for place in city.places.values():
        for name in {place.code.casefold(), place.zh.casefold(), place.en.casefold()}:
            found[name] = place.code if name not in found else ""
    return {name: code for name, code in found.items() if name and code}


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        return [one for one in found["features"] if one["properties"]["code"]]
    except (OSError, msgspec.DecodeError, KeyError, TypeError) as error:
        raise ConfigError(file, Mistake(f"cannot be read: {error}")) from error
