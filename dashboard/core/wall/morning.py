"""The morning brief: yesterday and what is left of it, as numbers and codes. Pure.

Yesterday is the complete local calendar day before ``now``, compared with the day before it. What
is open, overdue or surging is counted as of ``now``. Which department is named follows fixed
rules (:func:`_named`); the words are the screen's. None means that nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from dashboard.core.lifecycle.ladder import owner
from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from dashboard.core.scoring.scores import Brief, RankMove
from dashboard.core.surges.incidents import SurgeRow
from dashboard.core.wall.counts import OpenCounts
from dashboard.core.wall.minutes import Series

#: rows of each short list
LONGEST = 5
TOP = 3

Row = TypeVar("Row")


class Ordered(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """Rows by id, with the order to show them in: a changed row is a small merge patch."""

    order: list[str]
    rows: dict[str, Row]


class LateRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event whose handling is overdue."""

    event_id: str
    level: Level
    category: str
    department: str
    #: "" if not known
    county: str
    #: the township, else the county
    area: str
    #: who must act now: handler, department, township, county or city
    owner: str
    #: when it became overdue, ms UTC
    since: int


class LongestOverdue(Ordered[LateRow], frozen=True, kw_only=True):
    """The events with handling overdue longest, among those of the queue looked at."""

    #: events looked at
    looked: int
    #: events in the queue
    waiting: int


class TopSurges(Ordered[SurgeRow], frozen=True, kw_only=True):
    """The first open surge warnings."""

    #: open warnings
    total: int


class DayBefore(msgspec.Struct, frozen=True, kw_only=True):
    """The day before yesterday; all None for a place without series."""

    reported: int | None
    closed: int | None
    #: of the events whose handling was decided on that day, the share in time (0 to 1)
    on_time_rate: float | None
    #: events whose handling, whose response was overdue yesterday at this time of day; None if
    #: the store held nothing then
    overdue: int | None
    response_overdue: int | None


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """The department that ranks first."""

    department: str
    #: 0 to 100, to a tenth, shrunk where it has few events
    total: float | None


class Improved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The department that gained most ranks in a day."""

    department: str
    #: ranks gained
    places: int | None
    #: why
    moved: RankMove | None = None


class Slowest(msgspec.Struct, frozen=True, kw_only=True):
    """The ranked department with the lowest score for handling."""

    department: str
    #: 0 to 100, to a tenth
    handling: float


class MorningBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The brief of one moment."""

    #: yesterday, YYYYMMDD
    day: int
    #: the minute it was composed for, ms UTC
    at: int
    #: yesterday's; None for a place without series
    reported: int | None
    closed: int | None
    on_time_rate: float | None
    #: events whose handling, whose response is overdue now
    overdue: int
    response_overdue: int
    before: DayBefore
    #: open red and orange events
    red: int
    orange: int
    longest: LongestOverdue
    #: with most open events
    places: Ordered[OpenCounts]
    categories: Ordered[OpenCounts]
    surges: TopSurges
    #: None if no department is ranked
    best: Best | None
    #: None if none gained a rank
    improved: Improved | None
    #: None among fewer than three ranked departments
    slowest: Slowest | None


