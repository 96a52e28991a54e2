"""Working hours, holidays and daylight saving: when clock time passes, and local days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config.rules.book import china_workday
from dashboard.core.model.calendars import LocalTime, RoundTheClock, WorkingHours, wall_time
from dashboard.core.model.rules import weekdays
from tests.support.core.shorthand import DAY, HOUR, LOS_ANGELES, MINUTE, SHANGHAI, ms

OPENS, CLOSES = time(8, 30), time(17, 30)
CHINA = WorkingHours(SHANGHAI, china_workday, OPENS, CLOSES)
LA = WorkingHours(LOS_ANGELES, weekdays, OPENS, CLOSES)

#: 2017 to 2020; amounts up to 60 working days
_moments = st.integers(ms("2017-01-01 00:00"), ms("2020-12-31 00:00"))
_amounts = st.integers(0, 60 * 9 * HOUR)


@given(st.sampled_from([CHINA, LA, RoundTheClock()]), _moments, _amounts)
def test_add_and_between_are_inverse(calendar: WorkingHours, start: int, amount: int) -> None:
    end = calendar.add(start, amount)
    assert calendar.between(start, end) == amount
    if amount:
        # the *first* such moment
        assert calendar.between(start, end - 1) == amount - 1


@given(st.sampled_from([CHINA, LA]), _moments, st.integers(0, 40 * DAY), st.integers(0, 40 * DAY))
def test_time_adds_up(calendar: WorkingHours, start: int, first: int, second: int) -> None:
    middle, end = start + first, start + first + second
    whole = calendar.between(start, end)
    assert calendar.between(start, middle) + calendar.between(middle, end) == whole
    assert 0 <= whole <= end - start


@given(_moments, st.integers(0, 20))
def test_china_against_a_count_of_minutes(start: int, hours: int) -> None:
    start -= start % MINUTE
    open_minutes = 0
    for at in range(start, start + hours * HOUR, MINUTE):
        local = datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=8)
        if china_workday(local.date()) and OPENS <= local.time() < CLOSES:
            open_minutes += 1
    assert CHINA.between(start, start + hours * HOUR) == open_minutes * MINUTE


def test_no_time_passes_backwards() -> None:
    start = ms("2018-03-07 10:00")
    for calendar in (CHINA, RoundTheClock()):
        assert calendar.between(start, start) == 0
        assert calendar.between(start, start - DAY) == 0


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2018-03-07 10:00", 2, "2018-03-07 12:00"),
        ("2018-03-07 16:30", 2, "2018-03-08 09:30"),
        ("2018-03-07 03:00", 1, "2018-03-07 09:30"),
        ("2018-03-07 22:00", 9, "2018-03-08 17:30"),
        # exactly to the end of the hours, not to the next morning
        ("2018-03-07 08:30", 9, "2018-03-07 17:30"),
        # over a plain weekend
        ("2018-03-09 17:00", 1, "2018-03-12 09:00"),
        # Spring Festival 2018: off 15–21 February, made up on Sunday 11 and Saturday 24
        ("2018-02-14 17:00", 1, "2018-02-22 09:00"),
        ("2018-02-10 12:00", 1, "2018-02-11 09:30"),
        ("2018-02-23 17:00", 1, "2018-02-24 09:00"),
        # National Day 2018: off 1–7 October, made up on Saturday 29 and Sunday 30 September
        ("2018-09-28 17:00", 10, "2018-09-30 09:00"),
        ("2018-09-30 17:00", 1, "2018-10-08 09:00"),
    ],
)
def test_working_hours_in_china(start: str, hours: int, end: str) -> None:
    assert CHINA.add(ms(start), hours * HOUR) == ms(end)
    assert CHINA.between(ms(start), ms(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2018, 2, 11), True),
        (date(2018, 2, 15), False),
        (date(2018, 2, 21), False),
        (date(2018, 2, 24), True),
        (date(2018, 2, 25), False),
        (date(2018, 9, 29), True),
        (date(2018, 10, 1), False),
        (date(2018, 10, 7), False),
        (date(2018, 10, 8), True),
        # no arrangement known: Monday to Friday, whatever the library returns for such years
        (date(1999, 10, 1), True),
        (date(1999, 10, 2), False),
        (date(2150, 10, 1), True),
    ],
)
def test_working_days_of_china(day: date, works: bool) -> None:
    assert china_workday(day) is works


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        # forward on Sunday 11 March 2018, back on Sunday 4 November 2018
        ("2018-03-09 17:00", 1, "2018-03-12 09:00"),
        ("2018-11-02 17:00", 1, "2018-11-05 09:00"),
    ],
)
def test_working_hours_across_daylight_saving(start: str, hours: int, end: str) -> None:
    assert LA.add(ms(start, LOS_ANGELES), hours * HOUR) == ms(end, LOS_ANGELES)
    assert LA.between(ms(start, LOS_ANGELES), ms(end, LOS_ANGELES)) == hours * HOUR


def test_working_hours_that_the_change_itself_falls_into() -> None:
    nights = WorkingHours(LOS_ANGELES, lambda _: True, time(0), time(6))
    spring, autumn = ms("2018-03-11 00:00", LOS_ANGELES), ms("2018-11-04 00:00", LOS_ANGELES)
    assert nights.between(spring, spring + DAY // 2) == 5 * HOUR
    assert nights.between(autumn, autumn + DAY // 2) == 7 * HOUR
    assert nights.add(spring, 5 * HOUR) == ms("2018-03-11 06:00", LOS_ANGELES)


ALL_DAY = WorkingHours(LOS_ANGELES, lambda _: True, time(0), time(0))


def test_hours_up_to_midnight_are_whole_days_of_23_24_and_25_hours() -> None:
    for day, hours in (("2018-03-10", 24), ("2018-03-11", 23), ("2018-11-04", 25)):
        start = ms(f"{day} 00:00", LOS_ANGELES)
        assert ALL_DAY.between(start, start + hours * HOUR) == hours * HOUR
        # no gap to the next day: clock time is time
        assert ALL_DAY.add(start, 30 * HOUR) == start + 30 * HOUR
    until_59 = WorkingHours(LOS_ANGELES, lambda _: True, time(0), time(23, 59))
    autumn = ms("2018-11-04 00:00", LOS_ANGELES)
    assert until_59.between(autumn, autumn + 2 * DAY) == (25 + 23) * HOUR - MINUTE
    assert until_59.add(autumn, 25 * HOUR) == autumn + 25 * HOUR + MINUTE
    assert (ALL_DAY.day_length, until_59.day_length) == (DAY, DAY - MINUTE)


@given(st.integers(ms("2018-01-01 00:00"), ms("2018-12-31 00:00")), st.integers(0, 20 * DAY))
def test_whole_days_are_round_the_clock(start: int, amount: int) -> None:
    assert ALL_DAY.between(start, start + amount) == amount
    assert ALL_DAY.add(start, amount) == start + amount


@pytest.mark.parametrize(
    ("opens", "closes", "spring", "autumn"),
    [
        # 02:00 to 03:00 is skipped in spring; 01:00 to 02:00 comes twice in autumn
        (time(2, 30), time(6), 180, 210),  # opens when the clocks have gone forward
        (time(0), time(2, 30), 120, 210),  # closes when they do
        (time(2, 10), time(2, 50), 0, 40),  # does not open at all
        (time(2, 30), time(3, 15), 15, 45),
        # the first 01:30 is meant, for opening and for closing
        (time(1, 30), time(4), 90, 210),
        (time(0), time(1, 30), 90, 90),
    ],
)
def test_hours_that_begin_or_end_within_the_change(
    opens: time, closes: time, spring: int, autumn: int
) -> None:
    hours = WorkingHours(LOS_ANGELES, lambda _: True, opens, closes)
    for day, minutes in (("2018-03-11", spring), ("2018-11-04", autumn)):
        start = ms(f"{day} 00:00", LOS_ANGELES)
        assert hours.between(start, start + 20 * HOUR) == minutes * MINUTE
        if minutes:
            end = hours.add(start, minutes * MINUTE)
            assert hours.between(start, end) == minutes * MINUTE
            assert end <= start + 20 * HOUR


def test_a_skipped_time_is_the_moment_of_the_change() -> None:
    change = ms("2018-03-11 03:00", LOS_ANGELES)
    for at in (time(2), time(2, 1), time(2, 59), time(3)):
        assert wall_time(LOS_ANGELES, date(2018, 3, 11), at) == change
    assert wall_time(LOS_ANGELES, date(2018, 3, 11), time(1, 59)) == change - MINUTE
    # midnight itself is skipped
    azores = ZoneInfo("Atlantic/Azores")
    assert wall_time(azores, date(2018, 3, 25), time(0)) == round(
        datetime(2018, 3, 25, 1, tzinfo=UTC).timestamp() * 1000
    )


def test_no_amount_is_used_up_at_once() -> None:
    sunday = ms("2018-03-11 12:00")
    assert CHINA.add(sunday, 0) == CHINA.add(sunday, -5) == sunday


def test_years_of_working_time_can_be_added() -> None:
    start = ms("2018-01-02 08:30")
    end = CHINA.add(start, 15 * 250 * 9 * HOUR)
    assert datetime.fromtimestamp(end / 1000, UTC).year in range(2032, 2035)
    assert CHINA.between(start, end) == 15 * 250 * 9 * HOUR


def test_a_calendar_without_working_days_is_an_error() -> None:
    never = WorkingHours(SHANGHAI, lambda _: False, OPENS, CLOSES)
    assert never.between(0, 400 * DAY) == 0
    with pytest.raises(ValueError, match="no working day"):
        never.add(0, 1)


@pytest.mark.parametrize("closes", [time(8, 30), time(8)])
def test_hours_must_open_before_they_close(closes: time) -> None:
    with pytest.raises(ValueError, match="open before closing"):
        WorkingHours(SHANGHAI, weekdays, OPENS, closes)


@given(
    st.sampled_from([SHANGHAI, LOS_ANGELES]),
    st.integers(ms("2017-01-01 00:00"), ms("2021-01-01 00:00"))
    # around both changes of 2018 in Los Angeles
    | st.integers(1_520_700_000_000, 1_520_800_000_000)
    | st.integers(1_541_300_000_000, 1_541_400_000_000),
)
def test_local_day_and_minute_are_those_of_local_clocks(zone, at: int) -> None:
    when = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    local = LocalTime(zone)
    assert local.day_minute(at) == (
        when.year * 10000 + when.month * 100 + when.day,
        when.hour * 60 + when.minute,
    )
    assert local.day(at) == local.day_minute(at)[0]
    assert datetime.fromisoformat(local.iso(at)).timestamp() * 1000 == pytest.approx(at)


def test_local_days_across_daylight_saving() -> None:
    local = LocalTime(LOS_ANGELES)
    spring, autumn = ms("2018-03-11 00:00", LOS_ANGELES), ms("2018-11-04 00:00", LOS_ANGELES)
    assert local.start_of_day(20180311) == spring
    assert local.next_day(20180311) - spring == 23 * HOUR
    assert local.moment(20180311, 7 * 60) - spring == 6 * HOUR
    assert local.moment(20181104, 7 * 60) - autumn == 8 * HOUR
    assert local.next_day(20181231) == ms("2019-01-01 00:00", LOS_ANGELES)
    assert local.start_of_day(20180312) - spring == 23 * HOUR
    assert local.start_of_day(20181105) - autumn == 25 * HOUR
    # 02:00 to 03:00 does not exist; 01:00 to 02:00 comes twice
    assert local.day_minute(spring + 2 * HOUR - 1) == (20180311, 119)
    assert local.day_minute(spring + 2 * HOUR) == (20180311, 180)
    assert local.day_minute(autumn + HOUR) == local.day_minute(autumn + 2 * HOUR)
    assert local.iso(autumn + HOUR) == "2018-11-04T01:00:00.000-07:00"
    assert local.iso(autumn + 2 * HOUR) == "2018-11-04T01:00:00.000-08:00"
