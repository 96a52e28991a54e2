"""Clock time: how much of it is between two moments, and when an amount of it is used up.

Two kinds: round the clock, and the working hours of working days in a zone. Which
days are working days comes from a function passed in, so that no holiday table
is here. All times are milliseconds since the epoch, UTC.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MS = timedelta(milliseconds=1)
_DAY_MS = 86_400_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
#: working time is summed from the beginning of this year; only differences are ever used
_ANCHOR = 2015
#: years whose working days are kept, 4 kB each: all that an action's time can be in
_YEARS_KEPT = 400


class Calendar(Protocol):
    """What a clock needs of a calendar."""

    def total(self, moment: int) -> int:
        """Clock time from a fixed moment to ``moment``, in ms; negative before the fixed one."""

    def between(self, start: int, end: int) -> int:
        """Milliseconds of clock time from ``start`` to ``end`` (0 if not after it)."""

    def add(self, start: int, amount: int) -> int:
        """The first moment at which ``amount`` ms of clock time have passed since ``start``."""


class RoundTheClock:
    """24 × 7: clock time is time."""

    def total(self, moment: int) -> int:
        return moment

    def between(self, start: int, end: int) -> int:
        return max(0, end - start)

    def add(self, start: int, amount: int) -> int:
        return start + amount


class _Year:
    """The working days of a year: when each opens (ms), and the clock time before it (ms).

    ``before`` has one entry more: the clock time of the whole year.
    """

    __slots__ = ("before", "opens")

    def __init__(self, days: Iterable[tuple[int, int]]) -> None:
        self.opens, self.before = array("q"), array("q", [0])
        for opens, closes in days:
            self.opens.append(opens)
            self.before.append(self.before[-1] + closes - opens)

    def until(self, moment: int) -> int:
        """Clock time from the beginning of the year to ``moment``."""
        index = bisect_right(self.opens, moment)
        if index == 0:
            return 0
        return min(self.before[index - 1] + moment - self.opens[index - 1], self.before[index])

    def reached(self, amount: int) -> int:
        """The first moment at which ``amount`` ms of the year's clock time (> 0) have passed."""
        index = bisect_left(self.before, amount) - 1
        return self.opens[index] + amount - self.before[index]


class WorkingHours:
    """The hours ``opens``–``closes``, local, of the days for which ``is_workday`` is true.

    ``closes`` at 00:00 is the end of the day. Where the clocks go forward over an opening
    or closing time, the moment of the change is used; where they go back over one,
    the first of the two counts. Hours that span a change are an hour shorter or longer.

    A year's days are looked at once; then any span of time costs two binary searches.
    """

    def __init__(
        self, zone: ZoneInfo, is_workday: Callable[[date], bool], opens: time, closes: time
    ) -> None:
        if opens >= closes != time(0):
            raise ValueError(f"working hours {opens}–{closes}: expected to open before closing")
        self.zone, self.is_workday = zone, is_workday
        self.opens, self.closes = opens, closes
        self._year = lru_cache(maxsize=_YEARS_KEPT)(self._year_of)
        #: clock time from the beginning of the anchor year to that of each year, ms
        self._before = {_ANCHOR: 0}

    @property
    def day_length(self) -> int:
        """The working hours of a day without a change of the clocks, in ms."""
        return (_since_midnight(self.closes) or _DAY_MS) - _since_midnight(self.opens)

    def total(self, moment: int) -> int:
        year = datetime.fromtimestamp(moment // 1000, self.zone).year
        return self._before_year(year) + self._year(year).until(moment)

    def between(self, start: int, end: int) -> int:
        return self.total(end) - self.total(start) if end > start else 0

    def add(self, start: int, amount: int) -> int:
        if amount <= 0:
            return start
        year = datetime.fromtimestamp(start // 1000, self.zone).year
        left = amount + self._year(year).until(start)
        while left > (whole := self._year(year).before[-1]):
            left, year = left - whole, year + 1
            if not self._year(year).before[-1]:
                raise ValueError(f"no working day in {year}")
        return self._year(year).reached(left)

    def _before_year(self, year: int) -> int:
        """Clock time from the beginning of the anchor year to that of ``year``, ms."""
        known = self._before.get(year)
        if known is not None:
            return known
        total = 0
        if year > _ANCHOR:
            for at in range(_ANCHOR, year):
                total += self._year(at).before[-1]
                self._before[at + 1] = total
        for at in range(_ANCHOR - 1, year - 1, -1):
            total -= self._year(at).before[-1]
            self._before[at] = total
        return total

    def _year_of(self, year: int) -> _Year:
        return _Year(self._days_of(year))

    def _days_of(self, year: int) -> Iterator[tuple[int, int]]:
        """The working hours of a year's days as (start, end) in ms, in order."""
        first = date(year, 1, 1)
        length = date(year, 12, 31).toordinal() - first.toordinal() + 1
        midnight = (first.toordinal() - _EPOCH_DAY) * _DAY_MS
        # the zone's offset at the noons from the day before the first to the day after the last
        noons = (first + _DAY * number for number in range(-1, length + 1))
        offsets = [
            datetime(d.year, d.month, d.day, 12, tzinfo=self.zone).utcoffset() for d in noons
        ]
        opens, closes = _since_midnight(self.opens), _since_midnight(self.closes) or _DAY_MS
        for number in range(length):
            day = first + _DAY * number
            if not self.is_workday(day):
                continue
            offset = offsets[number + 1]
            if offset is not None and offsets[number] == offset == offsets[number + 2]:
                start = midnight + number * _DAY_MS - offset // _MS
                yield start + opens, start + closes
            else:
                last = day if self.closes != time(0) else day + _DAY
                yield wall_time(self.zone, day, self.opens), wall_time(self.zone, last, self.closes)


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


def _since_midnight(at: time) -> int:
    """ms on a day without a change of the clocks."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1000


def twice(when: datetime) -> str:
    """The offset of a local time that occurs twice, such as " −07:00"; "" for any other.

    Where the clocks go back, an hour is read twice: without its offset it could be either.
    """
    if when.replace(fold=0).utcoffset() == when.replace(fold=1).utcoffset():
        return ""
    offset = when.strftime("%z")
    return f" {'−' if offset[0] == '-' else '+'}{offset[1:3]}:{offset[3:5]}"


def written(zone: ZoneInfo, moment: int) -> str:
    """A moment as an address writes it: 2018-01-15T08:30, with its offset in an hour read twice."""
    when = datetime.fromtimestamp(moment // 1000, zone)
    return f"{when:%Y-%m-%dT%H:%M}{twice(when).strip().replace('−', '-')}"


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
