"""When events begin, where, and of which kind: slot by slot of ten minutes.

Each slot has its own seed, made of the city, the rate, the seed and the slot's time, so any
stretch of time can be made by itself and lazily, event by event.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import blake2b

from dashboard.core.model.actions import Channel
from data_sources.intake.simulator.mix import BURSTS, HEATED, MEAN, RHYTHM, Mix, channel

#: length of a slot, ms
SLOT_MS = 600_000
#: the longest life of a made-up event, holidays included, ms
MAX_LIFE_MS = 40 * 86_400_000
#: bursts a day, the length of one (ms), and its share of the city's usual flow, on top of it
_BURSTS_A_DAY = 2
_BURST_MS = 3_600_000
_BURST_SHARE = 0.15
#: share of reports without a point, and of those that only name the community
_UNLOCATED = 0.04
_NO_GRID = 0.03
_METRES_A_DEGREE = 111_320


@dataclass(frozen=True)
class Birth:
    """An event as it is reported; ``at`` in ms."""

    event_id: str
    at: int
    category: str
    channel: Channel
    grid: str
    place: tuple[str, ...]
    lat: float | None
    lon: float | None


@dataclass(frozen=True)
class Burst:
    """One thing that goes wrong for a whole township, such as its heating."""

    start: int
    township: str
    category: str

    def covers(self, at: int) -> bool:
        """Whether the burst goes on at this moment (ms)."""
        return self.start <= at < self.start + _BURST_MS


@dataclass(frozen=True, eq=False)
class Nursery:
    """Makes the births of one city at one rate from one seed."""

    mix: Mix
    #: new events a second, averaged over a day
    rate: float
    seed: int

    @cached_property
    def tag(self) -> str:
        """Keeps the ids of runs with another rate or seed apart."""
        text = f"{self.rate!r}:{self.seed}"
        return blake2b(text.encode(), digest_size=2).hexdigest()

    def births(self, slot: int) -> Iterator[Birth]:
        """The events that begin in the slot at ``slot`` (ms, a multiple of SLOT_MS)."""
        rng = random.Random(f"{self.mix.city.id}:{self.rate!r}:{self.seed}:{slot}")
        local = datetime.fromtimestamp(slot / 1000, self.mix.city.tz)
        usual = self.rate * RHYTHM[local.hour] / MEAN
        bursts = [b for b in self.bursts(local.date()) if b.covers(slot)]
        flow = usual * (1 + _BURST_SHARE * len(bursts))
        at = float(slot)
        number = 0
        while True:
            at += rng.expovariate(flow) * 1000
            if at >= slot + SLOT_MS:
                return
            number += 1
            # The share of the flow that is on top belongs to the bursts, one after another.
            above = rng.random() * flow / usual - 1 if bursts else -1.0
            which = min(int(above / _BURST_SHARE), len(bursts) - 1)
            burst = bursts[which] if above > 0 else None
            event_id = f"{self.mix.city.id}-{self.tag}-{local:%y%m%d%H%M}-{number:04d}"
            yield self._birth(rng, event_id, int(at), local, burst)

    def bursts(self, day: date) -> tuple[Burst, ...]:
        """The bursts of a local day, at waking hours."""
        return _bursts(self, day)

    def _birth(
        self, rng: random.Random, event_id: str, at: int, local: datetime, burst: Burst | None
    ) -> Birth:
        mix = self.mix
        grid = (mix.townships[burst.township] if burst else mix.grids).draw(rng)
        category = mix.category(rng, mix.in_town(grid), local.month)
        if burst:
            category = burst.category
        place = mix.city.path(grid)
        if rng.random() < _NO_GRID:
            place = (*place[:3], "")
        lat, lon = self._point(rng, grid)
        return Birth(
            event_id=event_id,
            at=at,
            category=category,
            channel=channel(rng, category, local.hour),
            grid=grid,
            place=place,
            lat=lat,
            lon=lon,
        )

    def _point(self, rng: random.Random, grid: str) -> tuple[float | None, float | None]:
        """A random point within the community's radius, or (None, None)."""
        away, turn, shown = rng.random(), rng.random(), rng.random() >= _UNLOCATED
        centre = self.mix.community(grid)
        if not shown or centre.lat is None or centre.lon is None:
            return None, None
        metres = math.sqrt(away) * (centre.radius_m or 0)
        lat = centre.lat + metres * math.sin(turn * math.tau) / _METRES_A_DEGREE
        east = _METRES_A_DEGREE * math.cos(math.radians(centre.lat))
        lon = centre.lon + metres * math.cos(turn * math.tau) / east
        return round(lat, 5), round(lon, 5)


@lru_cache(maxsize=64)
def _bursts(nursery: Nursery, day: date) -> tuple[Burst, ...]:
    city = nursery.mix.city
    rng = random.Random(f"{city.id}:{nursery.seed}:bursts:{day}")
    kinds = [c for c in BURSTS[day.month in HEATED] if c in city.categories]
    townships = tuple(nursery.mix.townships)
    found = []
    for _ in range(_BURSTS_A_DAY):
        # On the slot, so that a burst covers whole slots.
        minute = rng.randrange(7 * 6, 21 * 6) * 10
        when = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=city.tz)
        township, kind = rng.choice(townships), rng.choice(kinds or tuple(city.categories))
        found.append(Burst(round(when.timestamp() * 1000), township, kind))
    return tuple(found)
