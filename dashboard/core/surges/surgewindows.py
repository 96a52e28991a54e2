"""The hours that surge warnings are judged in, at a moment of the domain's time."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.model.calendars import Calendar, LocalTime
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.surges.model import Cell

#: a running hour is judged against what is usual up to the next of these minutes of it
LOOKS = (5, 10, 20, 40, 60)
#: complete hours judged together, for what grows slowly
WIDE_HOURS = 3


@dataclass(frozen=True)
class Window:
    """Some local hours that are judged together."""

    start: int
    end: int
    #: newest first
    cells: tuple[Cell, ...]
    #: (local day, local hour) of the counts to add up
    hours: tuple[tuple[int, int], ...]
    #: one single hour, complete or running
    single: bool


def local_hour(local: LocalTime, at: int) -> tuple[int, int, int]:
    """(local day, hour, when that hour began) of a moment; an hour told twice is one."""
    day, minute = local.day_minute(at)
    start = at - minute % 60 * MINUTE - at % MINUTE
    before_day, before = local.day_minute(start - 1)
    if (before_day, before // 60) == (day, minute // 60):
        start -= HOUR
    return day, minute // 60, start


def windows(local: LocalTime, work: Calendar, now: int) -> list[Window]:
    """The running hour, the last complete one and the last three, at ``now``."""

    def working(day: int) -> bool:
        return work.between(local.start_of_day(day), local.next_day(day)) > 0

    day, hour, start = local_hour(local, now)
    elapsed = (now - start) / MINUTE
    until = next((look for look in LOOKS if look >= elapsed), elapsed)
    cell = (working(day), hour, until / 60)
    end = start + round(until * MINUTE)
    found = [Window(start, end, (cell,), ((day, hour),), single=True)]
    cells: list[Cell] = []
    hours: list[tuple[int, int]] = []
    end = start
    for count in range(1, WIDE_HOURS + 1):
        day, hour, begin = local_hour(local, start - 1)
        cells.append((working(day), hour, (start - begin) / HOUR))
        hours.append((day, hour))
        start = begin
        if count in (1, WIDE_HOURS):
            found.append(Window(start, end, tuple(cells), tuple(hours), single=count == 1))
    return found
