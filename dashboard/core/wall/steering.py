"""Pointing a wall at something for a while: what may be asked for, and what it shows. Pure.

:func:`parse` turns a request's body into a :class:`Wish` or raises :class:`SteerError` naming the
field; whether an event exists, the caller must ask the store. A wish that was granted is an
:class:`Order`: who gave it, and until when it holds by the server's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

import msgspec

from dashboard.core.lifecycle import clocks, ladder
from dashboard.core.model.actions import Level, Status
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState

SHORTEST_S, LONGEST_S = 10, 3600
#: how long a wall is pointed at something by default
USUAL_S = 300
#: the name a screen goes by; "" means every wall
_DEVICE = re.compile(r"[^\s*][^*\x00-\x1f\x7f]{0,63}")
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_FIELDS = ("id", "device", "scene", "area", "event", "seconds")


class SteerError(ValueError):
    """What was asked for does not exist or is not possible; names the field and the value."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asks a wall to show; at least one of scene, area and event."""

    #: the caller's own name for it: a wish sent twice is granted once
    id: str = ""
    #: name of the screen; "" means every wall
    device: str = ""
    scene: str = ""
    area: str = ""
    event: str = ""
    seconds: int = USUAL_S


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that was granted; ``at`` and ``until`` are the server's time in ms."""

    id: str
    #: name of the screen; "" means every wall
    device: str = ""
    scene: str = ""
    area: str = ""
    event: str = ""
    by: str = ""
    at: int = 0
    until: int = 0


class SteeredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a wall shows of the event it is pointed at. Times are ms UTC."""

    level: Level
    status: Status
    category: str
    department: str
    county: str
    #: code of the finest place that a screen has a name for; "" for an event without a place
    area: str
    #: when it was reported
    ts: int
    #: degrees, WGS 84; None for an event without a location
    lon: float | None
    lat: float | None
    #: the running clock of which more is used: respond, handle, or "" if both stand still
    clock: str
    #: when that clock is used up; None if both stand still
    due: int | None
    #: the highest escalation step reached, 0 to 4
    step: int
    #: who must act now: handler, department, township, county or city
    owner: str
    acknowledged: bool


class HeldOrder(Order, frozen=True, kw_only=True):
    """An order that holds now, as every beat carries it."""

    #: the event it names; left out if the order names none, or one that does not exist
    told: SteeredEvent | msgspec.UnsetType = msgspec.UNSET


def parse(body: object, scenes: Collection[str], places: Collection[str]) -> Wish:
    """The wish in a request's body (parsed JSON); raises :class:`SteerError`.

    ``by`` is ignored: the signed-in user is known.
    """
    if not isinstance(body, Mapping):
        raise SteerError("body", body, "expected an object")
    for name in body:
        if name not in (*_FIELDS, "by"):
            raise SteerError(str(name), "…", "unknown field")
    texts = {name: _text(name, body.get(name)) for name in _FIELDS[:-1]}
    if texts["id"] and not _ID.fullmatch(texts["id"]):
        raise SteerError("id", texts["id"], "expected at most 64 letters, digits and . _ : -")
    if texts["device"] and not _DEVICE.fullmatch(texts["device"]):
        raise SteerError("device", texts["device"], "expected a name of at most 64 characters")
    seconds = body.get("seconds", USUAL_S)
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not whole or not SHORTEST_S <= seconds <= LONGEST_S:
        raise SteerError("seconds", seconds, f"expected {SHORTEST_S} to {LONGEST_S}")
    if texts["scene"] and texts["scene"] not in scenes:
        raise SteerError("scene", texts["scene"], f"not one of {', '.join(sorted(scenes))}")
    if texts["area"] and texts["area"] not in places:
        raise SteerError("area", texts["area"], "not a place of this city")
    if not (texts["scene"] or texts["area"] or texts["event"]):
        raise SteerError("scene", "", "name a scene, an area or an event")
    return Wish(seconds=seconds, **texts)


def unknown_event(event: str) -> SteerError:
    """The error for an event that the store does not have."""
    return SteerError("event", event, "no such event")


def steered_event(
    rules: Rules, state: EventState, now: int, named: Callable[[str], str]
) -> SteeredEvent:
    """What a wall shows of the event it is pointed at, at the domain's time ``now``.

    ``named`` maps a code to the finest named place at or above it.
    """
    clock_name, clock = ladder.pressing(rules, state, now)
    place = next((code for code in reversed(state.place) if code), "")
    return SteeredEvent(
        level=state.level,
        status=state.status,
        category=state.category,
        department=state.department,
        county=state.place[0] if state.place else "",
        area=named(place) if place else "",
        ts=state.reported_at,
        lon=state.lon,
        lat=state.lat,
        clock=clock_name,
        due=None if clock is None else clocks.moment(rules, clock, 1.0),
        step=state.step,
        owner=ladder.owner(rules, state),
        acknowledged=bool(state.acknowledged_at),
    )


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 200 or not (value == "" or value.isprintable()):
        raise SteerError(name, value, "expected a text of at most 200 characters")
    return value.strip()
