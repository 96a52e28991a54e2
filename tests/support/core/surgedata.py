"""A made-up city with known surges: what the warnings are tried on, the same for a seed.

Quiet grids, working-day and hour patterns of each category, days that differ, reports that come
in clusters, a slow drift and one holiday. Reports are (minute since the first midnight, grid,
category); a surge adds reports to what is there and is labelled with the true rate it rises from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

DAY_MINUTES = 1440
#: reports of a category in the whole city on a mean day, as shares of the city's total
_SHARES = (0.3, 0.2, 0.14, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005)
_PEAKS = (9.0, 10.0, 11.0, 14.0, 15.0, 16.0, 18.0, 20.0, 21.5, 8.0, 12.0, 13.0)


@dataclass(frozen=True)
class City:
    """How a made-up city is."""

    seed: int = 1
    townships: int = 20
    grids_each: int = 30
    #: reports of a mean day
    reports: float = 2400.0
    days: int = 42
    #: the day that is a holiday but is not in the calendar
    holiday: int = 33
    #: relative variance of a place's days, and of the categories' days in the whole city
    uneven: float = 0.15
    uneven_city: float = 0.02
    #: share of the reports that bring another one of the same grid within the hour
    clusters: float = 0.06
    #: growth of the reports from the first to the last day
    drift: float = 0.15


@dataclass(frozen=True)
class Label:
    """A surge that was put in: ``times`` the usual from minute ``start`` on."""

    tier: str
    code: str
    category: str
    start: int
    minutes: int
    times: float
    #: the true usual reports an hour
    base: float


Report = tuple[int, str, str]


def working(day: int) -> bool:
    """The first day is a Monday."""
    return day % 7 < 5


class Simulation:
    """The city's reports without a surge, and the means they were drawn from."""

    def __init__(self, city: City) -> None:
        self.city = city
        rng = np.random.default_rng(city.seed)
        self.grids = [
            f"{town:03d}{grid:03d}"
            for town in range(1, city.townships + 1)
            for grid in range(1, city.grids_each + 1)
        ]
        self.categories = [f"C{i:02d}" for i in range(len(_SHARES))]
        shares = np.array(_SHARES) / sum(_SHARES)
        busy = rng.gamma(1.2, size=len(self.grids))
        own = rng.gamma(1.0, size=(len(self.grids), len(shares)))
        level = busy[:, None] * own
        level = level / level.sum(axis=0) * shares * city.reports
        hours = np.arange(24)
        shape = np.exp(-(((hours[None, :] - np.array(_PEAKS)[:, None]) / 4.5) ** 2)) + 0.03
        shape /= shape.sum(axis=1, keepdims=True)
        growth = 1 + city.drift * np.arange(city.days) / max(1, city.days - 1)
        kind = np.array([1.1 if working(d) else 0.75 for d in range(city.days)])
        kind[city.holiday % city.days] *= 0.55
        self._level, self._shape, self._days = level, shape, growth * kind
        self.reports = self._draw(rng)

    def mean(self, code: str, category: str, hour: int) -> float:
        """The true usual reports of a grid or a township in an hour since the first midnight."""
        day, of_day = divmod(hour, 24)
        c = self.categories.index(category)
        rows = [i for i, grid in enumerate(self.grids) if grid.startswith(code)]
        per_day = float(self._level[rows, c].sum()) * float(self._days[day])
        return per_day * float(self._shape[c, of_day]) * (1 + self.city.clusters)

    def _draw(self, rng: np.random.Generator) -> list[Report]:
        city, out = self.city, []
        common = _uneven(rng, city.uneven_city, (city.days, 1, len(self.categories)))
        own = _uneven(rng, city.uneven, (city.days, *self._level.shape))
        for day in range(city.days):
            mean = self._level * common[day] * own[day] * self._days[day]
            for hour in range(24):
                counts = rng.poisson(mean * self._shape[:, hour])
                start = (day * 24 + hour) * 60
                for i, c in zip(*np.nonzero(counts), strict=True):
                    for _ in range(int(counts[i, c])):
                        at = start + int(rng.integers(60))
                        out.append((at, self.grids[i], self.categories[c]))
                        if rng.random() < city.clusters:
                            later = min(at + int(rng.integers(1, 30)), city.days * DAY_MINUTES - 1)
                            out.append((later, self.grids[i], self.categories[c]))
        return sorted(out)

    def with_surges(
        self, seed: int, times: float, first_day: int, per_class: int, minutes: int = 180
    ) -> tuple[list[Report], list[Label]]:
        """The reports and surges of ``times`` the usual, spread over base rates and both tiers."""
        rng = np.random.default_rng((self.city.seed, seed))
        labels: list[Label] = []
        taken: set[tuple[str, str, int]] = set()
        wanted = Counter(dict.fromkeys(class_keys(), per_class))
        for _ in range(400 * per_class):
            if not sum(wanted.values()):
                break
            tier = ("grid", "township")[int(rng.integers(2))]
            grid = self.grids[int(rng.integers(len(self.grids)))]
            code = grid if tier == "grid" else grid[:3]
            category = self.categories[int(rng.integers(len(self.categories)))]
            start = int(
                rng.integers(first_day * DAY_MINUTES, self.city.days * DAY_MINUTES - minutes - 60)
            )
            base = self.mean(code, category, (start + minutes // 2) // 60)
            key = tier, rate_class(base)
            # one surge a township, category and week, so that none explains another
            place = grid[:3], category, start // (7 * DAY_MINUTES)
            if wanted[key] <= 0 or place in taken:
                continue
            wanted[key] -= 1
            taken.add(place)
            labels.append(Label(tier, code, category, start, minutes, times, base))
        added = [report for label in labels for report in self._added(rng, label)]
        return sorted(self.reports + added), labels

    def _added(self, rng: np.random.Generator, label: Label) -> list[Report]:
        rows = [grid for grid in self.grids if grid.startswith(label.code)]
        out = []
        for minute in range(label.start, label.start + label.minutes):
            mean = self.mean(label.code, label.category, minute // 60) / 60
            for _ in range(int(rng.poisson((label.times - 1) * mean))):
                out.append((minute, rows[int(rng.integers(len(rows)))], label.category))
        return out


#: (name, from, below) of the true usual reports an hour
RATES = (
    ("< 0.03", 0.003, 0.03),
    ("0.03–0.1", 0.03, 0.1),
    ("0.1–0.3", 0.1, 0.3),
    ("0.3–1", 0.3, 1.0),
    ("1–3", 1.0, 3.0),
    ("> 3", 3.0, 1e9),
)
#: the classes that are found often enough in a tier to be tried
TRIED = {"grid": RATES[:4], "township": RATES[1:]}


def class_keys() -> list[tuple[str, str]]:
    return [(tier, name) for tier, classes in TRIED.items() for name, _, _ in classes]


def rate_class(rate: float) -> str:
    return next((name for name, low, high in RATES if low <= rate < high), "")


def _uneven(
    rng: np.random.Generator, variance: float, shape: tuple[int, ...]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return rng.gamma(1 / variance, variance, size=shape) if variance else np.ones(shape)


def hourly(reports: Sequence[Report], tier: str) -> Mapping[int, Mapping[str, int]]:
    """Hour since the first midnight → CODE|CATEGORY → reports."""
    out: dict[int, Counter[str]] = defaultdict(Counter)
    for at, grid, category in reports:
        out[at // 60][f"{grid if tier == 'grid' else grid[:3]}|{category}"] += 1
    return out
