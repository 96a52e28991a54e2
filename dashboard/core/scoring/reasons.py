"""Why a score is what it is: points lost, moves between periods, suspicious numbers. Pure.

A total is 100 minus what its components lost, ``share x (100 - value)`` each. A component's value
is a proportion of sums over events, so its loss can be divided among them without a remainder:
every tally has a *price*, and the prices of an event's tallies add up to what the event cost. The
costs of all events add up to 100 - total (:func:`lost`, :func:`prices`).

A move between two periods is divided among the components without a remainder, too: each adds by
its own change, and by the change of its share where it is above or below the total
(:func:`parted`, :func:`fall`). So data that come or go are themselves the cause, not the others
whose shares they change.

A check (:func:`checked`) finds numbers that may have been made to look good. It shows where to
look, not that anyone cheated, and changes no score. It is marked where it is far above all the
others of the same kind and period, and not by a handful of cases.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from dashboard.core.model.rules import Weights
from dashboard.core.scoring.formulas import CHECKS, COMPONENTS, added, formulas
from dashboard.core.scoring.scores import Part, Score
from dashboard.core.scoring.shrinkage import wilson

#: fewer cases stand for nothing
MIN_CASES = 3
#: times what is usual elsewhere
FAR_ABOVE = 1.5


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A check of one subject; shares are 0 to 1, None where there is nothing to share."""

    name: str
    #: the measure that it is a share of
    of_name: str
    count: int
    of: int
    share: float | None
    #: the share of all others together
    elsewhere: float | None
    stands_out: bool


def checked(score: Score, everybody: Iterable[Score]) -> list[Checked]:
    """The four checks of ``score`` against all others of its board."""
    others = [other for other in everybody if other.subject != score.subject]
    out = []
    for name, of in CHECKS.items():
        own = score.checks[name]
        whole = sum(other.checks[name].of for other in others)
        usual = sum(other.checks[name].count for other in others) / whole if whole else None
        out.append(
            Checked(
                name=name,
                of_name=of,
                count=own.count,
                of=own.of,
                share=own.share,
                elsewhere=usual,
                stands_out=_far(own.count, own.of, usual),
            )
        )
    return out


def _far(count: int, of: int, usual: float | None) -> bool:
    if usual is None or count < MIN_CASES or of < count:
        return False
    share = count / of
    return share > FAR_ABOVE * usual and wilson(share, of)[0] > usual


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


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A component in two periods; ``points`` is what it did to the total, below 0 for a fall."""

    component: str
    points: float
    #: None where it has no data
    now: Part | None
    before: Part | None

    @property
    def reweighed(self) -> bool:
        """Its share in the total changed: data of another component came or went, or weights."""
        shares = [part.share if part else 0.0 for part in (self.now, self.before)]
        return abs(shares[0] - shares[1]) > 1e-9


class Fall(msgspec.Struct, frozen=True, kw_only=True):
    """How the measured total moved, and through what; the worst first."""

    points: float
    moved: list[Moved]


def parted(now: Score, before: Score, *, shrunk: bool = False) -> dict[str, tuple[float, float]]:
    """Component → points that it moved the total by its value, and by its share in the total.

    Of the measured total, or of the one that ranks. With shares s, values v and totals T, by value
    (s + s') / 2 x (v - v'), by share (s - s') x ((v + v') / 2 - (T + T') / 2); a component without
    data then or now has one value. Shares add up to 1, so all points add up to T - T'.
    """

    def of(part: Part | None, other: Part) -> tuple[float, float]:
        some = part or other
        return (part.share if part else 0.0), some.shrunk if shrunk else some.value

    totals = [score.shrunk if shrunk else score.total for score in (now, before)]
    middle = math.fsum(total or 0.0 for total in totals) / 2
    out = {}
    for name in COMPONENTS:
        new, old = now.parts.get(name), before.parts.get(name)
        if new is None and old is None:
            continue
        (share, value), (share_before, value_before) = (
            of(part, other) for part, other in ((new, new or old), (old, old or new)) if other
        )
        out[name] = (
            (share + share_before) / 2 * (value - value_before),
            (share - share_before) * ((value + value_before) / 2 - middle),
        )
    return out


def fall(now: Score, before: Score | None) -> Fall | None:
    """The move from ``before`` to ``now``; None where one of them has no total."""
    if before is None or now.total is None or before.total is None:
        return None
    moved = [
        Moved(
            component=name,
            points=by_value + by_share,
            now=now.parts.get(name),
            before=before.parts.get(name),
        )
        for name, (by_value, by_share) in parted(now, before).items()
    ]
    return Fall(
        points=now.total - before.total,
        moved=sorted(moved, key=lambda item: round(item.points, 9)),
    )
