"""Local times without a zone, summer time included."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.intake.dead_letter import RowError
from data_sources.intake.local_time import end_of_day, parse, to_ms

LA = ZoneInfo("America/Los_Angeles")
HOUR = 3_600_000


def utc(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


def test_winter_and_summer() -> None:
    assert to_ms(datetime(2018, 1, 1, 0, 0, 9), LA) == utc(2018, 1, 1, 8, 0, 9)
    assert to_ms(datetime(2018, 7, 1), LA) == utc(2018, 7, 1, 7)


def test_a_skipped_hour_comes_out_later() -> None:
    assert to_ms(datetime(2018, 3, 11, 2, 30), LA) == utc(2018, 3, 11, 10, 30)


def test_a_repeated_hour_is_the_first_unless_that_is_too_early() -> None:
    half_past_one = datetime(2018, 11, 4, 1, 30)
    first, second = utc(2018, 11, 4, 8, 30), utc(2018, 11, 4, 9, 30)
    assert to_ms(half_past_one, LA) == first
    assert to_ms(half_past_one, LA, not_before=first) == first
    assert to_ms(half_past_one, LA, not_before=first + 1) == second
    # Later than both: a source's mistake, not the second hour.
    assert to_ms(half_past_one, LA, not_before=second + 1) == first


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2018, 3, 11), 23), (date(2018, 11, 4), 25), (date(2018, 1, 6), 24)],
)
def test_the_end_of_a_day(day: date, hours: int) -> None:
    start = to_ms(datetime(day.year, day.month, day.day), LA)
    assert end_of_day(day, LA) == start + hours * HOUR - 1


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)))
def test_there_and_back(local: datetime) -> None:
    local = local.replace(microsecond=0, fold=0)
    back = datetime.fromtimestamp(to_ms(local, LA) / 1000, LA).replace(tzinfo=None, fold=0)
    # Only an hour that does not exist comes back as another one.
    assert (back - local).total_seconds() in (0, 3600)


def test_what_is_not_a_time_names_the_field() -> None:
    with pytest.raises(RowError, match="ClosedDate='13/45/2018'"):
        parse("ClosedDate", "13/45/2018", ("%m/%d/%Y",))
    with pytest.raises(RowError, match="empty"):
        parse("ClosedDate", " ", ("%m/%d/%Y",))
