"""The wall's state from the views: plain numbers and codes, no language. Pure.

:class:`Views` is what a store holds at one committed position, summed over its shards;
:func:`build` makes of it the :class:`Wall` that ``/api/v1/wall`` serves. Times are ms UTC unless
a comment names another form.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dashboard.core.fold.views import TIERS
from dashboard.core.model.actions import Level, Status
from dashboard.core.model.codes import Known
from dashboard.core.model.rules import Rules
from dashboard.core.model.scope import CITY, PlaceHead, Scope
from dashboard.core.model.state import EventState
from dashboard.core.scoring.ranks import scoreboard
from dashboard.core.scoring.scores import Brief, brief
from dashboard.core.surges.incidents import SurgeRow
from dashboard.core.wall.bounds import (
    AREAS_KEPT,
    WARNINGS_KEPT,
    Others,
    coarser,
    kept,
    kept_scored,
)
from dashboard.core.wall.counts import (
    CHILDREN_OF_PLACE,
    CHILDREN_SHOWN,
    AreaCounts,
    ChildRow,
    GroupCounts,
    LevelCounts,
    Sums,
    Today,
    Totals,
    Yesterday,
    area_counts,
    by_code,
    child_rows,
    group_counts,
    grouped,
    open_counts,
    totals,
)
from dashboard.core.wall.minutes import MinuteBucket, Minutes, TrendBucket, days, last_hour, trend
from dashboard.core.wall.morning import MorningBrief, morning
from dashboard.core.wall.rows import (
    AlertRow,
    Cell,
    Point,
    QueueRow,
    TickerLine,
    TickerRow,
    alert_rows,
    cells_of,
    points_of,
    queue_rows,
    ticker_row,
)

RECENT_SHOWN = 12


class Health(msgspec.Struct, frozen=True):
    """Whether the engine works."""

    #: live, feed-silent or engine-stopped
    state: str = "live"
    #: what stopped: feed, projector, clock, redis, web (nothing is composed) or data (some were
    #: lost); None while it is live
    stop: str | None = None
    #: actions that wait to be folded
    lag: int = 0
    #: why Redis does not work: a code of `data_sources/store/trouble.py`; "" if it does
    cause: str = ""
    #: what may lose data: codes of `data_sources/store/soundness.py`
    risks: tuple[str, ...] = ()


class Checked(msgspec.Struct, frozen=True):
    """The last complete recount of the store from its actions."""

    #: when it ended, server's time in ms; 0 if there was none
    at: int = 0
    #: values that differed
    differences: int = 0


UNCHECKED = Checked()


class Views(msgspec.Struct, kw_only=True):
    """The counting views as read, summed over shards; of one place, in the same shape."""

    #: sum of the shards' commit numbers
    version: int = 0
    #: shard → id of the last stream entry that was folded
    position: dict[str, str] = msgspec.field(default_factory=dict)
    #: kind|CODE|fact → n
    count: Sums = msgspec.field(default_factory=dict)
    #: tier → CODE|fact → n
    places: dict[str, Sums] = msgspec.field(default_factory=dict)
    #: (metric, local day as YYYYMMDD) → 1440 counts
    minutes: dict[tuple[str, int], Minutes] = msgspec.field(default_factory=dict)
    #: level|LEVEL|reported → n
    today_levels: Sums = msgspec.field(default_factory=dict)
    #: reported today and, up to the same time, yesterday; for places without series of minutes
    reported: tuple[int, int] | None = None
    #: DEPARTMENT|measure → n, for the month and for its last day
    month: Sums = msgspec.field(default_factory=dict)
    last_day: Sums = msgspec.field(default_factory=dict)
    queue: list[EventState] = msgspec.field(default_factory=list)
    queue_total: int = 0
    #: open red and orange events not acknowledged, the newest of each level
    alerts: list[EventState] = msgspec.field(default_factory=list)
    #: "lon,lat,reported_at,event_id" with its rank
    points: list[tuple[str, float]] = msgspec.field(default_factory=list)
    #: the newest open red event that has a place on the map
    newest_red: EventState | None = None
    #: X/Y|level → n at ``cell_zoom``; read only when there are too many points
    cells: Sums = msgspec.field(default_factory=dict)
    cell_zoom: int = 0
    #: the newest first
    recent: list[TickerLine] = msgspec.field(default_factory=list)
    #: hashes that have too many fields to be read whole, by name: only known codes were read
    cut: frozenset[str] = frozenset()


class MapState(msgspec.Struct, kw_only=True):
    """What the map draws."""

    #: code → counts, of the shaded places with open events
    areas: dict[str, AreaCounts]
    #: event id → point, of the newest and gravest located open events
    points: dict[str, Point]
    #: tile ("X/Y") → cell; empty unless there are too many events for points
    cells: dict[str, Cell]


class Wall(msgspec.Struct, kw_only=True):
    """What ``/api/v1/wall`` serves."""

    #: sum of the shards' commit numbers: moves with every commit
    version: int
    #: ``now_ms`` as ISO 8601 in the city's zone
    as_of: str
    #: the domain's time
    now_ms: int
    #: ms since the views were last known to be up to date, at worst
    age_ms: int
    #: shard → id of the last stream entry that was folded
    position: dict[str, str]
    #: live, replay or simulated
    source: str
    #: id of the city pack
    city: str
    health: Health
    checked: Checked
    #: open surge warnings in the place, in the order they were read
    warnings: list[SurgeRow]
    #: the city, or the place in it, that the wall shows
    place: PlaceHead
    all: Totals
    today: Today
    yesterday: Yesterday
    by_level: dict[str, LevelCounts]
    #: status → events; empty for a place
    by_status: Sums
    #: department → counts; empty for a place
    by_department: dict[str, GroupCounts]
    #: code → counts, of the tiers that were read
    by_place: dict[str, GroupCounts]
    #: 144 buckets of ten minutes, the oldest first
    trend: list[TrendBucket]
    last_hour: list[MinuteBucket]
    #: the first rows of ``queue_total``
    queue: list[QueueRow]
    queue_total: int
    #: red first, then the newest first
    alerts: list[AlertRow]
    #: places right below this one, the most open first
    children: list[ChildRow]
    #: how many there are in all with counts; more than ``children`` if these were cut
    children_total: int
    #: in the order of their ranks
    scores: list[Brief]
    #: month of the scores, YYYY-MM
    scores_period: str
    #: whose scores: d, t or c (departments, townships, communities), or "" for none
    scores_of: str
    map: MapState
    #: the newest first
    recent: list[TickerRow]
    #: composed once a minute: None in between
    brief: MorningBrief | None = None
    #: department, category or tier → the codes that have no counts of their own here, summed
    others: dict[str, Others] = msgspec.field(default_factory=dict)
    #: whether any action has been folded by then; if not, a 0 means *not recorded*
    recorded: bool = True


class WallRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What :func:`build` needs besides the rules and the views."""

    #: the domain's time
    now: int
    #: ms since the views were last known to be up to date
    age_ms: int
    #: live, replay or simulated
    source: str
    #: id of the city pack
    city: str
    health: Health
    #: the tier that the city's map shades
    area_tier: str
    #: tiers that a screen has names for: rows carry the finest such place and the exact one
    named_tiers: Sequence[str]
    checked: Checked = UNCHECKED
    #: open surge warnings in the place
    warnings: Sequence[SurgeRow] = ()
    #: what the views were read of
    scope: Scope = CITY
    #: whether to compose the morning brief too
    brief: bool = True
    #: the codes that the city pack lists
    known: Known = Known()
    #: whether any action has been folded; None: as the commits of the views have it
    recorded: bool | None = None


