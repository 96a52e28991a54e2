"""What is usual: how many reports of a category a place should have in given hours, and how sure
that is.

    expected = place's level x category's pattern x category's trend

The level is a Gamma posterior over the place's daily reports, each day capped where it is beyond
its own 99 % (a past surge must not hide the next; after Farrington et al., J. R. Stat. Soc. A 159,
1996). The pattern (working day or day off, hour) is the whole city's, because a single grid's
hours are too few. Counts are taken to be negative binomial, fitted by moments; what is not known
(few days, thin patterns) makes the distribution wider. Formulas: docs/warnings.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from dashboard.core.surges.surgefit import WIDE, Array, capped, dispersions, patterns, prior, trends
from dashboard.core.surges.tail import size_of, upper_quantile

Number = TypeVar("Number", float, Array)

#: relative variance between days that one day of history cannot show; n days leave 1/n of it
_UNSEEN = 0.5
#: a place's day counts up to this quantile of what it should have been
_CAP = 0.99


@dataclass(frozen=True)
class Day:
    """One day's reports in one tier; a pair is ``CODE|CATEGORY``."""

    day: int
    working: bool
    pairs: Mapping[str, int]
    #: category → reports of the whole city in each of 24 local hours
    hours: Mapping[str, Sequence[int]]
    #: the single hours of a pair with more than one report
    multiple: Sequence[tuple[str, int]]


def category_of(pair: str) -> str:
    """The category of ``CODE|CATEGORY``; it may hold a "|" itself."""
    return pair.partition("|")[2]


def read_day(day: int, working: bool, counts: Mapping[str, int]) -> Day:
    """A day from its view: field ``CODE|CATEGORY|HH`` → reports."""
    pairs: Counter[str] = Counter()
    hours: dict[str, list[int]] = {}
    multiple: list[tuple[str, int]] = []
    for name, amount in counts.items():
        if amount <= 0:
            continue
        pair, hour = name[:-3], int(name[-2:])
        pairs[pair] += amount
        category = category_of(pair)
        if category not in hours:
            hours[category] = [0] * 24
        hours[category][hour] += amount
        if amount > 1:
            multiple.append((pair, amount))
    return Day(day, working, dict(pairs), hours, multiple)


#: working day?, local hour, share of that hour
Cell = tuple[bool, int, float]


@dataclass(frozen=True)
class Usual:
    """A predictive distribution: negative binomial with this mean and size."""

    mean: float
    size: float
    days: int


@dataclass(frozen=True)
class Common:
    """What a tier's places have in common in one category."""

    #: [day off, working day][hour]: reports in the hour for one report a day on average
    pattern: Array
    #: relative variance of each figure of the pattern
    unsure: Array
    trend: float
    #: Gamma prior of a place's reports a day: shape and days
    shape: float
    rate: float
    #: variance = mean + cluster * mean + spread * mean^2
    cluster: float
    spread: float

    def spread_of(self, unsure: Number, days: int) -> Number:
        """Relative variance of a count whose mean is known up to ``unsure``, after ``days``."""
        unsure = unsure + _UNSEEN / max(1, days)
        return unsure + self.spread * (1.0 + unsure)


@dataclass
class Model:
    """What is usual in one tier."""

    days: Sequence[Day]
    categories: Mapping[str, Common]
    #: places with any report in the history
    places: int
    #: category → reports in the history of each place that had one
    reports: Mapping[str, Sequence[int]]
    #: where a category has no history
    unknown: Common | None
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def usual(self, pair: str, cells: Sequence[Cell]) -> Usual | None:
        """The distribution of a pair's reports in ``cells``; None where nothing is known."""
        common = self.categories.get(category_of(pair), self.unknown)
        if common is None:
            return None
        level, reports = self._level(pair, common)
        parts = [
            (share * common.pattern[int(w), h], common.unsure[int(w), h]) for w, h, share in cells
        ]
        exposure = sum(part for part, _ in parts)
        mean = float(level * common.trend * exposure)
        unsure = float(sum(part * v for part, v in parts) / exposure)
        spread = common.spread_of(unsure + 1.0 / reports, len(self.days))
        return Usual(mean, size_of(mean, common.cluster, spread), len(self.days))

    def history(self, pair: str) -> tuple[int, ...]:
        """The pair's reports on each day of the history, oldest first."""
        return tuple(day.pairs.get(pair, 0) for day in self.days)

    def _level(self, pair: str, common: Common) -> tuple[float, float]:
        """Reports a day, and how many reports (prior included) that is known from."""
        found = self._levels.get(pair)
        if found is None:
            found = self._levels[pair] = _level_of(self.history(pair), self.days, common)
        return found


