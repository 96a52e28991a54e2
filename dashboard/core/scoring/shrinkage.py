"""Proportions of small groups, shrunk towards the mean of all (empirical Bayes). Pure.

In: for each of K subjects x successes of n > 0 (x may be a fraction: a sum of values in 0 … 1).
Assumed: subject i has its own p_i, drawn from one prior with mean p and variance
t = p(1 - p) / (m + 1), where m is the prior's strength: how many cases of one's own weigh as much
as belonging to the group. Then Var(x_i/n_i) = (p(1 - p) - t) / n_i + t.

With N = sum n, p' = sum x / N and S = sum n_i (x_i/n_i - p')^2, taking expectations gives

    E S = (K - 1)(p(1 - p) - t) + t (N - sum n^2 / N)

and, solved for t with p' in the place of p, the estimate

    t = (S - (K - 1) p'(1 - p')) / (N - sum n^2 / N - (K - 1)),   m = p'(1 - p') / t - 1

which is Kleinman's with weights n_i (J. C. Kleinman 1973, "Proportions with extraneous variance:
single and independent samples", JASA 68:46-54). Without the last (K - 1) of the denominator
it would be too small by a factor of about 1 - 1/n: half, at two cases a subject.
What is not above chance (t <= 0, or no subject has two cases) counts as all noise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

#: the strongest prior: the differences between subjects are no more than chance
MAX_STRENGTH = 1000.0
#: two-sided 90 %: the 95th percentile of the normal distribution
Z_90 = 1.6448536269514722


class Prior(NamedTuple):
    """What is assumed of each subject of a group before its own cases."""

    #: the group's proportion, 0 … 1
    mean: float
    #: m: how many cases the group's mean weighs, 0 … MAX_STRENGTH
    strength: float
    subjects: int
    #: cases of all subjects
    n: float


class Estimate(NamedTuple):
    """A shrunk proportion with its interval, all 0 … 1."""

    value: float
    low: float
    high: float


def prior(cases: Iterable[tuple[float, float]]) -> Prior:
    """The prior of subjects given as (x, n); those with n = 0 do not count.

    Fewer than two subjects have no group to lean on: strength 0, nothing is shrunk.
    """
    known = [(x, n) for x, n in cases if n > 0]
    count, total = len(known), math.fsum(n for _, n in known)
    if not known:
        return Prior(0.0, 0.0, 0, 0.0)
    mean = math.fsum(x for x, _ in known) / total
    if count < 2:
        return Prior(mean, 0.0, count, total)
    chance = mean * (1 - mean)
    spread = math.fsum((x - n * mean) ** 2 / n for x, n in known)
    room = total - math.fsum(n * n for _, n in known) / total - (count - 1)
    excess = spread - (count - 1) * chance
    # a hair above nothing is a rounding error, and counts as none
    if room <= 1e-9 * total or excess <= 1e-12 * total:
        return Prior(mean, MAX_STRENGTH, count, total)
    strength = chance * room / excess - 1
    return Prior(mean, min(MAX_STRENGTH, max(0.0, strength)), count, total)


def shrink(x: float, n: float, group: Prior) -> Estimate:
    """The proportion of ``x`` of ``n`` > 0, as if the group had lent its strength in cases;
    the interval is Wilson's at 90 % on these."""
    x, n = x + group.strength * group.mean, n + group.strength
    value = min(1.0, max(0.0, x / n))
    low, high = wilson(value, n)
    return Estimate(value, low, high)


def wilson(p: float, n: float, z: float = Z_90) -> tuple[float, float]:
    """The score interval of a proportion ``p`` seen in ``n`` > 0 cases; always holds ``p``.

    E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference",
    JASA 22:209-212.
    """
    square = z * z / n
    centre = p + square / 2
    half = z * math.sqrt(p * (1 - p) / n + square / (4 * n))
    low, high = (centre - half) / (1 + square), (centre + half) / (1 + square)
    return max(0.0, min(p, low)), min(1.0, max(p, high))