def build(rules: Rules, views: Views, request: WallRequest) -> Wall:
    """The wall's state at the domain time ``request.now``."""
    now, scope, local = request.now, request.scope, rules.local
    whole, named_tiers = scope.whole, request.named_tiers
    sums = totals(views.count, whole=whole)
    groups = grouped(views.count)
    others: dict[str, Others] = {}
    for kind in ("department", "category"):
        groups[kind], rest = kept(groups[kind], getattr(request.known, kind))
        _left_out(others, kind, rest)
    today, yesterday = _days(rules, views, now, sums, scope)
    by_place: dict[str, GroupCounts] = {}
    for tier in TIERS:
        counted, rest = kept(
            by_code(views.places.get(tier, {})), request.known.places.get(tier, frozenset())
        )
        _left_out(others, tier, rest)
        by_place.update((code, group_counts(facts)) for code, facts in counted.items())
    tier = request.area_tier if whole else scope.child_tier
    areas = area_counts(
        views.places.get(tier, {}), scope.children, None if whole else scope.children
    )
    shown = sorted(areas.items(), key=lambda item: (-item[1].open, item[0]))[:AREAS_KEPT]
    wall = Wall(
        version=views.version,
        as_of=local.iso(now),
        now_ms=now,
        age_ms=request.age_ms,
        position=views.position,
        source=request.source,
        city=request.city,
        health=request.health,
        checked=request.checked,
        warnings=list(request.warnings[:WARNINGS_KEPT]),
        place=scope.place(),
        all=sums,
        today=today,
        yesterday=yesterday,
        by_level=_levels(views, groups["level"], scope),
        by_status={str(s): views.count.get(f"status|{s}", 0) for s in Status} if whole else {},
        by_department={d: group_counts(f) for d, f in sorted(groups["department"].items())},
        by_place=by_place,
        trend=_trend(rules, views, now, scope),
        last_hour=_last_hour(rules, views, now, scope),
        queue=queue_rows(rules, views.queue, now, named_tiers),
        queue_total=views.queue_total,
        alerts=alert_rows(rules, views.alerts, named_tiers),
        children=child_rows(areas, CHILDREN_SHOWN if whole else CHILDREN_OF_PLACE),
        children_total=len(areas),
        scores=_scores(rules, views, local.day(now) // 100, request.known.department),
        scores_period=f"{local.day(now) // 10000}-{local.day(now) // 100 % 100:02d}",
        scores_of=scope.subject,
        map=MapState(
            areas={code: counts for code, counts in shown if counts.open},
            points=points_of(
                sorted(views.points, key=lambda point: -point[1]), views.newest_red, named_tiers
            ),
            cells=coarser(cells_of(views.cells, views.cell_zoom), views.cell_zoom),
        ),
        recent=[ticker_row(line, named_tiers) for line in views.recent[:RECENT_SHOWN]],
        others=others,
        recorded=views.version > 0 if request.recorded is None else request.recorded,
    )
    if request.brief:
        wall.brief = morning(
            rules,
            now=now,
            series=views.minutes if scope.series else None,
            overdue=sums.overdue,
            overdue_before=yesterday.overdue,
            response_overdue=sums.response_overdue,
            response_overdue_before=yesterday.response_overdue,
            red=wall.by_level[Level.RED].open,
            orange=wall.by_level[Level.ORANGE].open,
            queue=views.queue,
            queue_total=views.queue_total,
            places=areas,
            categories={code: open_counts(facts) for code, facts in groups["category"].items()},
            warnings=wall.warnings,
            scores=wall.scores,
        )
    return wall


def _left_out(others: dict[str, Others], kind: str, rest: Others | None) -> None:
    if rest is not None:
        others[kind] = rest


def _days(
    rules: Rules, views: Views, now: int, sums: Totals, scope: Scope
) -> tuple[Today, Yesterday]:
    """Today and yesterday; of a place without series only what was reported is known."""
    if scope.series:
        return days(rules.local, views.minutes, now, sums)
    if views.reported is None:
        return Today(), Yesterday()
    today, yesterday = views.reported
    return Today(reported=today), Yesterday(reported=yesterday)


def _levels(views: Views, facts: dict[str, Sums], scope: Scope) -> dict[str, LevelCounts]:
    return {
        str(level): LevelCounts(
            open=facts[level].get("open", 0),
            reported=facts[level].get("reported", 0) if scope.whole else None,
            overdue=facts[level].get("overdue", 0),
            response_overdue=facts[level].get("response_overdue", 0),
            today=views.today_levels.get(f"level|{level}|reported", 0) if scope.series else None,
        )
        for level in Level
    }


def _last_hour(rules: Rules, views: Views, now: int, scope: Scope) -> list[MinuteBucket]:
    minutes = last_hour(rules.local, views.minutes, now)
    return minutes if scope.series else [MinuteBucket(t=bucket.t) for bucket in minutes]


def _trend(rules: Rules, views: Views, now: int, scope: Scope) -> list[TrendBucket]:
    buckets = trend(rules.local, views.minutes, now)
    return buckets if scope.series else [TrendBucket(t=bucket.t) for bucket in buckets]


def _scores(rules: Rules, views: Views, period: int, known: frozenset[str]) -> list[Brief]:
    month, last = kept_scored(by_code(views.month), known), by_code(views.last_day)
    earlier = {
        department: {m: n - last.get(department, {}).get(m, 0) for m, n in sums.items()}
        for department, sums in month.items()
    }
    return [brief(score) for score in scoreboard(month, earlier, rules.weights_of(period))]
