"""Rows and marks of a wall from event states: queue, alerts, ticker, map points and cells. Pure.

Times are ms UTC. Codes are "" where something is not known: no department before the dispatch,
no place in an event without one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from dashboard.core.fold.tiles import middle
from dashboard.core.fold.views import TIERS
from dashboard.core.lifecycle import clocks, ladder
from dashboard.core.model.actions import Level, Status
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState

QUEUE_SHOWN = 24
#: of the red events, and of the orange ones
ALERTS_SHOWN = 20


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the escalation queue."""

    event_id: str
    level: Level
    status: Status
    department: str
    county: str
    #: the finest place known
    place: str
    #: the finest place that a screen has a name for
    area: str
    category: str
    #: the running clock of which more is used: respond, handle, or "" if both stand still
    clock: str
    #: when that clock is used up; None if both stand still
    due: int | None
    #: share of that clock used, to a hundredth; 1.0 is due, above is overdue
    used: float
    #: the highest escalation step reached, 0 to 4
    step: int
    #: who must act now: handler, department, township, county or city
    owner: str
    acknowledged: bool


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open red or orange event that is not acknowledged."""

    event_id: str
    level: Level
    category: str
    department: str
    county: str
    #: the finest place known
    place: str
    #: the finest place that a screen has a name for
    area: str
    #: when it was reported
    ts: int
    #: degrees, WGS 84; None for an event without a location
    lon: float | None
    lat: float | None
    #: the highest escalation step reached, 0 to 4
    step: int
    #: who must act now: handler, department, township, county or city
    owner: str


class TickerLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the ticker as a store holds it: one action that was folded."""

    #: id of the action's entry in the stream, or a name of its own for a step that time took
    seq: str
    ts: int
    event_id: str = ""
    kind: str = ""
    level: str = ""
    category: str = ""
    department: str = ""
    #: codes from county down to grid
    path: tuple[str, ...] = ()
    #: the event's status after the action
    status: str = ""


class TickerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the ticker as a wall shows it."""

    seq: str
    ts: int
    event_id: str
    kind: str
    level: str
    category: str
    department: str
    #: the event's status after the action
    status: str
    county: str
    #: the finest place known
    place: str
    #: the finest place that a screen has a name for
    area: str


class Point(msgspec.Struct, frozen=True, array_like=True):
    """An open event on the map; in JSON a list of four."""

    #: degrees, WGS 84
    lon: float
    lat: float
    level: str
    reported_at: int


class NamedPoint(Point, frozen=True, array_like=True):
    """The newest open red event on the map, with the codes of its label; a list of eight."""

    category: str
    department: str
    area: str
    county: str


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """A map tile with the number of open events of each level; in JSON a list of six."""

    #: middle of the tile, degrees, WGS 84
    lon: float
    lat: float
    blue: int
    yellow: int
    orange: int
    red: int


class Whereabouts(NamedTuple):
    """Codes of an event's place; "" for what is not known."""

    county: str
    #: the finest place known
    place: str
    #: the finest place that a screen has a name for
    area: str


def where(path: Sequence[str], named_tiers: Sequence[str]) -> Whereabouts:
    """The place of ``path`` (codes from county down); screens have names for ``named_tiers``."""
    tiers = dict(zip(TIERS, path, strict=False))
    named = (tiers.get(tier, "") for tier in reversed(named_tiers))
    return Whereabouts(
        tiers.get("county", ""),
        next((code for code in reversed(path) if code), ""),
        next((code for code in named if code), ""),
    )


def ticker_row(line: TickerLine, named_tiers: Sequence[str]) -> TickerRow:
    """A stored line with the codes of its place in place of the path."""
    county, place, area = where(line.path, named_tiers)
    return TickerRow(
        seq=line.seq,
        ts=line.ts,
        event_id=line.event_id,
        kind=line.kind,
        level=line.level,
        category=line.category,
        department=line.department,
        status=line.status,
        county=county,
        place=place,
        area=area,
    )


def queue_rows(
    rules: Rules, states: Sequence[EventState], now: int, named_tiers: Sequence[str]
) -> list[QueueRow]:
    """The queue's first rows at ``now``, in its exact order."""
    ordered = sorted(states, key=lambda s: ladder.queue_key(rules, s, now))
    return [_queue_row(rules, s, now, named_tiers) for s in ordered[:QUEUE_SHOWN]]


