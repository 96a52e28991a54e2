"""The wall's state from the views: plain numbers and codes, no language. Pure.

``Views`` is what a store holds at one committed position, merged over its shards;
``build`` makes of it what ``/api/v1/wall`` serves. Times are ms UTC unless said otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dashboard.core.fold.views import TIERS
from dashboard.core.model.actions import Level, Status
from dashboard.core.model.rules import Rules
from dashboard.core.model.scope import CITY, Scope
from dashboard.core.model.state import EventState
from dashboard.core.scoring.scores import Brief, brief, scoreboard
from dashboard.core.wall.minutes import Minutes, days, trend
from dashboard.core.wall.morning import morning
from dashboard.core.wall.rows import alert_rows, cells_of, points_of, queue_rows, recent_row

RECENT_SHOWN = 12
CHILDREN_SHOWN = 12
_TOTALS = (
    "reported", "open", "closed", "rejected", "merged", "overdue", "located", "unlocated",
    "no_grid",
)  # fmt: skip
#: not counted for a place of the city
_CITY_ONLY = frozenset({"located", "unlocated", "no_grid"})
_GROUP = ("reported", "open", "closed", "overdue", "rejected")
_TODAY = ("reported", "closed", "overdue", "on_time_rate")
_YESTERDAY = ("reported", "closed", "open", "overdue", "on_time_rate")

Sums = dict[str, int]
#: as ``Sums``; None for what is not known
Known = dict[str, int | None]


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
    """The counting views as read, summed over shards; of one place, in the same shape."""

    version: int = 0
    position: dict[str, str] = msgspec.field(default_factory=dict)
    count: Sums = msgspec.field(default_factory=dict)
    #: tier → CODE|fact → n
    places: dict[str, Sums] = msgspec.field(default_factory=dict)
    #: (metric, day) → 1440 minutes
    minutes: dict[tuple[str, int], Minutes] = msgspec.field(default_factory=dict)
    today_levels: Sums = msgspec.field(default_factory=dict)
    #: reported today and, up to the same time, yesterday; for places without series of minutes
    reported: tuple[int, int] | None = None
    #: DEPARTMENT|measure → n, for the month and for its last day
    month: Sums = msgspec.field(default_factory=dict)
    last_day: Sums = msgspec.field(default_factory=dict)
    queue: list[EventState] = msgspec.field(default_factory=list)
    queue_total: int = 0
    #: open red and orange events that nobody has acknowledged, the newest of each level
    alerts: list[EventState] = msgspec.field(default_factory=list)
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
    #: what the wall is about: the city, or a place of it
    place: dict[str, Any]
    all: Known
    today: dict[str, float | None]
    yesterday: dict[str, float | None]
    by_level: dict[str, Known]
    by_status: Sums
    by_department: dict[str, Sums]
    by_place: dict[str, Sums]
    trend: list[dict[str, Any]]
    queue: list[dict[str, Any]]
    queue_total: int
    alerts: list[dict[str, Any]]
    #: places below this one, the most open first
    children: list[dict[str, Any]]
    scores: list[Brief]
    scores_period: str
    #: whose scores: d, t or c (departments, townships, communities), or "" for none
    scores_of: str
    map: dict[str, Any]
    recent: list[dict[str, Any]]
    #: the morning brief, composed once a minute: None in between
    brief: dict[str, Any] | None = None


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
    scope: Scope = CITY,
    tell: bool = True,
) -> Wall:
    """The wall's state at the domain time ``now``.

    ``area_tier`` is the tier that the map shades; rows carry the finest place of
    ``named_tiers`` beside the exact one. ``scope`` is what the views were read of; ``tell``:
    whether the morning brief is wanted too.
    """
    local, whole = rules.local, scope.whole
    totals = {name: views.count.get(f"all|{name}", 0) for name in _TOTALS}
    groups = _grouped(views.count)
    today, yesterday = _days(rules, views, now, totals, scope)
    by_place: dict[str, Sums] = {}
    for tier in TIERS:
        for code, facts in _by_code(views.places.get(tier, {})).items():
            by_place[code] = _facts(facts)
    areas = _areas(views, area_tier, scope)
    levels = groups["level"]
    known = frozenset({"open", "overdue"} | ({"reported"} if whole else set()))
    wall = Wall(
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
        place=scope.place(),
        all={k: n if whole or k not in _CITY_ONLY else None for k, n in totals.items()},
        today=today,
        yesterday=yesterday,
        by_level={
            str(level): {
                **{
                    k: levels[level].get(k, 0) if k in known else None
                    for k in ("open", "reported", "overdue")
                },
                "today": views.today_levels.get(f"level|{level}|reported", 0)
                if scope.series
                else None,
            }
            for level in Level
        },
        by_status={str(s): views.count.get(f"status|{s}", 0) for s in Status} if whole else {},
        by_department={d: _facts(f) for d, f in sorted(groups["department"].items())},
        by_place=by_place,
        trend=_trend(rules, views, now, scope),
        queue=queue_rows(rules, views.queue, now, named_tiers),
        queue_total=views.queue_total,
        alerts=alert_rows(views.alerts, named_tiers),
        children=_children(areas),
        scores=_scores(rules, views, local.day(now) // 100),
        scores_period=f"{local.day(now) // 10000}-{local.day(now) // 100 % 100:02d}",
        scores_of=scope.subject,
        map={
            "areas": {code: facts for code, facts in areas.items() if facts["open"]},
            "points": points_of(views.points, views.newest_red, named_tiers),
            "cells": cells_of(views.cells, views.cell_zoom),
        },
        recent=[recent_row(line, named_tiers) for line in views.recent[:RECENT_SHOWN]],
    )
    if tell:
        wall.brief = morning(
            rules,
            now=now,
            series=views.minutes if scope.series else None,
            overdue=totals["overdue"],
            overdue_before=yesterday.get("overdue"),
            levels=groups["level"],
            queue=views.queue,
            queue_total=views.queue_total,
            places=areas,
            categories=groups["category"],
            warnings=wall.warnings,
            scores=wall.scores,
        )
    return wall


def _days(
    rules: Rules, views: Views, now: int, totals: Sums, scope: Scope
) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Today and yesterday; of a place without series only what was reported is known."""
    if scope.series:
        return days(rules.local, views.minutes, now, totals)
    today: dict[str, float | None] = dict.fromkeys(_TODAY)
    yesterday: dict[str, float | None] = dict.fromkeys(_YESTERDAY)
    if views.reported is not None:
        today["reported"], yesterday["reported"] = views.reported
    return today, yesterday


