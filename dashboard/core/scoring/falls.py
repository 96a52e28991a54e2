"""Why a total moved from one period to another, component by component. Pure.

What moved is told in points lost (:mod:`dashboard.core.scoring.losses`), so the parts add up to the move of
the measured total without a rest: the total fell by as much as the losses grew.
"""

from __future__ import annotations

import msgspec

from dashboard.core.scoring.formulas import COMPONENTS
from dashboard.core.scoring.losses import lost
from dashboard.core.scoring.scores import Part, Score


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A component in two periods; ``points`` is what it did to the total, below 0 for a fall."""

    component: str
    points: float
    lost: float
    lost_before: float
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


def fall(now: Score, before: Score | None) -> Fall | None:
    """The move from ``before`` to ``now``; None where one of them has no total."""
    if before is None or now.total is None or before.total is None:
        return None
    took, took_before = lost(now), lost(before)
    moved = [
        Moved(
            component=name,
            points=took_before.get(name, 0.0) - took.get(name, 0.0),
            lost=took.get(name, 0.0),
            lost_before=took_before.get(name, 0.0),
            now=now.parts.get(name),
            before=before.parts.get(name),
        )
        for name in COMPONENTS
        if name in now.parts or name in before.parts
    ]
    return Fall(
        points=now.total - before.total,
        moved=sorted(moved, key=lambda item: round(item.points, 9)),
    )