def _queue_row(rules: Rules, state: EventState, now: int, named_tiers: Sequence[str]) -> QueueRow:
    name, clock = ladder.pressing(rules, state, now)
    county, place, area = where(state.place, named_tiers)
    return QueueRow(
        event_id=state.event_id,
        level=state.level,
        status=state.status,
        department=state.department,
        county=county,
        place=place,
        area=area,
        category=state.category,
        clock=name,
        due=None if clock is None else clocks.moment(rules, clock, 1.0),
        used=round(ladder.share(rules, state, now), 2),
        step=state.step,
        owner=ladder.owner(rules, state),
        acknowledged=bool(state.acknowledged_at),
    )


def alert_rows(
    rules: Rules, states: Sequence[EventState], named_tiers: Sequence[str]
) -> list[AlertRow]:
    """Open red and orange events that are not acknowledged: red first, then newest first."""
    # events of one moment in the order of a sorted set, so that the same ones are cut off
    ordered = sorted(
        states, key=lambda s: (s.level.rank, s.reported_at, s.event_id.encode()), reverse=True
    )
    shown = [
        [s for s in ordered if s.level == level][:ALERTS_SHOWN]
        for level in (Level.RED, Level.ORANGE)
    ]
    return [_alert_row(rules, state, named_tiers) for of_level in shown for state in of_level]


def _alert_row(rules: Rules, state: EventState, named_tiers: Sequence[str]) -> AlertRow:
    county, place, area = where(state.place, named_tiers)
    return AlertRow(
        event_id=state.event_id,
        level=state.level,
        category=state.category,
        department=state.department,
        county=county,
        place=place,
        area=area,
        ts=state.reported_at,
        lon=state.lon,
        lat=state.lat,
        step=state.step,
        owner=ladder.owner(rules, state),
    )


def newest_red(points: Sequence[tuple[str, float]]) -> str | None:
    """The id of the event with the highest rank on the map, if it is red."""
    member, score = max(points, key=lambda point: point[1], default=("", 0.0))
    if not member:
        return None
    event_id, mark = _point(member, score)
    return event_id if mark.level == Level.RED else None


def points_of(
    points: Sequence[tuple[str, float]], red: EventState | None, named_tiers: Sequence[str]
) -> dict[str, Point]:
    """Points by event id, from members and ranks of the map's sorted set.

    The newest red event ``red`` becomes a :class:`NamedPoint`.
    """
    out = dict(_point(member, score) for member, score in points)
    if red is not None and (mark := out.get(red.event_id)) is not None:
        county, _, area = where(red.place, named_tiers)
        out[red.event_id] = NamedPoint(
            mark.lon, mark.lat, mark.level, mark.reported_at,
            red.category, red.department, area, county,
        )  # fmt: skip
    return out


def is_point(member: str, score: float) -> bool:
    """Whether a member of the map's sorted set can be read as a point."""
    try:
        _, mark = _point(member, score)
    except (ValueError, IndexError, OverflowError):
        return False
    return math.isfinite(mark.lon) and math.isfinite(mark.lat)


@lru_cache(maxsize=8192)
def _point(member: str, score: float) -> tuple[str, Point]:
    """Event id and point; cached, as most points are the same at the next tick."""
    lon, lat, reported, event_id = member.split(",", 3)
    level = list(Level)[int(score // 1e13)]
    return event_id, Point(float(lon), float(lat), str(level), int(reported))


def cells_of(cells: Mapping[str, int], zoom: int) -> dict[str, Cell]:
    """Cells by their tile ("X/Y" at ``zoom``), from ``X/Y|level → n`` and ``X/Y|at``.

    A cell is in the middle of its events.
    """
    levels = {str(level): index for index, level in enumerate(Level)}
    counts: dict[str, list[int]] = {}
    steps: dict[str, int] = {}
    for name, n in cells.items():
        tile, _, level = name.partition("|")
        if level == "at":
            steps[tile] = n
        else:
            counts.setdefault(tile, [0] * len(levels))[levels[level]] += n
    out = {}
    for tile, of_levels in counts.items():
        x, y = map(int, tile.split("/"))
        lon, lat = middle(x, y, zoom, max(1, sum(of_levels)), steps.get(tile, 0))
        out[tile] = Cell(round(lon, 5), round(lat, 5), *of_levels)
    return out
