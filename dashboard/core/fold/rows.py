"""One event as rows of the leaders' tables: pure, from its state alone.

The names here are the columns that questions see (``data_sources/desk/copy/tables.py``). Times are
ms UTC, None where something has not happened; days are local, YYYYMMDD.
"""

from __future__ import annotations

import msgspec

from dashboard.core.fold.views import TIERS
from dashboard.core.lifecycle import clocks, ladder
from dashboard.core.lifecycle.clocks import base
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock, EventState


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``events``."""

    event_id: str
    status: str
    level: str
    category: str
    channel: str
    department: str
    county: str
    township: str
    community: str
    grid: str
    lat: float | None
    lon: float | None
    reported_at: int
    dispatched_at: int | None
    accepted_at: int | None
    handled_at: int | None
    #: closed, rejected or merged, and still so
    ended_at: int | None
    #: the last closing, even if it was opened again since
    closed_at: int | None
    acknowledged_at: int | None
    updated_at: int
    reported_day: int
    #: of ``ended_at`` if it is closed now
    closed_day: int | None
    ended_day: int | None
    reported_hour: int
    #: 1 is Monday
    reported_dow: int
    open: bool
    #: its handling, its response
    overdue: bool
    response_overdue: bool
    late_ever: bool
    #: when the running handle clock, the running respond clock is used up
    due_at: int | None
    respond_due: int | None
    step: int
    owner: str
    alarm: bool
    excluded: bool
    excluded_why: str
    returns: int
    reworks: int
    reopens: int
    extensions: int
    urges: int
    absorbed: int
    survivor: str
    #: clock time that handling had used when the clock stood still last, and may use; None also
    #: where the source could not have measured it
    handle_spent_ms: int | None
    handle_limit_ms: int | None
    handle_working: bool
    #: since when the handle clock runs; None while it is stopped
    handle_since: int | None
    #: see :func:`dashboard.core.lifecycle.clocks.base`; None for a clock that is stopped
    handle_base: int | None
    respond_base: int | None
    respond_limit_ms: int | None
    respond_working: bool
    watch_until: int | None
    #: the texts of its last comments, a line each
    words: str


class Late(msgspec.Struct, frozen=True):
    """A row of ``late`` (handling overdue), of ``slow`` (response overdue), or of ``ends``.

    ``ends``: had ended before it was opened again.
    """

    event_id: str
    since: int
    until: int | None


class Counted(msgspec.Struct, frozen=True):
    """A row of ``tallies``."""

    event_id: str
    at: int
    day: int
    department: str
    measure: str
    amount: int
    standing: int


class Facts(msgspec.Struct, frozen=True):
    """All rows of one event."""

    event: Event
    late: tuple[Late, ...] = ()
    ends: tuple[Late, ...] = ()
    tallies: tuple[Counted, ...] = ()
    slow: tuple[Late, ...] = ()


def facts(rules: Rules, state: EventState) -> Facts:
    """The rows of an event's state."""
    name, day = state.event_id, rules.local.day
    return Facts(
        _event(rules, state),
        tuple(Late(name, since, until or None) for since, until in state.late),
        tuple(Late(name, since, until) for since, until in state.past_ends),
        tuple(
            Counted(name, t.at, day(t.at), t.department, t.measure, t.amount, int(t.standing))
            for t in state.tallies
        ),
        tuple(Late(name, since, until or None) for since, until in state.slow),
    )


def _event(rules: Rules, state: EventState) -> Event:
    local = rules.local
    day, minute = local.day_minute(state.reported_at)
    tiers = dict(zip(TIERS, state.place, strict=False))
    ended = None if state.open else state.ended_at
    ended_day = None if ended is None else local.day(ended)
    handle = state.handle
    stopped = handle is not None and handle.since is None
    measured = not state.unmeasured
    return Event(
        event_id=state.event_id,
        status=str(state.status),
        level=str(state.level),
        category=state.category,
        channel=state.channel,
        department=state.department,
        county=tiers.get("county", ""),
        township=tiers.get("township", ""),
        community=tiers.get("community", ""),
        grid=tiers.get("grid", ""),
        lat=state.lat,
        lon=state.lon,
        reported_at=state.reported_at,
        dispatched_at=state.dispatched_at or None,
        accepted_at=state.accepted_at or None,
        handled_at=state.handled_at or None,
        ended_at=ended,
        closed_at=state.closed_at or None,
        acknowledged_at=state.acknowledged_at or None,
        updated_at=state.updated_at,
        reported_day=day,
        closed_day=ended_day if state.status == "closed" else None,
        ended_day=ended_day,
        reported_hour=minute // 60,
        reported_dow=_weekday(day),
        open=state.open,
        overdue=state.overdue,
        response_overdue=state.response_overdue,
        late_ever=bool(state.late),
        due_at=_due(rules, handle),
        respond_due=_due(rules, state.respond),
        step=state.step,
        owner=ladder.owner(rules, state) if state.open else "",
        alarm=state.alarm,
        excluded=state.excluded,
        excluded_why=state.excluded_why,
        returns=state.returns,
        reworks=state.reworks,
        reopens=state.reopens,
        extensions=state.extensions,
        urges=state.urges,
        absorbed=state.absorbed,
        survivor=state.survivor,
        handle_spent_ms=handle.spent if handle is not None and stopped and measured else None,
        handle_limit_ms=None if handle is None else handle.limit,
        handle_working=handle is not None and handle.working,
        handle_since=None if handle is None else handle.since,
        handle_base=base(rules, handle),
        respond_base=base(rules, state.respond),
        respond_limit_ms=None if state.respond is None else state.respond.limit,
        respond_working=state.respond is not None and state.respond.working,
        watch_until=state.watch_until or None,
        words="\n".join(state.words),
    )


def _due(rules: Rules, clock: Clock | None) -> int | None:
    return None if clock is None else clocks.moment(rules, clock, 1.0)


def _weekday(day: int) -> int:
    """1 for Monday … 7 for Sunday (Sakamoto's method: no date is made)."""
    year, month, number = day // 10000, day // 100 % 100, day % 100
    year -= month < 3
    shift = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)[month - 1]
    sunday_is_0 = (year + year // 4 - year // 100 + year // 400 + shift + number) % 7
    return sunday_is_0 or 7