def morning(
    rules: Rules,
    *,
    now: int,
    series: Series | None,
    overdue: int,
    overdue_before: int | None,
    response_overdue: int,
    response_overdue_before: int | None,
    red: int,
    orange: int,
    queue: Sequence[EventState],
    queue_total: int,
    places: Mapping[str, OpenCounts],
    categories: Mapping[str, OpenCounts],
    warnings: Sequence[SurgeRow],
    scores: Sequence[Brief],
) -> MorningBrief:
    """The brief as of ``now`` (ms UTC).

    ``series`` are the minutes of yesterday and the day before, None where none are kept; ``queue``
    the events that press most, of ``queue_total``: the longest overdue are looked for among them.
    """
    local = rules.local
    yesterday, before = days_before(local, now)
    reported, closed, on_time_rate = _day(series, yesterday)
    earlier = _day(series, before)
    late = sorted((s for s in queue if s.overdue), key=lambda s: (s.late[-1][0], s.event_id))
    longest = {s.event_id: _late(rules, s) for s in late[:LONGEST]}
    surges = {warning.id: warning for warning in warnings[:TOP]}
    best, improved, slowest = _named(scores)
    return MorningBrief(
        day=yesterday,
        at=now - now % 60_000,
        reported=reported,
        closed=closed,
        on_time_rate=on_time_rate,
        overdue=overdue,
        response_overdue=response_overdue,
        before=DayBefore(
            reported=earlier[0],
            closed=earlier[1],
            on_time_rate=earlier[2],
            overdue=overdue_before,
            response_overdue=response_overdue_before,
        ),
        red=red,
        orange=orange,
        longest=LongestOverdue(
            order=list(longest), rows=longest, looked=len(queue), waiting=queue_total
        ),
        places=_top(places),
        categories=_top(categories),
        surges=TopSurges(order=list(surges), rows=surges, total=len(warnings)),
        best=best,
        improved=improved,
        slowest=slowest,
    )


def days_before(local: LocalTime, now: int) -> tuple[int, int]:
    """Yesterday and the day before it (YYYYMMDD)."""
    yesterday = local.day(local.start_of_day(local.day(now)) - 1)
    return yesterday, local.day(local.start_of_day(yesterday) - 1)


def _day(series: Series | None, day: int) -> tuple[int | None, int | None, float | None]:
    """Reported, closed and the on-time rate of a complete day."""
    if series is None:
        return None, None, None

    def total(metric: str) -> int:
        found = series.get((metric, day))
        return 0 if found is None else int(found.sum())

    decided = total("decided")
    return total("reported"), total("closed"), total("on_time") / decided if decided else None


def _late(rules: Rules, state: EventState) -> LateRow:
    county, township = (*state.place, "", "")[:2]
    return LateRow(
        event_id=state.event_id,
        level=state.level,
        category=state.category,
        department=state.department,
        county=county,
        area=township or county,
        owner=owner(rules, state),
        since=state.late[-1][0],
    )


def _top(counts: Mapping[str, OpenCounts]) -> Ordered[OpenCounts]:
    """The codes with most open events; ties by what is overdue, then by code."""
    found = [(code, own) for code, own in counts.items() if code and own.open]
    found.sort(key=lambda item: (-item[1].open, -item[1].overdue, item[0]))
    rows = {
        code: OpenCounts(open=own.open, overdue=own.overdue, response_overdue=own.response_overdue)
        for code, own in found[:TOP]
    }
    return Ordered(order=list(rows), rows=rows)


def _named(scores: Iterable[Brief]) -> tuple[Best | None, Improved | None, Slowest | None]:
    """The ranked departments to name: first, most ranks gained, lowest for handling.

    The slowest is neither of the other two, and among fewer than three ranked departments none
    is named the slowest.
    """
    ranked = [score for score in scores if score.rank is not None]
    if not ranked:
        return None, None, None
    first = min(ranked, key=lambda s: (s.rank, s.department))
    total = first.total if first.shrunk is None else first.shrunk
    best = Best(department=first.department, total=None if total is None else round(total, 1))
    gained = [s for s in ranked if (s.rank_change or 0) > 0]
    improved = None
    if gained:
        most = max(gained, key=lambda s: (s.rank_change or 0, -(s.rank or 0)))
        improved = Improved(department=most.department, places=most.rank_change, moved=most.moved)
    named = {best.department, improved.department if improved else best.department}
    slow = [s for s in ranked if s.handling is not None and s.department not in named]
    if len(ranked) < 3 or not slow:
        return best, improved, None
    last = min(slow, key=lambda s: (s.handling, s.department))
    handling = round(last.handling or 0.0, 1)
    return best, improved, Slowest(department=last.department, handling=handling)
