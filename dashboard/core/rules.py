"""The constants of the domain, all of them settings with the defaults of the operating rules.

Times are in milliseconds of clock time; a working day is as long as its working hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from dashboard.core.calendars import Calendar, LocalTime, RoundTheClock, WorkingHours
from dashboard.core.events import Level

MINUTE = 60_000
HOUR = 60 * MINUTE

#: An escalation step is reached when this share of a clock is used.
STEP_SHARES = (0.5, 0.8, 1.0, 1.5)
#: The step (1-based) at which the clock is over.
OVERDUE_STEP = 3


@dataclass(frozen=True)
class Limit:
    """How long a department has: ``respond`` to accept, ``handle`` to finish."""

    respond: int
    handle: int
    #: counted in working hours, not round the clock
    working: bool


@dataclass(frozen=True)
class Rules:
    """Everything the fold needs to know besides the action and the state."""

    local: LocalTime
    work: Calendar
    limits: dict[Level, Limit]
    always: Calendar = field(default_factory=RoundTheClock)
    #: weight of a level in the handling score
    weights: dict[Level, int] = field(
        default_factory=lambda: {Level.BLUE: 1, Level.YELLOW: 2, Level.ORANGE: 4, Level.RED: 8}
    )
    #: share of the handling time that a rework gets
    rework_share: float = 0.5
    #: map cells are kept at these zooms of the quad-tile pyramid
    cell_zooms: tuple[int, ...] = (8, 10, 12, 14, 16)

    def calendar(self, working: bool) -> Calendar:
        return self.work if working else self.always


def weekdays(day: date) -> bool:
    """Monday to Friday; the working days where no holiday table is set."""
    return day.weekday() < 5


def default_rules(zone: ZoneInfo, is_workday: Callable[[date], bool] = weekdays) -> Rules:
    """The default limits: red 15 min / 2 h, orange 30 min / 8 h (round the clock),
    yellow 2 h / 3 working days, blue 4 h / 7 working days (08:30–17:30)."""
    opens, closes = time(8, 30), time(17, 30)
    workday = 9 * HOUR
    return Rules(
        local=LocalTime(zone),
        work=WorkingHours(zone, is_workday, opens, closes),
        limits={
            Level.RED: Limit(15 * MINUTE, 2 * HOUR, working=False),
            Level.ORANGE: Limit(30 * MINUTE, 8 * HOUR, working=False),
            Level.YELLOW: Limit(2 * HOUR, 3 * workday, working=True),
            Level.BLUE: Limit(4 * HOUR, 7 * workday, working=True),
        },
    )
