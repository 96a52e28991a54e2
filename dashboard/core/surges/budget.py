"""How unlikely a count must be, so that a day's tests give no more false alarms than accepted.

Counts are whole numbers: at a threshold ``alpha`` a test calls falsely with the largest attainable
tail probability below it, which for a quiet grid may be a hundredth of ``alpha``. So the threshold
is not budget / tests (Bonferroni), but the largest one at which the expected false alarms of all
tests, summed from their own distributions, stay within the budget.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np

from dashboard.core.model.rules import Surge
from dashboard.core.surges.judge import LOOKS, WIDE_HOURS
from dashboard.core.surges.model import Array, Model
from dashboard.core.surges.tail import log_mass, size_of

#: no test calls above this
MOST = 0.01
#: windows of a pair overlap and call together: of three calls counted, about one is a warning
#: more (measured on the simulated cities of docs/warnings.md: 0.16 to 0.39)
_OVERLAP = 1 / 3
#: bins of the tests' means and extra variances, per unit of the natural logarithm
_FINE, _COARSE = 6.0, 3.0
#: tests with a smaller mean never call
_LEAST_MEAN = 1e-6
_NOTHING = 1e-14


def thresholds(models: Mapping[str, Model], working: bool, surge: Surge) -> dict[str, float]:
    """The tail probability of a warning in each tier, on a working day or a day off.

    Each tier may spend an equal part of the budget: with one threshold for all, the thousands of
    grids would spend nearly the whole. The tests are those of every place with a report in the
    history, in every category of the city: all looks of all 24 hours, and the wide windows.
    """
    budget = surge.false_alarms_per_day / max(1, len(models))
    return {tier: _threshold(model, working, budget, surge) for tier, model in models.items()}


def _threshold(model: Model, working: bool, budget: float, surge: Surge) -> float:
    tails: list[float] = []
    costs: list[float] = []
    for (mean, extra), number in _tests(model, working).items():
        for tail, mass in _calls(math.exp(mean / _FINE), math.exp(extra / _COARSE), surge):
            tails.append(tail)
            costs.append(number * mass * _OVERLAP)
    order = np.argsort(tails)
    spent = np.cumsum(np.asarray(costs)[order])
    within = int(np.searchsorted(spent, budget, side="right"))
    if within == 0:
        return 0.0 if tails else MOST
    return min(MOST, float(tails[int(order[within - 1])]))


def _tests(model: Model, working: bool) -> Counter[tuple[int, int]]:
    """How many tests of a day have which mean and extra variance (both as bins)."""
    out: Counter[tuple[int, int]] = Counter()
    kind, days = int(working), len(model.days)
    for name, common in model.categories.items():
        reports = Counter(model.reports.get(name, ()))
        reports[0] += max(0, model.places - sum(reports.values()))
        values = np.array(list(reports), dtype=float)
        weights = np.array(list(reports.values()), dtype=float)
        known = common.shape + values
        level = known / (common.rate + days) * common.trend
        hours = common.pattern[kind]
        wide = sum(np.roll(hours, i) for i in range(WIDE_HOURS))
        windows = np.concatenate([*(hours * (look / 60) for look in LOOKS), wide])
        unsure = np.tile(common.unsure[kind], len(LOOKS) + 1)
        mean: Array = level[:, None] * windows
        spread = common.spread_of(1 / known[:, None] + unsure, days)
        extra = np.maximum(common.cluster + spread * mean, 1e-6)
        numbers = np.broadcast_to(weights[:, None], mean.shape)
        kept = (mean > _LEAST_MEAN) & (numbers > 0)
        means = np.rint(np.log(mean[kept]) * _FINE).astype(int)
        extras = np.rint(np.log(extra[kept]) * _COARSE).astype(int)
        codes, inverse = np.unique(means * 1000 + extras, return_inverse=True)
        sums = np.bincount(inverse, weights=numbers[kept])
        for code, number in zip(codes.tolist(), sums.tolist(), strict=True):
            of_mean = round(code / 1000)
            out[of_mean, code - of_mean * 1000] += number
    return out


def _calls(mean: float, extra: float, surge: Surge) -> list[tuple[float, float]]:
    """For each count that could call: (its tail probability, its probability)."""
    size = size_of(mean, extra, 0.0)
    k = max(surge.min_count, math.floor(mean) + 1)
    mass = math.exp(log_mass(k, mean, size))
    masses = []
    odds = mean / (size + mean)
    while mass > _NOTHING:
        masses.append(mass)
        mass *= odds * (k + size) / (k + 1)
        k += 1
    out, tail = [], 0.0
    for mass in reversed(masses):
        tail += mass
        if tail > MOST:
            break
        out.append((tail, mass))
    return out
