"""What is usual: the reports of a category a place should have in given hours, and how sure. Pure.

    expected = place's level x category's pattern x category's trend

The level is a Gamma posterior over the place's daily reports, each day capped where it is beyond
its own 99 % (a past surge must not hide the next; after Farrington et al., J. R. Stat. Soc. A 159,
1996). The pattern (working day or day off, hour) is the whole city's, because a single grid's
hours are too few. Counts are taken to be negative binomial, fitted by moments; what is not known
(few days, thin patterns) makes the distribution wider. Formulas: docs/warnings.md.

:class:`Common` is what the places of a tier share in each category: pattern, trend, spread. Arrays
are [day][category][hour], or [category][kind of day][hour] with kind 0 a day off and 1 a working
day. Moments and caps only, no search: the same days always give the same figures.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dashboard.core.surges.tail import size_of, upper_quantile

Array = NDArray[np.float64]
Kinds = NDArray[np.bool_]

#: pseudo-reports that pull the common pattern to flat, and a category's to the common one
_FLAT, _COMMON = 48.0, 100.0
#: reports' worth of what all categories have in common in a category's own dispersion
_POOLED = 50.0
_TREND_DAYS, _TREND_WEIGHT, _TREND_LOW, _TREND_HIGH = 7, 20.0, 0.9, 2.0
#: shape of the spread between places where nothing is known about it, and its weight in reports
WIDE = 0.3
_WIDE_WEIGHT = 20.0


def capped(hourly: Array, working: Kinds) -> Array:
    """City-wide hours, capped at 3 sd above the mean of the other days of their kind."""
    out = hourly.copy()
    for kind in (False, True):
        rows = np.flatnonzero(working == kind)
        if len(rows) >= 4:
            rest = np.sort(hourly[rows], axis=0)[:-1]
            mean = rest.mean(axis=0)
            cap = mean + 3 * np.sqrt(np.maximum(mean, rest.var(axis=0)) + 1)
            out[rows] = np.minimum(hourly[rows], cap)
    return out


def patterns(hourly: Array, working: Kinds) -> tuple[Array, Array]:
    """[category][kind][hour] and its relative variance; the mean day sums to 1."""
    shares = np.array([np.mean(~working), np.mean(working)])
    sums = np.stack([hourly[~working].sum(axis=0), hourly[working].sum(axis=0)], axis=1)
    common = _pulled(sums.sum(axis=0), np.full((2, 24), 1 / 24), _FLAT, shares)[0]
    return _pulled(sums, common, _COMMON, shares)


def _pulled(sums: Array, towards: Array, weight: float, shares: Array) -> tuple[Array, Array]:
    reports = sums + weight * shares[:, None] * towards
    total = reports.sum(axis=(-2, -1), keepdims=True)
    days = np.where(shares > 0, shares, 1.0)[:, None]
    pattern: Array = reports / (total * days)
    unsure: Array = 1 / np.maximum(reports, 1e-9)
    for kind in (0, 1):
        if shares[kind] == 0:  # only the other kind has been seen
            pattern[..., kind, :], unsure[..., kind, :] = (
                pattern[..., 1 - kind, :], 1 + unsure[..., 1 - kind, :],
            )  # fmt: skip
    return pattern, np.minimum(unsure, 4.0)


def trends(hourly: Array, working: Kinds, pattern: Array) -> Array:
    """The last week against the whole history, by category."""
    if len(hourly) < 2 * _TREND_DAYS:
        return np.ones(hourly.shape[1])
    recent = working[-_TREND_DAYS:].astype(int)
    exposure = pattern.sum(axis=2)[:, recent].sum(axis=1)
    usual = hourly.sum(axis=(0, 2)) / len(hourly) * exposure
    seen = hourly[-_TREND_DAYS:].sum(axis=(0, 2))
    trend: Array = (seen + _TREND_WEIGHT) / (usual + _TREND_WEIGHT)
    return np.minimum(np.maximum(trend, _TREND_LOW), _TREND_HIGH)


def prior(counts: Sequence[int], places: int, days: int) -> tuple[float, float]:
    """Gamma of a place's reports a day: shape, and rate in days, by moments over the places."""
    total = sum(counts)
    if not total:
        return WIDE, WIDE * days * places
    squares = sum(n * (n - 1) for n in counts)
    spread = max(0.05, squares * places / total**2 - 1)
    spread = (total * spread + _WIDE_WEIGHT / WIDE) / (total + _WIDE_WEIGHT)
    shape = min(20.0, max(0.05, 1 / spread))
    return shape, shape * places * days / total


def dispersions(
    multiple: Sequence[Iterable[tuple[str, str, int]]],
    totals: Mapping[str, int],
    groups: Mapping[str, Sequence[int]],
    index: Mapping[str, int],
    pattern: Array,
    working: Kinds,
) -> list[tuple[float, float]]:
    """(cluster, spread) of each category, then of all together.

    ``multiple`` holds, for each day, (pair, category, reports) of single hours with several.
    From E[n(n-1)] = cluster * mean + (1 + spread) * mean^2: the quiet half of the reports tells
    the clusters, the busy half the spread. A category's highest tenth of the days counts as the
    next lower one.
    """
    n = len(multiple)
    halves = {name: _half(groups[name]) for name in index}
    seen = np.zeros((n, len(index), 2))
    for d, of_day in enumerate(multiple):
        for pair, name, amount in of_day:
            seen[d, index[name], int(totals[pair] > halves[name])] += amount * (amount - 1)
    if n >= 7:
        ordered = np.sort(seen, axis=0)
        seen = np.minimum(seen, ordered[n - 1 - math.ceil(n / 10)])
    found = seen.sum(axis=0)
    kinds = working.astype(int)
    means, squares = np.zeros((len(index), 2)), np.zeros((len(index), 2))
    for name, i in index.items():
        within = float((pattern[i] ** 2).sum(axis=1)[kinds].sum()) / n**2
        for amount in groups[name]:
            busy = int(amount > halves[name])
            means[i, busy] += amount
            squares[i, busy] += amount * (amount - 1) * within
    common = _moments(found.sum(axis=0), means.sum(axis=0), squares.sum(axis=0))
    out = []
    for i in range(len(index)):
        own, weight = _moments(found[i], means[i], squares[i]), float(means[i].sum())
        cluster, spread = (
            (weight * mine + _POOLED * all_) / (weight + _POOLED)
            for mine, all_ in zip(own, common, strict=True)
        )
        out.append((cluster, spread))
    return [*out, common]


def _half(counts: Sequence[int]) -> int:
    """The count that parts a category's places so that both parts hold half of the reports."""
    left = sum(counts) / 2
    for amount in sorted(counts):
        left -= amount
        if left <= 0:
            return amount
    return 0


def _moments(found: Array, means: Array, squares: Array) -> tuple[float, float]:
    cluster = max(0.0, float(found[0] - squares[0]) / max(1.0, float(means[0])))
    rest = float(found[1]) - cluster * float(means[1])
    spread = max(0.0, rest / max(0.5, float(squares[1])) - 1)
    return min(cluster, 5.0), min(spread, 4.0)


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
