"""Working time between any two moments: exact, and at a cost that does not grow with the span."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config.rules.workdays import china_workday
from dashboard.core.model.calendars import WorkingHours, wall_time
from dashboard.core.model.rules import weekdays

_DAY = timedelta(days=1)
#: changes of the clocks at two, at midnight, at one past midnight, by half an hour, of a whole day
_ZONES = (
    *("Asia/Shanghai", "America/Los_Angeles", "Atlantic/Azores", "America/St_Johns"),
    *("Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca"),
)
_HOURS = (
    (time(8, 30), time(17, 30)),
    (time(0), time(0)),
    (time(0), time(6)),
    (time(2, 30), time(3, 15)),
    (time(16), time(0)),
)
_HOURS_OF = {
    (zone, hours, works): WorkingHours(ZoneInfo(zone), works, *hours)
    for zone in _ZONES
    for hours in _HOURS
    for works in (china_workday, weekdays)
}
#: 1971 to 2069
_moments = st.integers(31_536_000_000, 3_124_224_000_000)


def _by_days(hours: WorkingHours, start: int, end: int) -> int:
    """The definition: of each working day, what of its hours is between the two moments."""
    day = datetime.fromtimestamp(start / 1000, hours.zone).date() - _DAY
    last = datetime.fromtimestamp(end / 1000, hours.zone).date() + _DAY
    total = 0
    while day <= last:
        if hours.is_workday(day):
            until = day if hours.closes != time(0) else day + _DAY
            opens = wall_time(hours.zone, day, hours.opens)
            closes = wall_time(hours.zone, until, hours.closes)
            total += max(0, min(end, closes) - max(start, opens))
        day += _DAY
    return total


@given(st.sampled_from(list(_HOURS_OF.values())), _moments, st.integers(0, 500 * 86_400_000))
def test_between_is_what_its_days_add_up_to(hours: WorkingHours, start: int, span: int) -> None:
    assert hours.between(start, start + span) == _by_days(hours, start, start + span)


@given(
    st.sampled_from(list(_HOURS_OF.values())),
    st.integers(1971, 2060),
    st.integers(-3 * 86_400_000, 3 * 86_400_000),
    st.integers(0, 6 * 86_400_000),
)
def test_between_around_new_year(hours: WorkingHours, year: int, off: int, span: int) -> None:
    start = wall_time(hours.zone, date(year, 1, 1), time(0)) + off
    assert hours.between(start, start + span) == _by_days(hours, start, start + span)


@given(st.sampled_from(list(_HOURS_OF.values())), _moments, st.integers(1, 400 * 3_600_000))
def test_add_finds_the_first_moment(hours: WorkingHours, start: int, amount: int) -> None:
    end = hours.add(start, amount)
    assert _by_days(hours, start, end) == amount
    assert _by_days(hours, start, end - 1) == amount - 1


@pytest.mark.parametrize(
    ("start", "end"), [("1970-01-01", "2026-11-30"), ("2026-01-01", "2285-12-31")]
)
def test_half_a_century_is_exact(start: str, end: str) -> None:
    hours = _HOURS_OF["America/Los_Angeles", _HOURS[0], china_workday]
    first, last = (round(datetime.fromisoformat(day).timestamp() * 1000) for day in (start, end))
    assert hours.between(first, last) == _by_days(hours, first, last)


def test_a_day_is_asked_for_once_however_often_its_span_is() -> None:
    asked = 0

    def works(day: date) -> bool:
        nonlocal asked
        asked += 1
        return china_workday(day)

    hours = WorkingHours(ZoneInfo("Asia/Shanghai"), works, time(8, 30), time(17, 30))
    now = 1_795_000_000_000
    hours.between(1, now)
    once = asked
    assert once <= 58 * 366
    for event in range(1000):
        start = event * 86_400_000
        assert hours.add(start, hours.between(start, now)) <= now
    assert asked == once


def test_a_calendar_without_working_days_ends() -> None:
    hours = WorkingHours(ZoneInfo("Asia/Shanghai"), lambda day: day.year < 2027, time(8), time(9))
    with pytest.raises(ValueError, match="no working day in 2027"):
        hours.add(1_795_000_000_000, 300 * 3_600_000)
    end = wall_time(hours.zone, date(2027, 1, 1), time(0))
    assert hours.between(end - 20 * 86_400_000, 9_000_000_000_000) == 20 * 3_600_000
