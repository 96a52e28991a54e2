"""The content of a city pack, as frozen values; nothing here reads a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from dashboard.core.model.actions import Level
from dashboard.core.model.codes import Known, source_of

Tier = Literal["county", "township", "community", "grid"]
#: from the widest to the narrowest, the order of the codes in an action's place
TIERS: tuple[Tier, ...] = ("county", "township", "community", "grid")

#: degrees; a smaller city counts as so large when a position is judged
_LEAST_SPAN = 0.2


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a code and a name in each language of the screen."""

    code: str
    zh: str
    en: str

    def name(self, lang: str) -> str:
        """The name in a language: English for "en", else Chinese."""
        return self.en if lang == "en" else self.zh


class Department(Named, frozen=True, kw_only=True):
    """A unit that handles events; its name is short enough for a wall."""


class Category(Named, frozen=True, kw_only=True):
    """A kind of event, how urgent it is and, if known, the department that handles it."""

    level: Level
    department: str = ""


class Place(Named, frozen=True, kw_only=True):
    """A node of the place tree."""

    tier: Tier
    #: the code of the place that contains it; "" at the top or where it is not known
    parent: str = ""
    #: a centre and a radius that stay within the place
    lat: float | None = None
    lon: float | None = None
    radius_m: int | None = None
    #: how many homes a grid has; a number, never who lives there
    households: int | None = None


class City(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """A city pack, checked: every code in it that refers to something exists.

    Compared and hashed by identity: `load()` gives the same object for the same pack.
    """

    id: str
    zh: str
    en: str
    title_zh: str
    title_en: str
    #: IANA name; times on screens and in this city's files are in it
    zone: str
    #: "cn": mainland China's holidays and make-up days; "weekdays": Monday to Friday
    calendar: Literal["cn", "weekdays"]
    #: events are made up, and the screen shows that
    simulated: bool
    #: the first day of its records: a time more than ten years before it is not plausible
    records_begin: date | None = None
    #: the tier whose outlines areas.geojson holds
    area_tier: Tier
    #: [[south, west], [north, east]], what the map shows at first
    bounds: tuple[tuple[float, float], tuple[float, float]]
    #: departments close what is with them; else only the centre and the leaders do
    department_closes: bool = False
    #: the source of the outlines, shown small next to the map
    credit_zh: str = ""
    credit_en: str = ""
    departments: Mapping[str, Department]
    categories: Mapping[str, Category]
    places: Mapping[str, Place]
    #: GeoJSON feature collection of the outlines; empty when the pack has none
    areas: Mapping[str, Any]
    directory: Path

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone as a tzinfo."""
        return ZoneInfo(self.zone)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The codes directly below each place; the top places are below ""."""
        below: dict[str, list[str]] = {}
        for place in self.places.values():
            below.setdefault(place.parent, []).append(place.code)
        return {code: tuple(codes) for code, codes in below.items()}

    @cached_property
    def known(self) -> Known:
        """The codes that the pack lists."""
        places: dict[str, set[str]] = {}
        for place in self.places.values():
            places.setdefault(place.tier, set()).add(place.code)
        return Known(
            department=frozenset(self.departments),
            category=frozenset(self.categories),
            places={tier: frozenset(codes) for tier, codes in places.items()},
        )

    @property
    def named_tiers(self) -> tuple[Tier, ...]:
        """The tiers a screen has names for; a finer place is shown as the one containing it."""
        return tuple(t for t in TIERS if t in ("county", "township", self.area_tier))

    def near(self, lat: float, lon: float) -> bool:
        """Whether a position is in the city or within its own height and width of it."""
        (south, west), (north, east) = self.bounds
        high, wide = max(north - south, _LEAST_SPAN), max(east - west, _LEAST_SPAN)
        return south - high <= lat <= north + high and west - wide <= lon <= east + wide

    def usable(self, lat: float | None, lon: float | None) -> tuple[float | None, float | None]:
        """A position as it is kept: both None for what is no place in or near the city."""
        if lat is not None and lon is not None and self.near(lat, lon):
            return lat, lon
        return None, None

    def name(self, lang: str) -> str:
        """The city's name."""
        return self.en if lang == "en" else self.zh

    def title(self, lang: str) -> str:
        """The words at the top of the wall."""
        return self.title_en if lang == "en" else self.title_zh

    def department_name(self, code: str, lang: str) -> str:
        """The department's name; a department the pack does not know is its own code."""
        found = self.departments.get(code)
        return found.name(lang) if found else _unlisted(code, lang)

    def category_name(self, code: str, lang: str) -> str:
        """The category's name; an unknown one is its own code."""
        found = self.categories.get(code)
        return found.name(lang) if found else _unlisted(code, lang)

    def place_name(self, code: str, lang: str) -> str:
        """The place's name; an unknown one is its own code."""
        found = self.places.get(code)
        return found.name(lang) if found else _unlisted(code, lang)

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the county down to this place, "" for a missing tier; () if unknown."""
        tiers = dict.fromkeys(TIERS, "")
        place = self.places.get(code)
        if place is None:
            return ()
        last = TIERS.index(place.tier)
        while place is not None:
            tiers[place.tier] = place.code
            place = self.places.get(place.parent)
        return tuple(tiers[tier] for tier in TIERS[: last + 1])


def _unlisted(code: str, lang: str) -> str:
    """The name of a code that the pack does not list: itself, or whose unknown codes it is."""
    source = source_of(code)
    if source is None:
        return code
    return f"Unknown ({source})" if lang == "en" else f"未知编码（{source}）"
