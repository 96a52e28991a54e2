"""What happens where and when: the daily rhythm, the kinds of events, who reports them.

Numbers here are plausible, not measured; they make a day that looks like a day.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from dashboard.config.cities import City, Place
from dashboard.core.model.actions import Channel

#: relative number of events in each hour of the local day: up from 7, peaks 9–11 and 15–17
RHYTHM = (
    *(0.25, 0.18, 0.14, 0.12, 0.15, 0.3, 0.6, 1.1, 1.7, 2.2, 2.1, 1.5),
    *(1.0, 1.2, 1.6, 2.0, 1.9, 1.5, 1.3, 1.2, 0.9, 0.65, 0.45, 0.33),
)
MEAN = sum(RHYTHM) / len(RHYTHM)

#: category → (weight in town, weight in the country); other categories of a pack weigh 1
WEIGHTS: Mapping[str, tuple[float, float]] = {
    "gas-leak": (0.3, 0.1),
    "fire-hazard": (0.4, 0.6),
    "fire-exit-blocked": (1.4, 0.3),
    "road-collapse": (0.4, 0.5),
    "unsafe-building": (0.5, 0.9),
    "water-main-burst": (0.9, 0.4),
    "flood-risk": (0.3, 0.6),
    "heating-failure": (2.5, 0.5),
    "garbage": (14, 12),
    "illegal-parking": (14, 3),
    "street-vending": (8, 3),
    "noise": (9, 4),
    "streetlight": (6, 4),
    "road-damage": (5, 9),
    "stray-animals": (4, 8),
    "consumer-complaint": (6, 3),
    "neighbour-dispute": (5, 9),
    "hardship": (3, 8),
    "sewage": (5, 4),
    "manhole-cover": (5, 1),
    "illegal-building": (3, 4),
    "air-pollution": (3, 7),
    "traffic-signal": (3, 1),
    "food-safety": (2.5, 1.5),
    "work-safety": (2, 2),
    "health-service": (2, 3),
}
#: categories that can come in a burst, by whether homes are heated
BURSTS = {True: ("heating-failure", "water-main-burst"), False: ("flood-risk", "noise", "garbage")}
#: months in which homes are heated in the north
HEATED = (10, 11, 12, 1, 2, 3, 4)
_SUMMER = (6, 7, 8)

_DAY_CHANNELS = {
    Channel.HANDHELD: 46,
    Channel.HOTLINE: 22,
    Channel.CITIZEN: 16,
    Channel.PATROL: 9,
    Channel.SENSOR: 5,
    Channel.PARTNER: 2,
}
#: in the evening and at night grid members are at home and people call
_LATE_CHANNELS = {**_DAY_CHANNELS, Channel.HANDHELD: 12, Channel.HOTLINE: 52, Channel.PATROL: 4}
#: categories that a sensor can notice
SENSED = frozenset({"gas-leak", "fire-hazard", "manhole-cover", "flood-risk", "streetlight"})


@dataclass(frozen=True)
class Choice:
    """A weighted choice among names."""

    names: tuple[str, ...]
    cumulative: tuple[float, ...]

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> Choice:
        """From name → weight; order matters for what a seed draws."""
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def draw(self, rng: random.Random) -> str:
        """One name."""
        return rng.choices(self.names, cum_weights=self.cumulative)[0]


@dataclass(frozen=True, eq=False)
class Mix:
    """The choices of one city."""

    city: City

    @cached_property
    def grids(self) -> Choice:
        """The city's grids, weighted by households."""
        places = self.city.places.values()
        return Choice.of({p.code: float(p.households or 1) for p in places if p.tier == "grid"})

    @cached_property
    def townships(self) -> Mapping[str, Choice]:
        """The grids of each township, weighted by households."""
        found: dict[str, dict[str, float]] = {}
        for code in self.grids.names:
            township = self.city.path(code)[1]
            found.setdefault(township, {})[code] = float(self.city.places[code].households or 1)
        return {township: Choice.of(weights) for township, weights in found.items()}

    @cached_property
    def _categories(self) -> Mapping[tuple[bool, int], Choice]:
        """The categories by (in town, month)."""
        return {
            (town, month): Choice.of(
                {
                    code: WEIGHTS.get(code, (1, 1))[not town] * season(code, month)
                    for code in self.city.categories
                }
            )
            for town in (True, False)
            for month in range(1, 13)
        }

    def category(self, rng: random.Random, town: bool, month: int) -> str:
        """A random category for a kind of place and a month."""
        return self._categories[town, month].draw(rng)

    def in_town(self, grid: str) -> bool:
        """Whether a grid is in town: subdistricts (街道) have township numbers below 100."""
        return int(self.city.path(grid)[1][6:9]) < 100

    def community(self, grid: str) -> Place:
        """The community that a grid is in."""
        return self.city.places[self.city.places[grid].parent]


def season(category: str, month: int) -> float:
    """How much likelier a category is in a month."""
    if category == "heating-failure":
        return 1.0 if month in HEATED else 0.0
    if category == "flood-risk":
        return 3.0 if month in _SUMMER else 0.3
    if category in ("noise", "street-vending") and month in _SUMMER:
        return 1.5
    return 1.0


_DAY = Choice.of({str(channel): weight for channel, weight in _DAY_CHANNELS.items()})
_LATE = Choice.of({str(channel): weight for channel, weight in _LATE_CHANNELS.items()})


def channel(rng: random.Random, category: str, hour: int) -> Channel:
    """A random channel for an hour; a sensor only for what it can notice."""
    drawn = Channel((_DAY if 7 <= hour < 18 else _LATE).draw(rng))
    if drawn is Channel.SENSOR and category not in SENSED:
        return Channel.HANDHELD
    return drawn
