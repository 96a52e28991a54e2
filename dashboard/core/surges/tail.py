"""The negative binomial's tail, exactly, in the log domain; an endless size is Poisson's."""

from __future__ import annotations

import math

#: below this, probabilities are not distinguished
SMALLEST = 1e-300
_ENDLESS = 1e9


def size_of(mean: float, cluster: float, spread: float) -> float:
    """The size at which the variance is ``mean + cluster * mean + spread * mean^2``."""
    extra = cluster + spread * mean
    return mean / extra if extra > mean / _ENDLESS else _ENDLESS


def log_mass(k: int, mean: float, size: float) -> float:
    """log P(X = k) with ``mean > 0`` and ``size > 0``."""
    if size >= _ENDLESS:
        return k * math.log(mean) - mean - math.lgamma(k + 1)
    return (
        math.lgamma(k + size)
        - math.lgamma(size)
        - math.lgamma(k + 1)
        - size * math.log1p(mean / size)
        + k * (math.log(mean) - math.log(size + mean))
    )


def upper_tail(k: int, mean: float, size: float) -> float:
    """P(X >= k), at least ``SMALLEST``; summed from the side where the terms are few."""
    if k <= 0:
        return 1.0
    if mean <= 0:
        return SMALLEST
    if k <= mean:
        below = math.fsum(math.exp(log_mass(j, mean, size)) for j in range(k))
        return max(SMALLEST, 1.0 - below)
    log_first = log_mass(k, mean, size)
    # P(k + 1) / P(k) falls towards the odds, which are below 1
    odds = mean if size >= _ENDLESS else mean / (size + mean)
    term, total, j = 1.0, 1.0, k
    while term > 1e-12 * total:
        term *= odds / (j + 1) if size >= _ENDLESS else odds * (j + size) / (j + 1)
        total += term
        j += 1
    return min(1.0, max(SMALLEST, math.exp(max(-690.0, log_first + math.log(total)))))


def upper_quantile(q: float, mean: float, size: float) -> int:
    """The smallest k with P(X <= k) >= q."""
    if mean <= 0:
        return 0
    mass = math.exp(log_mass(0, mean, size))
    total, k = mass, 0
    limit = int(mean + 60 * math.sqrt(mean + mean * mean / size) + 60)
    while total < q and k < limit:
        k += 1
        mass = math.exp(log_mass(k, mean, size))
        total += mass
    return k
