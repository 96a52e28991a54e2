"""Rows and marks of a wall: the queue, alerts, the ticker, the map's points and cells. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dashboard.core.fold.views import TIERS, cell_centre
from dashboard.core.lifecycle import clocks, ladder
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState

QUEUE_SHOWN = 24
#: of the red events, and of the orange ones
ALERTS_SHOWN = 20


def where(path: Sequence[str], named_tiers: Sequence[str]) -> dict[str, str]:
    """County, the finest place, and the finest place that a screen has a name for."""
    tiers = dict(zip(TIERS, path, strict=False))
    named = (tiers.get(tier, "") for tier in reversed(named_tiers))
    return {
        "county": tiers.get("county", ""),
        "place": next((code for code in reversed(path) if code), ""),
        "area": next((code for code in named if code), ""),
    }


def recent_row(line: Mapping[str, Any], named_tiers: Sequence[str]) -> dict[str, Any]:
    rest = {key: value for key, value in line.items() if key != "path"}
    return {**rest, **where(line.get("path", ()), named_tiers)}


def queue_rows(
    rules: Rules, states: Sequence[EventState], now: int, named_tiers: Sequence[str]
) -> list[dict[str, Any]]:
    ordered = sorted(states, key=lambda s: ladder.queue_key(rules, s, now))
    return [_queue_row(rules, s, now, named_tiers) for s in ordered[:QUEUE_SHOWN]]


def _queue_row(
    rules: Rules, state: EventState, now: int, named_tiers: Sequence[str]
) -> dict[str, Any]:
    name, clock = ladder.pressing(rules, state, now)
    due = None if clock is None else clocks.moment(rules, clock, 1.0)
    return {
        "event_id": state.event_id,
        "level": state.level,
        "status": state.status,
        "department": state.department,
        **where(state.place, named_tiers),
        "category": state.category,
        "clock": name,
        "due": due,
        "used": round(ladder.share(rules, state, now), 2),
        "step": state.step,
        "owner": ladder.owner(rules, state),
        "acknowledged": bool(state.acknowledged_at),
    }


def alert_rows(states: Sequence[EventState], named_tiers: Sequence[str]) -> list[dict[str, Any]]:
    """Open red and orange events that nobody has acknowledged: red first, the newest first."""
    # events of one moment in the order of a sorted set, so that the same ones are cut off
    ordered = sorted(
        states, key=lambda s: (s.level.rank, s.reported_at, s.event_id.encode()), reverse=True
    )
    shown = [
        [s for s in ordered if s.level == level][:ALERTS_SHOWN]
        for level in (Level.RED, Level.ORANGE)
    ]
    return [_alert_row(state, named_tiers) for of_level in shown for state in of_level]


def _alert_row(state: EventState, named_tiers: Sequence[str]) -> dict[str, Any]:
    return {
        "event_id": state.event_id,
        "level": state.level,
        "category": state.category,
        "department": state.department,
        **where(state.place, named_tiers),
        "ts": state.reported_at,
        "lon": state.lon,
        "lat": state.lat,
    }


def newest_red(points: Sequence[tuple[str, float]]) -> str | None:
    """The event at the top of the map's ranks, if it is red."""
    member, score = max(points, key=lambda point: point[1], default=("", 0.0))
    event_id, (_, _, level, _) = _point(member, score) if member else ("", (0, 0, "", 0))
    return event_id if level == Level.RED else None


def points_of(
    points: Sequence[tuple[str, float]], red: EventState | None, named_tiers: Sequence[str]
) -> dict[str, list[Any]]:
    """Marks by event id; the newest red one also says what, where and whose it is."""
    out = dict(_point(member, score) for member, score in points)
    if red is not None and red.event_id in out:
        spot = where(red.place, named_tiers)
        told = [red.category, red.department, spot["area"], spot["county"]]
        out[red.event_id] = out[red.event_id] + told
    return out


@lru_cache(maxsize=8192)
def _point(member: str, score: float) -> tuple[str, list[Any]]:
    """Event id and mark; kept, as most points are the same at the next tick."""
    lon, lat, reported, event_id = member.split(",", 3)
    level = list(Level)[int(score // 1e13)]
    return event_id, [float(lon), float(lat), str(level), int(reported)]


def cells_of(cells: Mapping[str, int], zoom: int) -> dict[str, list[float]]:
    """Cells by their tile: middle, and how many open events of each level."""
    out: dict[str, list[float]] = {}
    order = {str(level): index for index, level in enumerate(Level)}
    for name, n in cells.items():
        key, _, level = name.partition("|")
        if key not in out:
            x, y = key.split("/")
            lon, lat = cell_centre(int(x), int(y), zoom)
            out[key] = [round(lon, 5), round(lat, 5), 0, 0, 0, 0]
        out[key][2 + order[level]] += n
    return out
