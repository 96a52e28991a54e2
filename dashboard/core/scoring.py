"""Department scores from their sums: three indicators and a total, 0 to 100.

dispatch = 100 × (dispatched in time and not returned) / dispatched
handling = 100 × Σ w(level)·on-time / Σ w(level) over what was decided in the period
outcome  = 100 × (0.5·satisfied/revisited + 0.3·(1 − rework rate)); a part without data
           gives its weight to the others
total    = 0.3·dispatch + 0.4·handling + 0.3·outcome, in the same manner
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

#: Below this many events a department is shown but not ranked.
MIN_RANKED = 5

_TOTAL = {"dispatch": 0.3, "handling": 0.4, "outcome": 0.3}
_OUTCOME = {"satisfied": 0.5, "rework": 0.3}


class Score(msgspec.Struct, frozen=True):
    """A department's score in a period; None where there is no data."""

    department: str
    dispatch: float | None
    handling: float | None
    outcome: float | None
    total: float | None
    n: int
    rank: int | None = None
    rank_change: int | None = None


def score(department: str, sums: Mapping[str, int]) -> Score:
    """The score from a department's sums by measure (see ``transition`` for the measures)."""
    dispatched, decided = sums.get("dispatched", 0), sums.get("decided", 0)
    dispatch = _percent(dispatched - sums.get("dispatch_failed", 0), dispatched)
    handling = _percent(sums.get("on_time_weight", 0), sums.get("due_weight", 0))
    handled = sums.get("handled", 0)
    outcome = _weighted(
        _OUTCOME,
        {
            "satisfied": _percent(sums.get("satisfied", 0), sums.get("revisited", 0)),
            "rework": _percent(handled - sums.get("reworked", 0), handled),
        },
    )
    total = _weighted(_TOTAL, {"dispatch": dispatch, "handling": handling, "outcome": outcome})
    return Score(department, dispatch, handling, outcome, total, max(dispatched, decided))


def ranked(scores: Iterable[Score]) -> list[Score]:
    """Best total first; equal totals share a rank; too few events come last, unranked."""
    ordered = sorted(
        scores,
        key=lambda s: (s.n < MIN_RANKED or s.total is None, -(s.total or 0.0), s.department),
    )
    out: list[Score] = []
    for place, item in enumerate(ordered, start=1):
        if item.n < MIN_RANKED or item.total is None:
            rank = None
        elif out and out[-1].total == item.total:
            rank = out[-1].rank
        else:
            rank = place
        out.append(msgspec.structs.replace(item, rank=rank))
    return out


def scoreboard(
    now: Mapping[str, Mapping[str, int]], earlier: Mapping[str, Mapping[str, int]]
) -> list[Score]:
    """Ranked scores from sums per department, with the change of rank against ``earlier`` sums."""
    before = {s.department: s.rank for s in ranked(_known(d, m) for d, m in earlier.items())}
    board = ranked(_known(d, sums) for d, sums in now.items())
    return [
        msgspec.structs.replace(s, rank_change=_change(before.get(s.department), s.rank))
        for s in board
    ]


def _known(department: str, sums: Mapping[str, int]) -> Score:
    return _kept(department, tuple(sums.items()))


@lru_cache(maxsize=4096)
def _kept(department: str, sums: tuple[tuple[str, int], ...]) -> Score:
    """The score, kept: from one moment to the next few departments' sums change."""
    return score(department, dict(sums))


def _change(before: int | None, rank: int | None) -> int | None:
    return None if before is None or rank is None else before - rank


def _percent(part: int, whole: int) -> float | None:
    """0 to 100; a rework or return of an earlier period's work can't push it below 0."""
    return None if whole <= 0 else 100.0 * min(1.0, max(0.0, part / whole))


def _weighted(weights: Mapping[str, float], values: Mapping[str, float | None]) -> float | None:
    known = {name: value for name, value in values.items() if value is not None}
    if not known:
        return None
    return sum(weights[n] * v for n, v in known.items()) / sum(weights[n] for n in known)
