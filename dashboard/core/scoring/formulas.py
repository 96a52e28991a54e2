"""What a score is made of: components as sums over measures, and their shares. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Weights

#: measure → n, of one subject in one period
Sums = Mapping[str, int]
#: measure → what one of it adds to a sum
Linear = Mapping[str, float]

INDICATORS = ("dispatch", "handling", "outcome")
COMPONENTS = (
    "dispatch.measured", "dispatch.rating",
    "handling.measured", "handling.rating",
    "outcome.satisfied", "outcome.rework", "outcome.recurrence", "outcome.rating",
)  # fmt: skip
#: what may have been made to look good: measure → of which it is a share
CHECKS: Mapping[str, str] = {
    "quick": "handled",
    "reopened": "closed",
    "returned_late": "dispatched",
    "extended_late": "dispatched",
}


class Formula(NamedTuple):
    """A component as two sums over measures."""

    numerator: Linear
    denominator: Linear


def formulas(weights: Weights) -> dict[str, Formula]:
    """Every component as sums over measures; raw, so a numerator may leave 0 … denominator
    where work of another period was returned or done again."""
    found = {
        "dispatch.measured": Formula(
            {"dispatched": 1, "dispatch_failed": -1},
            {"dispatched": 1},
        ),
        "handling.measured": Formula(
            {f"on_time.{level}": weights.levels[level] for level in Level},
            {f"decided.{level}": weights.levels[level] for level in Level},
        ),
        "outcome.satisfied": Formula({"satisfied": 1}, {"revisited": 1}),
        "outcome.rework": Formula({"handled": 1, "reworked": -1}, {"handled": 1}),
        "outcome.recurrence": Formula(
            {"closed_in_grid": 1, "recurred": -1},
            {"closed_in_grid": 1},
        ),
    }
    for name in INDICATORS:
        found[f"{name}.rating"] = Formula({f"rating.{name}": 0.25}, {f"rated.{name}": 1})
    return {name: found[name] for name in COMPONENTS}


def rated_share(weights: Weights, n: float) -> float:
    """The share of ``n`` > 0 ratings in an indicator that is measured too.

    ``rating`` x n / (n + ``rating_half``). To the same comes (1 - rating) x measured + rating x
    the mean rating shrunk towards the measured part: (sum of ratings + half x measured) /
    (n + half). So a rating moves the score towards itself, never away.
    """
    return weights.rating * n / (n + weights.rating_half)


def shares(known: Mapping[str, float], weights: Weights) -> dict[str, dict[str, float]]:
    """Indicator → component → share in the indicator, for the components that have data.

    Under "total", each component's share in the total. What is missing is shared out. ``known``:
    component → its cases; only those of ratings matter.
    """
    out: dict[str, dict[str, float]] = {}
    for name in INDICATORS:
        if name == "outcome":
            parts = {f"outcome.{key}": weights.outcome[key] for key in weights.outcome}
        else:
            parts = {f"{name}.measured": 1.0}
        measured = _normal({key: share for key, share in parts.items() if key in known})
        ratings = known.get(f"{name}.rating", 0.0)
        rated = rated_share(weights, ratings) if ratings else 0.0
        inner = _normal({key: (1.0 - rated) * share for key, share in measured.items()}
                        | ({f"{name}.rating": rated} if rated else {}))  # fmt: skip
        if inner:
            out[name] = inner
    outer = _normal({name: weights.total[name] for name in out})
    out["total"] = {key: outer[name] * share for name in outer for key, share in out[name].items()}
    return out


def added(linear: Linear, sums: Sums) -> float:
    """A sum over measures."""
    return math.fsum(weight * sums.get(measure, 0) for measure, weight in linear.items())


def _normal(given: Mapping[str, float]) -> dict[str, float]:
    """The same shares made to add up to 1; nothing where all are 0."""
    whole = math.fsum(given.values())
    return {name: share / whole for name, share in given.items() if share} if whole > 0 else {}
