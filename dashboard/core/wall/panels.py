"""The wall cut into panels, and what changes in a panel from one moment to the next. Pure.

In: a :class:`~dashboard.core.wall.state.Wall`. Out: :class:`Panels`, one object a panel. Rows are
in an object by id, with their order next to them, so that a change is a small merge patch
(RFC 7396).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard, TypeVar

import msgspec

from dashboard.core.model.codes import OTHERS
from dashboard.core.model.scope import CITY, PlaceHead, Scope
from dashboard.core.scoring.scores import Brief, RankMove
from dashboard.core.surges.incidents import SurgeRow
from dashboard.core.wall.bounds import fitted
from dashboard.core.wall.counts import (
    AreaCounts,
    ChildRow,
    GroupCounts,
    LevelCounts,
    OpenCounts,
    Today,
    Totals,
    Yesterday,
)
from dashboard.core.wall.minutes import (
    HOUR_BUCKETS,
    TREND_BUCKETS,
    TREND_STEP_MIN,
    MinuteBucket,
    TrendBucket,
)
from dashboard.core.wall.morning import MorningBrief, Ordered
from dashboard.core.wall.rows import AlertRow, Cell, Point, QueueRow, TickerRow
from dashboard.core.wall.state import Wall

_PLACES_SHOWN = 8
_BUCKETS = tuple(str(n) for n in range(TREND_BUCKETS))

#: an RFC 7396 merge patch: member → new value or, for an object, its own patch; None removes
Patch = dict[str, object]
#: what a patch is made of: a JSON object as a dict, or a Struct that is encoded as one
JsonObject = Mapping[str, object] | msgspec.Struct


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a wall shows, and from where."""

    #: id of the city pack
    city: str
    #: live, replay or simulated
    source: str
    #: moves with every commit
    version: int
    #: code of the wall's place; "" for the whole city
    area: str
    place: PlaceHead
    #: whose scores: d, t or c (departments, townships, communities), or "" for none
    scores: str
    #: code → language → name of places that the page's own catalogue does not hold
    names: dict[str, dict[str, str]]


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """The large numbers."""

    all: Totals
    today: Today
    yesterday: Yesterday
    #: whether there are any records; if not, a 0 means *not recorded*
    recorded: bool = True


class TrendPanel(msgspec.Struct, frozen=True, kw_only=True):
    """The last 24 hours: number of a bucket ("0" to "143") → count; empty where not kept."""

    #: when the first bucket begins, ms UTC
    t0: int
    #: length of a bucket, ms
    step: int
    reported: dict[str, int]
    closed: dict[str, int]
    #: reported in the same ten minutes of the day before
    yesterday: dict[str, int]
    #: when the newest minute of the last hour begins, ms UTC
    minute: int
    #: reported by the minute: its number since 1970, modulo 60 → count; so that of these only two
    #: change in a minute
    minutes: dict[str, int]


class QueuePanel(Ordered[QueueRow], frozen=True, kw_only=True):
    """The first rows of the queue."""

    #: events in the queue
    total: int
    #: events of the wall's place whose handling, whose response is overdue
    overdue: int
    response_overdue: int


class ScoresPanel(msgspec.Struct, frozen=True, kw_only=True):
    """The scoreboard; scores to a tenth of a point."""

    #: month, YYYY-MM
    period: str
    order: list[str]
    rows: dict[str, Brief]


class DepartmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one department."""

    open: int
    overdue: int
    response_overdue: int
    reported: int
    closed: int


class DepartmentsPanel(msgspec.Struct, frozen=True, kw_only=True):
    """Departments by code: the screen sorts, as an order that moves is a patch every tick."""

    #: whether departments are counted: of the whole city only
    known: bool
    order: list[str]
    rows: dict[str, DepartmentRow]


class AreaPanel(PlaceHead, frozen=True, kw_only=True):
    """The wall's place and the places right below it, the most open first."""

    children: list[ChildRow]
    #: how many there are in all with counts; more than ``children`` if these were cut
    total: int


class NoBrief(msgspec.Struct, frozen=True):
    """No morning brief composed; in JSON an empty object."""


class Panels(msgspec.Struct, frozen=True, kw_only=True):
    """Every panel's payload; the names are those of the page's stores."""

    head: Head
    kpi: Kpi
    #: level → counts
    levels: dict[str, LevelCounts]
    trend: TrendPanel
    #: code → counts, of the shaded places with open events
    areas: dict[str, AreaCounts]
    #: event id → point
    points: dict[str, Point]
    #: tile ("X/Y") → cell
    cells: dict[str, Cell]
    #: the places with most open events
    places: Ordered[OpenCounts]
    queue: QueuePanel
    alerts: Ordered[AlertRow]
    scores: ScoresPanel
    departments: DepartmentsPanel
    brief: MorningBrief | NoBrief
    area: AreaPanel
    surges: Ordered[SurgeRow]
    recent: Ordered[TickerRow]


def panels(wall: Wall, top_places: Mapping[str, GroupCounts], scope: Scope = CITY) -> Panels:
    """Every panel of a wall, within the bytes of a frame.

    ``top_places`` is what the list of places is taken from.
    """
    return fitted(_panels(wall, top_places, scope))


def listed(wall: Wall, tier: str, codes: Iterable[str]) -> dict[str, GroupCounts]:
    """Counts of a tier's places for :func:`panels`; those without counts of their own are one."""
    found = {code: wall.by_place[code] for code in codes if code in wall.by_place}
    if rest := wall.others.get(tier):
        names = (name for name in GroupCounts.__struct_fields__ if name != "rejected")
        found[OTHERS] = GroupCounts(rejected=0, **{name: getattr(rest, name) for name in names})
    return found


