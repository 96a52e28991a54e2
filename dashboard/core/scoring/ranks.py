"""Ranks against a period before: up, down, new or gone, each with its reason by fixed rules. Pure.

A rank goes by the shrunk total, so a reason is about that total. It names the indicator that moved
the total most in the rank's direction, by how many points, and in it the component that did most:
its share of good cases before and now, and how many cases missed. Points are those of
:func:`dashboard.core.scoring.reasons.parted`, so they add up to the move of the
total. Where its own total did not move, or moved the other way, the others did it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Weights
from dashboard.core.scoring.formulas import INDICATORS, Sums
from dashboard.core.scoring.reasons import parted
from dashboard.core.scoring.scores import Part, RankMove, Score, board

#: points and values (0 to 100) that differ by less are shown as equal
SAME = 0.05
#: component → the measure of its missed cases; for ratings, of all of them
_MISSED: Mapping[str, str] = {
    "dispatch.measured": "dispatch_failed",
    "outcome.rework": "reworked",
    "outcome.recurrence": "recurred",
    **{f"{name}.rating": f"rated.{name}" for name in INDICATORS},
}


def scoreboard(
    now: Mapping[str, Sums],
    earlier: Mapping[str, Sums],
    weights: Weights | None = None,
    earlier_weights: Weights | None = None,
    *,
    department: bool = True,
) -> list[Score]:
    """Ranked scores, with the change of rank against the sums of ``earlier``."""
    weights = weights or Weights()
    past = board(earlier, earlier_weights or weights, department=department).scores
    scores = board(now, weights, department=department).scores
    return compared(scores, past, weights.min_ranked)


def compared(scores: Iterable[Score], earlier: Iterable[Score], min_ranked: int) -> list[Score]:
    """The scores with the places each has gained since ``earlier``, and why.

    ``min_ranked``: the events that a rank needs now. Nothing is new where nothing was ranked.
    """
    before = {score.subject: score for score in earlier}
    known = any(score.rank is not None for score in before.values())
    return [
        replace(
            score,
            rank_change=_change(before.get(score.subject), score),
            moved=_moved(score, before.get(score.subject), min_ranked) if known else None,
        )
        for score in scores
    ]


def missed(component: str, sums: Sums) -> int:
    """How many cases a component missed; of ratings, how many there are."""
    if component == "handling.measured":
        return sum(sums.get(f"decided.{one}", 0) - sums.get(f"on_time.{one}", 0) for one in Level)
    if component == "outcome.satisfied":
        return sums.get("revisited", 0) - sums.get("satisfied", 0)
    return sums.get(_MISSED[component], 0)


def _change(before: Score | None, now: Score) -> int | None:
    if before is None or before.rank is None or now.rank is None:
        return None
    return before.rank - now.rank


def _moved(now: Score, before: Score | None, min_ranked: int) -> RankMove | None:
    """Why the rank is not what it was; None where it is, and where there was and is none."""
    was = before.rank if before else None
    if now.rank == was:
        return None
    if before is None or was is None or now.rank is None:
        return RankMove(
            way="new" if was is None else "gone",
            rule="cases",
            rank_before=was,
            n_before=before.n if before else 0,
            n=now.n,
            needed=min_ranked,
        )
    sign = 1 if now.rank < was else -1
    points = (now.shrunk or 0.0) - (before.shrunk or 0.0)
    move = RankMove(way="up" if sign > 0 else "down", rule="others", rank_before=was, points=points)
    if abs(points) < SAME:
        return move
    if points * sign < 0:
        return replace(move, rule="outpaced")
    return _own(move, now, before, sign)


def _own(move: RankMove, now: Score, before: Score, sign: int) -> RankMove:
    """The move with the indicator and the component that did most in its direction."""
    parts = parted(now, before, shrunk=True)
    took = {name: sum(points) for name, points in parts.items()}
    by = {
        name: sum(value for key, value in took.items() if key.startswith(f"{name}."))
        for name in INDICATORS
        if any(key.startswith(f"{name}.") for key in took)
    }
    # of equal ones the first as listed
    indicator = max(by, key=lambda name: round(sign * by[name], 9))
    inner = [name for name in took if name.startswith(f"{indicator}.")]
    component = max(inner, key=lambda name: round(sign * took[name], 9))
    part, old = now.parts.get(component), before.parts.get(component)
    return replace(
        move,
        rule="own",
        indicator=indicator,
        indicator_points=by[indicator],
        component=component,
        cause=_cause(part, old, sign, *parts[component]),
        value=part.value if part else None,
        value_before=old.value if old else None,
        missed=missed(component, now.sums),
    )


def _cause(
    now: Part | None, before: Part | None, sign: int, by_value: float, by_share: float
) -> str:
    if before is None:
        return "came"
    if now is None:
        return "went"
    if sign * by_share > sign * by_value:
        return "share"
    return "value" if sign * (now.value - before.value) >= SAME else "mean"
