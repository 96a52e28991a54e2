"""Fits what the places of a tier have in common in each category: pattern, trend, spread.

Arrays are [day][category][hour], or [category][kind of day][hour] with kind 0 a day off and 1 a
working day. Moments and caps only, no search: the same days always give the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

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