def _panels(wall: Wall, top_places: Mapping[str, GroupCounts], scope: Scope) -> Panels:
    return Panels(
        head=Head(
            city=wall.city,
            source=wall.source,
            version=wall.version,
            area=scope.code,
            place=wall.place,
            scores=wall.scores_of,
            names={code: dict(name) for code, name in scope.names.items()},
        ),
        kpi=Kpi(all=wall.all, today=wall.today, yesterday=wall.yesterday, recorded=wall.recorded),
        levels=wall.by_level,
        trend=_trend(wall.trend, wall.last_hour),
        areas=wall.map.areas,
        points=wall.map.points,
        cells=wall.map.cells,
        places=_places(top_places),
        queue=QueuePanel(
            order=[row.event_id for row in wall.queue],
            rows={row.event_id: row for row in wall.queue},
            total=wall.queue_total,
            overdue=wall.all.overdue,
            response_overdue=wall.all.response_overdue,
        ),
        alerts=Ordered(
            order=[row.event_id for row in wall.alerts],
            rows={row.event_id: row for row in wall.alerts},
        ),
        scores=ScoresPanel(
            period=wall.scores_period,
            order=[score.department for score in wall.scores],
            rows={score.department: _rounded(score) for score in wall.scores},
        ),
        departments=_departments(wall, scope),
        brief=wall.brief or NoBrief(),
        area=AreaPanel(
            **{name: getattr(wall.place, name) for name in PlaceHead.__struct_fields__},
            children=wall.children,
            total=wall.children_total,
        ),
        surges=Ordered(
            order=[row.id for row in wall.warnings], rows={row.id: row for row in wall.warnings}
        ),
        recent=Ordered(
            order=[row.seq for row in wall.recent], rows={row.seq: row for row in wall.recent}
        ),
    )


def _departments(wall: Wall, scope: Scope) -> DepartmentsPanel:
    rows = {
        code: DepartmentRow(
            open=counts.open,
            overdue=counts.overdue,
            response_overdue=counts.response_overdue,
            reported=counts.reported,
            closed=counts.closed,
        )
        for code, counts in wall.by_department.items()
    }
    if rest := wall.others.get("department"):
        rows[OTHERS] = DepartmentRow(
            **{name: getattr(rest, name) for name in DepartmentRow.__struct_fields__}
        )
    return DepartmentsPanel(known=scope.whole, order=sorted(rows), rows=rows)


def _trend(buckets: Sequence[TrendBucket], hour: Sequence[MinuteBucket]) -> TrendPanel:
    def counts(name: str) -> dict[str, int]:
        found = (getattr(bucket, name) for bucket in buckets)
        return {n: count for n, count in zip(_BUCKETS, found, strict=True) if count is not None}

    newest = round(datetime.fromisoformat(hour[-1].t).timestamp() * 1000)
    return TrendPanel(
        t0=round(datetime.fromisoformat(buckets[0].t).timestamp() * 1000),
        step=TREND_STEP_MIN * 60_000,
        reported=counts("reported"),
        closed=counts("closed"),
        yesterday=counts("yesterday"),
        minute=newest,
        minutes={
            str((newest // 60_000 - back) % HOUR_BUCKETS): bucket.reported
            for back, bucket in enumerate(reversed(hour))
            if bucket.reported is not None
        },
    )


def _places(counts: Mapping[str, GroupCounts]) -> Ordered[OpenCounts]:
    top = sorted(
        ((code, own) for code, own in counts.items() if own.open),
        key=lambda item: (-item[1].open, -item[1].overdue, item[0]),
    )[:_PLACES_SHOWN]
    rows = {
        code: OpenCounts(open=own.open, overdue=own.overdue, response_overdue=own.response_overdue)
        for code, own in top
    }
    return Ordered(order=list(rows), rows=rows)


_Scored = TypeVar("_Scored", Brief, RankMove)


def _rounded(score: _Scored) -> _Scored:
    """The row to a tenth of a point: what a screen shows; more would only make patches."""
    values = msgspec.structs.asdict(score)
    floats: dict[str, Any] = {n: round(v, 1) for n, v in values.items() if isinstance(v, float)}
    if isinstance(score, Brief) and score.moved is not None:
        floats["moved"] = _rounded(score.moved)
    return msgspec.structs.replace(score, **floats)


def merge_patch(old: JsonObject, new: JsonObject) -> Patch:
    """The RFC 7396 patch that makes ``new`` of ``old``; empty if they are equal.

    Structs that are encoded as lists are values like any list. A null in ``new`` means 'no data'
    and looks like 'removed' in a patch; readers treat a missing member as no data, so both mean
    the same here.
    """
    patch: Patch = {}
    was, now = _members(old), _members(new)
    for name, value in now.items():
        before = was.get(name)
        if value is before or value == before:
            continue
        if _is_object(value) and _is_object(before):
            if inner := merge_patch(before, value):
                patch[name] = inner
        else:
            patch[name] = value
    for name in was.keys() - now.keys():
        patch[name] = None
    return patch


def _members(value: JsonObject) -> Mapping[str, object]:
    if isinstance(value, msgspec.Struct):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    return value


def _is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether a value is encoded as a JSON object."""
    if isinstance(value, msgspec.Struct):
        return not value.__struct_config__.array_like
    return isinstance(value, dict)
