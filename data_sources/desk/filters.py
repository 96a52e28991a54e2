"""The filters of an ask as SQL over ``events`` or ``tallies``; values become parameters."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.actions import Status
from dashboard.core.questions.ask import NONE, STATUS_GROUPS, Ask
from dashboard.core.questions.story import NEAR_M

_TIERS = ("county", "township", "community", "grid")
_FIELDS = ("department", "category", "level", "channel")
_GROUPS = {
    "open": "{a}open",
    "ended": "NOT {a}open",
    "overdue": "{a}overdue",
    "response_overdue": "{a}response_overdue",
}

_CENTRE = "(SELECT {of} FROM events WHERE event_id = $ask_around)"
M_PER_DEGREE = 111_195.0
_EARTH_M = 6_371_000.0


def away(lat: str, lon: str, centre_lat: str, centre_lon: str) -> str:
    """SQL for the metres between two positions."""
    return (
        f"2 * {_EARTH_M} * asin(sqrt(pow(sin(radians({lat} - {centre_lat}) / 2), 2)"
        f" + cos(radians({centre_lat})) * cos(radians({lat}))"
        f" * pow(sin(radians({lon} - {centre_lon}) / 2), 2)))"
    )


_LAT, _LON = _CENTRE.format(of="lat"), _CENTRE.format(of="lon")
_AROUND = {
    "near": "{a}event_id <> $ask_around"
    f" AND {{a}}category = {_CENTRE.format(of='category')}"
    f" AND {{a}}lat BETWEEN {_LAT} - {NEAR_M / M_PER_DEGREE} AND {_LAT} + {NEAR_M / M_PER_DEGREE}"
    f" AND {away('{a}lat', '{a}lon', _LAT, _LON)} <= {NEAR_M}",
    "grid": f"{{a}}event_id <> $ask_around AND {{a}}grid = {_CENTRE.format(of='grid')}",
}


def where(
    ask: Ask, alias: str = "", *, without: tuple[str, ...] = ()
) -> tuple[str, dict[str, Any]]:
    """A condition on ``events`` and its parameters: all filters but the range.

    ``department`` is the one that has the event now, ``area`` the place it is in now; '-' is none.
    ``unplaced`` names a tier at which the event has no place, ``around`` an event that has the
    others close by or in its grid.
    """
    dot = f"{alias}." if alias else ""
    parts: list[str] = []
    params: dict[str, Any] = {}
    if ask.area and "area" not in without:
        parts.append(f"$ask_area IN ({', '.join(dot + tier for tier in _TIERS)})")
        params["ask_area"] = ask.area
    if ask.own.unplaced in _TIERS:
        parts.append(f"{dot}{ask.own.unplaced} = ''")
    kind, _, event = ask.own.around.partition(":")
    if kind in _AROUND and event:
        parts.append(_AROUND[kind].format(a=dot))
        params["ask_around"] = event
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
