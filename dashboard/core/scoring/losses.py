"""What a score lost, in points of the total: by component and by event. Pure.

A total is 100 minus what its components lost, ``share x (100 - value)`` each. A component's value
is a proportion of sums over events, so its loss can be shared out over them without a rest: every
tally has a *price*, and the prices of an event's tallies add up to what the event cost. The costs
of all events add up to 100 - total.
"""

from __future__ import annotations

from typing import NamedTuple

from dashboard.core.model.rules import Weights
from dashboard.core.scoring.formulas import added, formulas
from dashboard.core.scoring.scores import Score


class Price(NamedTuple):
    """What one tally of a measure takes from the total through a component; below 0 it gives."""

    component: str
    measure: str
    points: float


def lost(score: Score) -> dict[str, float]:
    """Component → points that it took from the total as measured."""
    return {name: part.share * (100 - part.value) for name, part in score.parts.items()}


def prices(score: Score, weights: Weights) -> list[Price]:
    """The price of each measure in each component of a score made with ``weights``.

    Where a numerator was held within 0 … denominator, its events share what was lost.
    """
    wanted = formulas(weights)
    out = []
    for name, part in score.parts.items():
        formula = wanted[name]
        gap = part.denominator - added(formula.numerator, score.sums)
        held = part.denominator - part.numerator
        scale = 100 * part.share / part.denominator * (held / gap if gap else 1.0)
        for measure in {**formula.denominator, **formula.numerator}:
            taken = formula.denominator.get(measure, 0) - formula.numerator.get(measure, 0)
            if taken and scale:
                out.append(Price(name, measure, scale * taken))
    return out
