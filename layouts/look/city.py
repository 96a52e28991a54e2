"""What a screen must know about a city, filled from the city pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: The same thing in each language: ``{"zh": …, "en": …}``.
Names = Mapping[str, str]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CityView:
    """A city as the wall shows it: names, zone, bounds and where its boundaries are served."""

    id: str
    name: Names
    title: Names
    simulated: bool
    #: IANA name, e.g. ``Asia/Shanghai``; every time on screen is in it
    zone: str
    #: south-west and north-east corner, (lat, lon)
    bounds: tuple[Point, Point]
    #: path of the GeoJSON with ``code``, ``zh``, ``en``, ``label`` properties
    areas_url: str
    #: whose boundaries these are; shown in small letters next to the map
    credit: Names = field(default_factory=dict)
    departments: Mapping[str, Names] = field(default_factory=dict)
    categories: Mapping[str, Names] = field(default_factory=dict)
    places: Mapping[str, Names] = field(default_factory=dict)


def pick(names: Names, lang: str) -> str:
    """The name in a language; if it has none there, any it has; else nothing."""
    return names.get(lang) or next((name for name in names.values() if name), "")
