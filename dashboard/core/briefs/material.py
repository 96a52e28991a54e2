"""What was counted for a brief, before anything is said about it. Pure.

Durations are ms. ``open`` and ``overdue`` are as of the end of the period (of a running one: now);
``open_before`` and ``overdue_before`` as of its start.
"""

from __future__ import annotations

import msgspec


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one subject in one period."""

    reported: int = 0
    closed: int = 0
    open: int = 0
    overdue: int = 0
    decided: int = 0
    on_time: int = 0
    #: how many were handled with a limit, handled at all, dispatched: what the rates are of
    timed: int = 0
    handled: int = 0
    dispatched: int = 0
    #: clock time from dispatch to handled, of what was handled in the period
    median: float | None = None
    p90: float | None = None
    returned: float | None = None
    reworked: float | None = None

    @property
    def on_time_rate(self) -> float | None:
        return self.on_time / self.decided if self.decided else None


class Row(msgspec.Struct, frozen=True):
    """A subject (area, category, department, level) now and in the period before."""

    code: str
    now: Sums
    #: None where the period before cannot be compared with
    before: Sums | None = None


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A department's or a place's score in the period."""

    code: str
    n: int
    dispatch: float | None = None
    handling: float | None = None
    outcome: float | None = None
    total: float | None = None
    rank: int | None = None
    rank_change: int | None = None


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """An event overdue at the end of the period; ``since`` is when it became so."""

    event_id: str
    level: str
    category: str
    department: str
    area: str
    since: int


class Point(msgspec.Struct, frozen=True):
    """A day (YYYYMMDD) or an hour (0 to 23) of the period."""

    at: int
    reported: int
    closed: int
    decided: int
    on_time: int
    #: not over yet, or not begun
    running: bool = False


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a brief is made of."""

    total: Row
    #: as of the start of the period
    open_before: int | None = None
    overdue_before: int | None = None
    levels: tuple[Row, ...] = ()
    areas: tuple[Row, ...] = ()
    categories: tuple[Row, ...] = ()
    departments: tuple[Row, ...] = ()
    #: of departments for the whole city, of the places below for an area; best first
    scores: tuple[Scored, ...] = ()
    scores_of: str = "department"
    series: tuple[Point, ...] = ()
    #: overdue for longest first
    longest: tuple[Late, ...] = ()
    #: the end the overdue times are counted to
    end: int = 0
