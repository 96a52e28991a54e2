"""The morning brief: yesterday and what is left of it, as numbers and codes. Pure.

Yesterday is the local calendar day before ``now``, whole, against the whole day before it. What
is open, overdue or surging is told as of ``now``. Which department is named follows fixed rules
(:func:`_named`); the words are the screen's. A field of which nothing is known is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.core.lifecycle.ladder import owner
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from dashboard.core.scoring.scores import Brief
from dashboard.core.wall.minutes import Series

#: rows of each short list
LONGEST = 5
TOP = 3

Payload = dict[str, Any]
Facts = Mapping[str, Mapping[str, int]]


def morning(
    rules: Rules,
    *,
    now: int,
    series: Series | None,
    overdue: int,
    overdue_before: float | None,
    levels: Facts,
    queue: Sequence[EventState],
    queue_total: int,
    places: Facts,
    categories: Facts,
    warnings: Sequence[Mapping[str, Any]],
    scores: Sequence[Brief],
) -> Payload:
    """What the brief says at ``now``.

    ``series`` are the minutes of yesterday and the day before, None where none are kept; ``queue``
    the events that press most, of ``queue_total``: the longest overdue are looked for among them.
    """
    local = rules.local
    yesterday, before = days_before(local, now)
    late = sorted((s for s in queue if s.overdue), key=lambda s: (s.late[-1][0], s.event_id))
    return {
        "day": yesterday,
        "at": now - now % 60_000,
        **_day(series, yesterday),
        "overdue": overdue,
        "before": {
            **_day(series, before),
            "overdue": None if overdue_before is None else int(overdue_before),
        },
        "red": levels.get("red", {}).get("open", 0),
        "orange": levels.get("orange", {}).get("open", 0),
        "longest": {
            **_listed((s.event_id, _late(rules, s)) for s in late[:LONGEST]),
            "looked": len(queue),
            "waiting": queue_total,
        },
        "places": _listed(_top(places)),
        "categories": _listed(_top(categories)),
        "surges": {
            **_listed((row["id"], dict(row)) for row in warnings[:TOP]),
            "total": len(warnings),
        },
        **_named(scores),
    }


def days_before(local: LocalTime, now: int) -> tuple[int, int]:
    """Yesterday and the day before it (YYYYMMDD)."""
    yesterday = local.day(local.start_of_day(local.day(now)) - 1)
    return yesterday, local.day(local.start_of_day(yesterday) - 1)


def _day(series: Series | None, day: int) -> Payload:
    if series is None:
        return dict.fromkeys(("reported", "closed", "on_time_rate"))

    def total(metric: str) -> int:
        found = series.get((metric, day))
        return 0 if found is None else int(found.sum())

    decided = total("decided")
    return {
        "reported": total("reported"),
        "closed": total("closed"),
        "on_time_rate": total("on_time") / decided if decided else None,
    }


def _late(rules: Rules, state: EventState) -> Payload:
    """An overdue event; ``since`` is when it became overdue."""
    county, township = (*state.place, "", "")[:2]
    return {
        "event_id": state.event_id,
        "level": state.level,
        "category": state.category,
        "department": state.department,
        "county": county,
        "area": township or county,
        "owner": owner(rules, state),
        "since": state.late[-1][0],
    }


def _top(facts: Facts) -> Iterable[tuple[str, Payload]]:
    """The codes with most open events; ties by what is overdue, then by code."""
    rows = [
        (code, {"open": own.get("open", 0), "overdue": own.get("overdue", 0)})
        for code, own in facts.items()
        if code and own.get("open", 0)
    ]
    return sorted(rows, key=lambda row: (-row[1]["open"], -row[1]["overdue"], row[0]))[:TOP]


def _named(scores: Sequence[Brief]) -> Payload:
    """Ranked departments worth a word: first, most places gained, lowest for handling.

    Each is another one: who leads is not praised twice, and among fewer than three ranked
    departments none is called the slowest.
    """
    ranked = [score for score in scores if score.rank is not None]
    out: Payload = {"best": None, "improved": None, "slowest": None}
    if ranked:
        best = min(ranked, key=lambda s: (s.rank, s.department))
        total = best.total if best.shrunk is None else best.shrunk
        out["best"] = {
            "department": best.department,
            "total": None if total is None else round(total, 1),
        }
    gained = [s for s in ranked if (s.rank_change or 0) > 0]
    if gained:
        most = max(gained, key=lambda s: (s.rank_change or 0, -(s.rank or 0)))
        out["improved"] = {"department": most.department, "places": most.rank_change}
    said = {row["department"] for row in out.values() if row}
    slow = [s for s in ranked if s.handling is not None and s.department not in said]
    if len(ranked) >= 3 and slow:
        last = min(slow, key=lambda s: (s.handling, s.department))
        out["slowest"] = {
            "department": last.department,
            "handling": round(last.handling or 0.0, 1),
        }
    return out


def _listed(rows: Iterable[tuple[str, Payload]]) -> Payload:
    kept = list(rows)
    return {"order": [key for key, _ in kept], "rows": dict(kept)}
