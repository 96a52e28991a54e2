"""Clock time: how much of it is between two moments, and when an amount of it is used up.

Two kinds: round the clock, and the working hours of working days in a zone. Which
days are working days comes from a function passed in, so that no holiday table
is here. All times are milliseconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
#: how many days off in a row a working calendar passes over before it gives up
_HORIZON_DAYS = 366


class Calendar(Protocol):
    """What a clock needs of a calendar."""

    def between(self, start: int, end: int) -> int:
        """Milliseconds of clock time from ``start`` to ``end`` (0 if not after it)."""

    def add(self, start: int, amount: int) -> int:
        """The first moment at which ``amount`` ms of clock time have passed since ``start``."""


class RoundTheClock:
    """24 × 7: clock time is time."""

    def between(self, start: int, end: int) -> int:
        return max(0, end - start)

    def add(self, start: int, amount: int) -> int:
        return start + amount


class WorkingHours:
    """The hours ``opens``–``closes``, local, of the days for which ``is_workday`` is true.

    ``closes`` at 00:00 is the end of the day. Where the clocks go forward over an opening
    or closing time, the moment of the change is used; where they go back over one,
    the first of the two counts. Hours that span a change are an hour shorter or longer.
    """

    def __init__(
        self, zone: ZoneInfo, is_workday: Callable[[date], bool], opens: time, closes: time
    ) -> None:
        if opens >= closes != time(0):
            raise ValueError(f"working hours {opens}–{closes}: expected to open before closing")
        self.zone, self.is_workday = zone, is_workday
        self.opens, self.closes = opens, closes
        self._hours = lru_cache(maxsize=8192)(self._work_of)

    @property
    def day_length(self) -> int:
        """The working hours of a day without a change of the clocks, in ms."""
        return ((_minutes(self.closes) or 24 * 60) - _minutes(self.opens)) * 60_000

    def between(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        day, last = self._date(start), self._date(end)
        total = 0
        while day <= last:
            hours = self._hours(day)
            if hours is not None:
                total += max(0, min(end, hours[1]) - max(start, hours[0]))
            day += _DAY
        return total

    def add(self, start: int, amount: int) -> int:
        if amount <= 0:
            return start
        day, left, idle = self._date(start), amount, 0
        while idle < _HORIZON_DAYS:
            hours = self._hours(day)
            idle += 1
            if hours is not None:
                idle = 0
                begin = max(start, hours[0])
                if left <= hours[1] - begin:
                    return begin + left
                left -= max(0, hours[1] - begin)
            day += _DAY
        raise ValueError(f"no working day in the {_HORIZON_DAYS} days before {day}")

    def _date(self, ms: int) -> date:
        return datetime.fromtimestamp(ms / 1000, self.zone).date()

    def _work_of(self, day: date) -> tuple[int, int] | None:
        """The working hours of a day as (start, end) in ms, None on a day off."""
        if not self.is_workday(day):
            return None
        last = day if self.closes != time(0) else day + _DAY
        return wall_time(self.zone, day, self.opens), wall_time(self.zone, last, self.closes)


def wall_time(zone: ZoneInfo, day: date, at: time) -> int:
    """The first moment of ``day`` at which local clocks show ``at`` or later, ms."""
    when = datetime.combine(day, at, zone)
    late = round(when.timestamp())
    if datetime.fromtimestamp(late, zone).replace(tzinfo=None) == when.replace(tzinfo=None):
        return late * 1000
    # skipped when the clocks go forward: look for the change between the two readings
    early = round(when.replace(fold=1).timestamp())
    before = when.utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late * 1000


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


class LocalTime:
    """Local day (YYYYMMDD as int) and minute of the day (0 … 1439) of a moment, in a zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        # zone offsets change on quarter hours only, so a quarter hour has one offset
        self._quarter = lru_cache(maxsize=4096)(self._quarter_of)

    def day_minute(self, ms: int) -> tuple[int, int]:
        quarter, rest = divmod(ms, 900_000)
        day, minute = self._quarter(quarter)
        return day, minute + rest // 60_000

    def day(self, ms: int) -> int:
        return self.day_minute(ms)[0]

    def start_of_day(self, day: int) -> int:
        """Local midnight of a YYYYMMDD day, in ms."""
        return self.moment(day, 0)

    def next_day(self, day: int) -> int:
        """Local midnight after a YYYYMMDD day, in ms."""
        return wall_time(self.zone, _date_of(day) + _DAY, time(0))

    def moment(self, day: int, minute: int) -> int:
        """The first moment of a day at which local clocks show ``minute`` (0 … 1439), in ms."""
        return wall_time(self.zone, _date_of(day), time(*divmod(minute, 60)))

    def iso(self, ms: int) -> str:
        """ISO 8601 with the zone's offset."""
        return datetime.fromtimestamp(ms / 1000, self.zone).isoformat(timespec="milliseconds")

    def _quarter_of(self, quarter: int) -> tuple[int, int]:
        when = datetime.fromtimestamp(quarter * 900, self.zone)
        return when.year * 10000 + when.month * 100 + when.day, when.hour * 60 + when.minute


def _date_of(day: int) -> date:
    return date(day // 10000, day // 100 % 100, day % 100)
