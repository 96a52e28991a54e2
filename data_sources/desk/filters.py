"""The filters of an ask as SQL over ``events`` or ``tallies``; values become parameters."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.actions import Status
from dashboard.core.questions.ask import NONE, STATUS_GROUPS, Ask

_TIERS = ("county", "township", "community", "grid")
_FIELDS = ("department", "category", "level", "channel")
_GROUPS = {
    "open": "{a}open",
    "ended": "NOT {a}open",
    "overdue": "{a}overdue",
    "response_overdue": "{a}response_overdue",
}


def where(
    ask: Ask, alias: str = "", *, without: tuple[str, ...] = ()
) -> tuple[str, dict[str, Any]]:
    """A condition on ``events`` and its parameters: all filters but the range.

    ``department`` is the one that has the event now, ``area`` the place it is in now; '-' is none.
    ``unplaced`` names a tier at which the event has no place.
    """
    dot = f"{alias}." if alias else ""
    parts: list[str] = []
    params: dict[str, Any] = {}
    if ask.area and "area" not in without:
        parts.append(f"$ask_area IN ({', '.join(dot + tier for tier in _TIERS)})")
        params["ask_area"] = ask.area
    if ask.own.unplaced in _TIERS:
        parts.append(f"{dot}{ask.own.unplaced} = ''")
    for name in _FIELDS:
        values = ask.many(name)
        if values and name not in without:
            parts.append(f"list_contains($ask_{name}, {dot}{name})")
            params[f"ask_{name}"] = ["" if value == NONE else value for value in values]
    wanted = () if "status" in without else ask.many("status")
    if wanted:
        either = [_GROUPS[value].format(a=dot) for value in wanted if value in STATUS_GROUPS]
        single = [value for value in wanted if value in set(Status)]
        if single:
            either.append(f"list_contains($ask_status, {dot}status)")
            params["ask_status"] = single
        parts.append(f"({' OR '.join(either)})")
    return " AND ".join(parts) or "true", params


def where_tally(ask: Ask, tally: str = "t") -> tuple[str, dict[str, Any]]:
    """A condition on ``tallies`` (of that alias) and its parameters.

    It selects what was counted for the departments asked for, of events that match the other
    filters. A tally stays with its department, even if another has the event now.
    """
    rest, params = where(ask, without=("department",))
    parts = []
    if rest != "true":
        parts.append(f"{tally}.event_id IN (SELECT event_id FROM events WHERE {rest})")
    if ask.department:
        parts.append(f"list_contains($ask_department, {tally}.department)")
        params["ask_department"] = ["" if v == NONE else v for v in ask.many("department")]
    return " AND ".join(parts) or "true", params