def _trend(rules: Rules, views: Views, now: int, scope: Scope) -> list[dict[str, Any]]:
    buckets = trend(rules.local, views.minutes, now)
    if scope.series:
        return buckets
    return [dict.fromkeys(bucket) | {"t": bucket["t"]} for bucket in buckets]


def _areas(views: Views, area_tier: str, scope: Scope) -> dict[str, dict[str, Any]]:
    """Open and overdue events of the places the map shades, and open ones per 1,000 homes."""
    tier = area_tier if scope.whole else scope.child_tier
    out = {}
    for code, facts in _by_code(views.places.get(tier, {})).items():
        if scope.whole or code in scope.children:
            n, homes = facts.get("open", 0), scope.children.get(code)
            rate = round(1000 * n / homes, 2) if homes else None
            out[code] = {"open": n, "overdue": facts.get("overdue", 0), "rate": rate}
    return out


def _children(areas: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    top = sorted(areas, key=lambda code: (-areas[code]["open"], -areas[code]["overdue"], code))
    return [
        {"code": code, "open": areas[code]["open"], "overdue": areas[code]["overdue"]}
        for code in top[:CHILDREN_SHOWN]
    ]


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


def _scores(rules: Rules, views: Views, period: int) -> list[Brief]:
    month, last = _by_code(views.month), _by_code(views.last_day)
    earlier = {
        department: {m: n - last.get(department, {}).get(m, 0) for m, n in sums.items()}
        for department, sums in month.items()
    }
    return [brief(score) for score in scoreboard(month, earlier, rules.weights_of(period))]
