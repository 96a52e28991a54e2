"""The constants of the domain, all of them settings with the defaults of the operating rules.

Times are in milliseconds of clock time; a working day is as long as its working hours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from zoneinfo import ZoneInfo

from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import Calendar, LocalTime, RoundTheClock, WorkingHours

MINUTE = 60_000
HOUR = 60 * MINUTE

#: The step (1-based) at which a clock is over: the one at share 1.0.
OVERDUE_STEP = 3


@dataclass(frozen=True)
class Limit:
    """How long a department has: ``respond`` to accept, ``handle`` to finish."""

    respond: int
    handle: int
    #: counted in working hours, not round the clock
    working: bool


@dataclass(frozen=True)
class Ladder:
    """Who is notified: at the dispatch (index 0) and at steps 1 to 4 of each clock; "" for no unit.

    A unit is handler, department, township, county or city.
    """

    respond: tuple[str, ...]
    handle: tuple[str, ...]


_EVERYDAY = ("", "handler", "department", "township", "city")
_URGENT = ("", "handler", "department", "county", "city")
LADDERS: Mapping[Level, Ladder] = {
    Level.BLUE: Ladder(_EVERYDAY, _EVERYDAY),
    Level.YELLOW: Ladder(_EVERYDAY, _EVERYDAY),
    Level.ORANGE: Ladder(_URGENT, ("county", *_URGENT[1:])),
    Level.RED: Ladder(("county", "city", "city", "city", "city"), _URGENT),
}


@dataclass(frozen=True)
class Weights:
    """One version of the scoring weights; the shares of a group add up to 1."""

    levels: Mapping[Level, int] = field(
        default_factory=lambda: {Level.BLUE: 1, Level.YELLOW: 2, Level.ORANGE: 4, Level.RED: 8}
    )
    total: Mapping[str, float] = field(
        default_factory=lambda: {"dispatch": 0.3, "handling": 0.4, "outcome": 0.3}
    )
    outcome: Mapping[str, float] = field(
        default_factory=lambda: {"satisfied": 0.5, "rework": 0.3, "recurrence": 0.2}
    )
    #: share of the grid members' ratings in an indicator that has any
    rating: float = 0.3
    #: with this many ratings they have half of that share; with more, the rest of it bit by bit
    rating_half: float = 5.0
    #: below this many events a subject is shown but not ranked
    min_ranked: int = 5


@dataclass(frozen=True)
class Surge:
    """When a count is far above its usual."""

    #: false alarms a city accepts per day, over all places and categories
    false_alarms_per_day: float = 1.0
    #: fewer reports in an hour never raise a warning
    min_count: int = 3
    history_days: int = 28
    #: with fewer complete days no odds are shown
    odds_days: int = 7


@dataclass(frozen=True)
class Rules:
    """Everything the fold needs to know besides the action and the state."""

    local: LocalTime
    work: Calendar
    #: (in force from, ms), ascending; the first is in force from 0
    limits: tuple[tuple[int, Mapping[Level, Limit]], ...]
    always: Calendar = field(default_factory=RoundTheClock)
    #: an escalation step is reached when this share of a clock is used
    step_shares: tuple[float, ...] = (0.5, 0.8, 1.0, 1.5)
    ladders: Mapping[Level, Ladder] = field(default_factory=lambda: LADDERS)
    #: local minutes of the day in which blue and yellow notices are held back
    quiet: tuple[int, int] | None = (22 * 60, 7 * 60)
    #: the reporter of an orange or red event checks in at least this often, ms
    on_site_every: int = 30 * MINUTE
    #: share of the handling time that a rework gets
    rework_share: float = 0.5
    #: map cells are kept at these zooms of the quad-tile pyramid
    cell_zooms: tuple[int, ...] = (8, 10, 12, 14, 16)
    #: a month's scores are closed at the end of this day of the next month
    month_closes: int = 5
    #: a report this many days after a closing, same grid and category, is a recurrence
    recurrence_days: int = 30
    #: a department may close what is with it, without the centre
    department_closes: bool = False
    #: (in force from YYYYMM), ascending; the first is in force from 0
    weights: tuple[tuple[int, Weights], ...] = ((0, Weights()),)
    surge: Surge = field(default_factory=Surge)
    #: what the city wants to reach: a figure's id → share, or ms; shown next to it, nothing more
    targets: Mapping[str, float] = field(default_factory=dict)

    def calendar(self, working: bool) -> Calendar:
        return self.work if working else self.always

    def limit(self, level: Level, at: int) -> Limit:
        """The limits of a level in force at ``at``."""
        index = bisect_right(self.limits, at, key=lambda version: version[0])
        return self.limits[max(0, index - 1)][1][level]

    def weights_of(self, month: int) -> Weights:
        """The weights that a month (YYYYMM) is scored with."""
        index = bisect_right(self.weights, month, key=lambda version: version[0])
        return self.weights[max(0, index - 1)][1]

    def closes_at(self, month: int) -> int:
        """When a month (YYYYMM) is closed: the last ms of its closing day in the next month."""
        found = self._closings.get(month)
        if found is None:
            year, number = divmod(month, 100)
            year, number = (year + 1, 1) if number == 12 else (year, number + 1)
            found = self.local.next_day(year * 10000 + number * 100 + self.month_closes) - 1
            self._closings[month] = found
        return found

    @cached_property
    def _closings(self) -> dict[int, int]:
        """When months are closed, as far as it was asked."""
        return {}

    @cached_property
    def _soonest_close(self) -> int:
        """So soon after it, in ms, no moment's month is closed in any zone."""
        return self.month_closes * 24 * HOUR - 6 * HOUR

    def closed_by(self, at: int, known: int) -> bool:
        """Whether the month of ``at`` was closed by ``known``, both ms."""
        if known - at < self._soonest_close:
            return False
        return known > self.closes_at(self.local.day(at) // 100)

    def loud(self, level: Level, at: int) -> int:
        """0 if a notice of this level may leave at ``at``, else when the quiet hours end, ms."""
        if self.quiet is None or level.rank >= Level.ORANGE.rank:
            return 0
        start, end = self.quiet
        day, minute = self.local.day_minute(at)
        inside = start <= minute < end if start <= end else minute >= start or minute < end
        if not inside:
            return 0
        over = self.local.moment(day, end)
        if over > at:
            return over
        return self.local.moment(self.local.day(self.local.next_day(day)), end)


def weekdays(day: date) -> bool:
    """Monday to Friday; the working days where no holiday table is set."""
    return day.weekday() < 5


def default_rules(
    zone: ZoneInfo,
    is_workday: Callable[[date], bool] = weekdays,
    opens: time = time(8, 30),
    closes: time = time(17, 30),
) -> Rules:
    """The default limits: red 15 min / 2 h, orange 30 min / 8 h (round the clock),
    yellow 2 h / 3 working days, blue 4 h / 7 working days."""
    work = WorkingHours(zone, is_workday, opens, closes)
    workday = work.day_length
    limits = {
        Level.RED: Limit(15 * MINUTE, 2 * HOUR, working=False),
        Level.ORANGE: Limit(30 * MINUTE, 8 * HOUR, working=False),
        Level.YELLOW: Limit(2 * HOUR, 3 * workday, working=True),
        Level.BLUE: Limit(4 * HOUR, 7 * workday, working=True),
    }
    return Rules(
        local=LocalTime(zone),
        work=work,
        limits=((0, limits),),
    )
