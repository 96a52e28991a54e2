"""Scoreboards counted again in pandas from the raw tallies, with formulas written out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.core.questions.ask import Ask
from tests.support.counts import deskcount as count

LEVELS = {"red": 8, "orange": 4, "yellow": 2, "blue": 1}
#: component → its share in the indicator; the indicator → its share in the total
TOTAL = {"dispatch": 0.3, "handling": 0.4, "outcome": 0.3}
SIDES = ("dispatch", "handling", "outcome")


def tallies(
    found: dict[str, pd.DataFrame], ask: Ask, by: str, start: int, end: int
) -> pd.DataFrame:
    """The tallies that count: subject, event_id, to, measure, amount, and the other columns."""
    drop = {"status": None, "department": None}
    events = count.fitting(found["events"], ask.but(**drop))
    columns = ["category", "township", "community", "excluded"]
    t = found["tallies"]
    t = (
        t[(t["at"] >= start) & (t["at"] < end)]
        .drop(columns=["event_id"])
        .assign(event_id=t.event_id)
    )
    t = t.merge(events[columns], left_on="event_id", right_index=True)
    if by != "department":
        t = t[t[by] != ""]
        if ask.department:
            t = t[t.to.isin(["" if d == "-" else d for d in ask.department.split(",")])]
    t = t.assign(subject=t.to if by == "department" else t[by])
    live = t[~t.excluded]
    return pd.concat(
        [
            live[live.standing != 1],
            live[live.standing != 0].assign(measure="late_news", amount=1),
        ]
    )


def sums(counted: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Subject → measure → n."""
    out: dict[str, dict[str, int]] = {}
    for (subject, measure), n in counted.groupby(["subject", "measure"]).amount.sum().items():
        if n:
            out.setdefault(subject, {})[measure] = int(n)
    return out


def fractions(n: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Component → numerator, denominator."""

    def of(name: str) -> int:
        return n.get(name, 0)

    found = {
        "dispatch.measured": (of("dispatched") - of("dispatch_failed"), of("dispatched")),
        "handling.measured": (
            sum(w * of(f"on_time.{level}") for level, w in LEVELS.items()),
            sum(w * of(f"decided.{level}") for level, w in LEVELS.items()),
        ),
        "outcome.satisfied": (of("satisfied"), of("revisited")),
        "outcome.rework": (of("handled") - of("reworked"), of("handled")),
        "outcome.recurrence": (of("closed_in_grid") - of("recurred"), of("closed_in_grid")),
    }
    for side in SIDES:
        found[f"{side}.rating"] = (of(f"rating.{side}") / 4, of(f"rated.{side}"))
    return {
        name: (min(max(above, 0), below), below)
        for name, (above, below) in found.items()
        if below > 0
    }


def indicators(parts: dict[str, tuple[float, float]], weights: Any) -> dict[str, float]:
    """The indicators and the total, measured, 0 to 100; only those with data."""
    out: dict[str, float] = {}
    for side in SIDES:
        shares = {"measured": 1.0} if side != "outcome" else dict(weights.outcome)
        own = [
            (share, parts[f"{side}.{name}"])
            for name, share in shares.items()
            if f"{side}.{name}" in parts
        ]
        whole = sum(share for share, _ in own)
        measured = sum(s * 100 * a / b for s, (a, b) in own) / whole if whole else None
        rated = parts.get(f"{side}.rating")
        rating = 100 * rated[0] / rated[1] if rated else None
        if measured is not None and rating is not None:
            n, half = rated[1], weights.rating_half
            leaning = (n * rating + half * measured) / (n + half)
            out[side] = (1 - weights.rating) * measured + weights.rating * leaning
        elif measured is not None or rating is not None:
            out[side] = measured if measured is not None else float(rating or 0)
    whole = sum(weights.total[side] for side in out)
    if whole:
        out["total"] = sum(weights.total[side] * value for side, value in out.items()) / whole
    return out
