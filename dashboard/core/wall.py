"""The wall's state from the views: plain numbers and codes, no language. Pure.

``Views`` is what a store holds at one committed position, merged over its shards;
``build`` makes of it what ``/api/v1/wall`` serves. Times are ms UTC unless said otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from dashboard.core import escalation, sla
from dashboard.core.events import Level, Status
from dashboard.core.minutes import Minutes, days, trend
from dashboard.core.rules import Rules
from dashboard.core.scoring import Brief, brief, scoreboard
from dashboard.core.state import EventState
from dashboard.core.views import TIERS, cell_centre

QUEUE_SHOWN = 12
RECENT_SHOWN = 12
_TOTALS = (
    "reported", "open", "closed", "rejected", "merged", "overdue", "located", "unlocated",
    "no_grid",
)  # fmt: skip
_GROUP = ("reported", "open", "closed", "overdue", "rejected")

Sums = dict[str, int]


class Health(msgspec.Struct, frozen=True):
    """Whether the engine works: ``state`` live, feed-silent or engine-stopped; what stopped."""

    state: str = "live"
    stop: str | None = None
    #: actions that wait to be folded
    lag: int = 0


class Checked(msgspec.Struct, frozen=True):
    """The last complete recount: when it ended (server's time, ms; 0 for none), what differed."""

    at: int = 0
    differences: int = 0


UNCHECKED = Checked()


class Views(msgspec.Struct, kw_only=True):
    """The counting views as read, summed over shards."""

    version: int = 0
    position: dict[str, str] = msgspec.field(default_factory=dict)
    count: Sums = msgspec.field(default_factory=dict)
    #: tier → CODE|fact → n
    places: dict[str, Sums] = msgspec.field(default_factory=dict)
    #: (metric, day) → 1440 minutes
    minutes: dict[tuple[str, int], Minutes] = msgspec.field(default_factory=dict)
    today_levels: Sums = msgspec.field(default_factory=dict)
    #: DEPARTMENT|measure → n, for the month and for its last day
    month: Sums = msgspec.field(default_factory=dict)
    last_day: Sums = msgspec.field(default_factory=dict)
    queue: list[EventState] = msgspec.field(default_factory=list)
    queue_total: int = 0
    #: "lon,lat,reported_at,event_id" with its rank
    points: list[tuple[str, float]] = msgspec.field(default_factory=list)
    #: the newest open red event that has a place on the map
    newest_red: EventState | None = None
    #: X/Y|level → n at ``cell_zoom``; read only when there are too many points
    cells: Sums = msgspec.field(default_factory=dict)
    cell_zoom: int = 0
    recent: list[dict[str, Any]] = msgspec.field(default_factory=list)


class Wall(msgspec.Struct, kw_only=True):
    """What ``/api/v1/wall`` serves; see docs/architecture.md for every field."""

    version: int
    as_of: str
    now_ms: int
    age_ms: int
    position: dict[str, str]
    source: str
    city: str
    health: Health
    checked: Checked
    warnings: list[dict[str, Any]]
    all: Sums
    today: dict[str, float | None]
    yesterday: dict[str, float | None]
    by_level: dict[str, Sums]
    by_status: Sums
    by_department: dict[str, Sums]
    by_place: dict[str, Sums]
    trend: list[dict[str, Any]]
    queue: list[dict[str, Any]]
    queue_total: int
    scores: list[Brief]
    scores_period: str
    map: dict[str, Any]
    recent: list[dict[str, Any]]


def build(
    rules: Rules,
    views: Views,
    *,
    now: int,
    age_ms: int,
    source: str,
    city: str,
    health: Health,
    area_tier: str,
    named_tiers: Sequence[str],
    checked: Checked = UNCHECKED,
    warnings: Sequence[Mapping[str, Any]] = (),
) -> Wall:
    """The wall's state at the domain time ``now``.

    ``area_tier`` is the tier that the map shades; rows carry the finest place of
    ``named_tiers`` beside the exact one.
    """
    local = rules.local
    totals = {name: views.count.get(f"all|{name}", 0) for name in _TOTALS}
    groups = _grouped(views.count)
    today, yesterday = days(local, views.minutes, now, totals)
    by_place: dict[str, Sums] = {}
    for tier in TIERS:
        for code, facts in _by_code(views.places.get(tier, {})).items():
            by_place[code] = _facts(facts)
    areas = _by_code(views.places.get(area_tier, {}))
    levels = groups["level"]
    return Wall(
        version=views.version,
        as_of=local.iso(now),
        now_ms=now,
        age_ms=age_ms,
        position=views.position,
        source=source,
        city=city,
        health=health,
        checked=checked,
        warnings=[dict(warning) for warning in warnings],
        all=totals,
        today=today,
        yesterday=yesterday,
        by_level={
            str(level): {
                **{k: levels[level].get(k, 0) for k in ("open", "reported", "overdue")},
                "today": views.today_levels.get(f"level|{level}|reported", 0),
            }
            for level in Level
        },
        by_status={str(s): views.count.get(f"status|{s}", 0) for s in Status},
        by_department={d: _facts(f) for d, f in sorted(groups["department"].items())},
        by_place=by_place,
        trend=trend(local, views.minutes, now),
        queue=_queue(rules, views.queue, now, named_tiers),
        queue_total=views.queue_total,
        scores=_scores(rules, views, local.day(now) // 100),
        scores_period=f"{local.day(now) // 10000}-{local.day(now) // 100 % 100:02d}",
        map={
            "areas": {code: n for code, f in areas.items() if (n := f.get("open", 0))},
            "points": _points(views.points, views.newest_red, named_tiers),
            "cells": _cells(views.cells, views.cell_zoom),
        },
        recent=[_recent_row(line, named_tiers) for line in views.recent[:RECENT_SHOWN]],
    )


def _facts(facts: Mapping[str, int]) -> Sums:
    return {name: facts.get(name, 0) for name in _GROUP}


def _by_code(fields: Mapping[str, int]) -> dict[str, Sums]:
    """CODE|fact → n as code → fact → n; a code may itself hold a bar."""
    out: dict[str, Sums] = defaultdict(dict)
    for name, n in fields.items():
        code, _, fact = name.rpartition("|")
        out[code][fact] = n
    return out


def _grouped(count: Mapping[str, int]) -> dict[str, dict[str, Sums]]:
    """kind|CODE|fact → n as kind → code → fact → n."""
    out: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(dict))
    for name, n in count.items():
        kind, _, rest = name.partition("|")
        code, _, fact = rest.rpartition("|")
        out[kind][code][fact] = n
    return out


def _where(path: Sequence[str], named_tiers: Sequence[str]) -> dict[str, str]:
    """County, the finest place, and the finest place that a screen has a name for."""
    tiers = dict(zip(TIERS, path, strict=False))
    named = (tiers.get(tier, "") for tier in reversed(named_tiers))
    return {
        "county": tiers.get("county", ""),
        "place": next((code for code in reversed(path) if code), ""),
        "area": next((code for code in named if code), ""),
    }


def _recent_row(line: Mapping[str, Any], named_tiers: Sequence[str]) -> dict[str, Any]:
    rest = {key: value for key, value in line.items() if key != "path"}
    return {**rest, **_where(line.get("path", ()), named_tiers)}


def _queue(
    rules: Rules, states: Sequence[EventState], now: int, named_tiers: Sequence[str]
) -> list[dict[str, Any]]:
    ordered = sorted(states, key=lambda s: escalation.queue_key(rules, s, now))
    return [_queue_row(rules, s, now, named_tiers) for s in ordered[:QUEUE_SHOWN]]


def _queue_row(
    rules: Rules, state: EventState, now: int, named_tiers: Sequence[str]
) -> dict[str, Any]:
    name, clock = escalation.pressing(rules, state, now)
    due = None if clock is None else sla.moment(rules, clock, 1.0)
    return {
        "event_id": state.event_id,
        "level": state.level,
        "status": state.status,
        "department": state.department,
        **_where(state.place, named_tiers),
        "category": state.category,
        "clock": name,
        "due": due,
        "used": round(escalation.share(rules, state, now), 2),
        "step": state.step,
        "owner": escalation.owner(rules, state),
        "acknowledged": bool(state.acknowledged_at),
    }


def _scores(rules: Rules, views: Views, period: int) -> list[Brief]:
    month, last = _by_code(views.month), _by_code(views.last_day)
    earlier = {
        department: {m: n - last.get(department, {}).get(m, 0) for m, n in sums.items()}
        for department, sums in month.items()
    }
    return [brief(score) for score in scoreboard(month, earlier, rules.weights_of(period))]


def newest_red(points: Sequence[tuple[str, float]]) -> str | None:
    """The event at the top of the map's ranks, if it is red."""
    member, score = max(points, key=lambda point: point[1], default=("", 0.0))
    event_id, (_, _, level, _) = _point(member, score) if member else ("", (0, 0, "", 0))
    return event_id if level == Level.RED else None


def _points(
    points: Sequence[tuple[str, float]], red: EventState | None, named_tiers: Sequence[str]
) -> dict[str, list[Any]]:
    """Marks by event id; the newest red one also says what, where and whose it is."""
    out = dict(_point(member, score) for member, score in points)
    if red is not None and red.event_id in out:
        where = _where(red.place, named_tiers)
        told = [red.category, red.department, where["area"], where["county"]]
        out[red.event_id] = out[red.event_id] + told
    return out


@lru_cache(maxsize=8192)
def _point(member: str, score: float) -> tuple[str, list[Any]]:
    """Event id and mark; kept, as most points are the same at the next tick."""
    lon, lat, reported, event_id = member.split(",", 3)
    level = list(Level)[int(score // 1e13)]
    return event_id, [float(lon), float(lat), str(level), int(reported)]


def _cells(cells: Mapping[str, int], zoom: int) -> dict[str, list[float]]:
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