def _level_of(counts: Sequence[int], days: Sequence[Day], common: Common) -> tuple[float, float]:
    weights = common.pattern.sum(axis=1)
    exposure = [float(weights[int(day.working)]) for day in days]
    reports = common.shape + sum(counts)
    if sum(counts) > 1:
        order = sorted(range(len(counts)), key=lambda i: counts[i] / exposure[i])
        rest = order[: len(order) - _spared(len(order))]
        first = (common.shape + sum(counts[i] for i in rest)) / (
            common.rate + sum(exposure[i] for i in rest)
        )
        caps = {}
        for kind in {day.working for day in days}:
            mean = first * float(weights[int(kind)])
            caps[kind] = upper_quantile(_CAP, mean, size_of(mean, common.cluster, common.spread))
        reports = common.shape + sum(
            min(n, caps[day.working]) for n, day in zip(counts, days, strict=True)
        )
    return reports / (common.rate + sum(exposure)), reports


def _spared(days: int) -> int:
    """How many of a history's highest days a first estimate leaves out."""
    return max(1, round(days / 14)) if days >= 4 else 0


def learn(days: Sequence[Day], begun: Sequence[tuple[Day, float]] = ()) -> Model:
    """What is usual after whole ``days``, oldest first.

    Without any, ``begun`` (days, each with the hours of it that were recorded) gives a wide
    prior around the category's mean over the city's places. A day without any report is left out:
    the feed was down.
    """
    days = [day for day in days if day.pairs]
    if not days:
        return _learn_little(begun)
    names = sorted({name for day in days for name in day.hours})
    index = {name: i for i, name in enumerate(names)}
    hourly = np.zeros((len(days), len(names), 24))
    for d, day in enumerate(days):
        for name, hours in day.hours.items():
            hourly[d, index[name]] = hours
    working = np.array([day.working for day in days])
    hourly = capped(hourly, working)
    pattern, unsure = patterns(hourly, working)
    trend = trends(hourly, working, pattern)
    totals: Counter[str] = Counter()
    for day in days:
        totals.update(day.pairs)
    places = len({pair.partition("|")[0] for pair in totals})
    groups: dict[str, list[int]] = defaultdict(list)
    for pair, n in totals.items():
        groups[category_of(pair)].append(n)
    multiple = [[(pair, category_of(pair), n) for pair, n in day.multiple] for day in days]
    dispersion = dispersions(multiple, totals, groups, index, pattern, working)
    categories = {}
    for name, i in index.items():
        shape, rate = prior(groups[name], places, len(days))
        cluster, spread = dispersion[i]
        categories[name] = Common(
            pattern[i], unsure[i], float(trend[i]), shape, rate, cluster, spread
        )
    rare = sum(totals.values()) / (len(names) * places * len(days))
    unknown = Common(
        pattern.mean(axis=0), unsure.max(axis=0), 1.0, WIDE, WIDE / rare,
        *dispersion[len(names)],
    )  # fmt: skip
    return Model(days, categories, places, groups, unknown)


def _learn_little(begun: Sequence[tuple[Day, float]]) -> Model:
    hours = sum(recorded for _, recorded in begun)
    counts: Counter[str] = Counter()
    for day, _ in begun:
        counts.update({name: sum(of_hours) for name, of_hours in day.hours.items()})
    places = len({pair.partition("|")[0] for day, _ in begun for pair in day.pairs})
    if hours <= 0 or not counts:
        return Model((), {}, 0, {}, None)
    flat, unsure = np.full((2, 24), 1 / 24), np.ones((2, 24))

    def wide(reports: float) -> Common:
        daily = reports / places / hours * 24
        return Common(flat, unsure, 1.0, WIDE, WIDE / daily, 1.0, 1.0)

    known = {name: wide(n) for name, n in counts.items()}
    return Model((), known, places, {}, wide(sum(counts.values()) / len(counts)))
