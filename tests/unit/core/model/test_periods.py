"""Days, weeks and months as they are written, and when they are over and closed."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.periods import Period, PeriodError, PeriodKind, containing, parse, read
from dashboard.core.model.rules import default_rules

RULES = default_rules(ZoneInfo("Asia/Shanghai"))
_days = st.dates(date(1970, 2, 1), date(2200, 12, 31))
_kinds = st.sampled_from(list(PeriodKind))


def number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


@given(_kinds, _days)
def test_periods_hold_their_days_and_follow_each_other(kind: PeriodKind, day: date) -> None:
    period = containing(kind, number(day))
    assert period.holds(number(day))
    assert number(day) in period.days
    assert (period.days[0], period.days[-1]) == (period.first, period.last)
    assert read(period.label) == parse(kind, period.label) == period
    assert all(containing(kind, other) == period for other in period.days)
    before = period.before()
    assert not before.holds(period.first)
    last = date(before.last // 10000, before.last // 100 % 100, before.last % 100)
    assert number(last + timedelta(days=1)) == period.first
    lengths = {PeriodKind.DAY: {1}, PeriodKind.WEEK: {7}, PeriodKind.MONTH: {28, 29, 30, 31}}
    assert len(period.days) in lengths[kind]


def test_weeks_are_those_of_iso_8601() -> None:
    assert read("2018-W01") == Period(PeriodKind.WEEK, 20180101, 20180107)
    assert read("2020-W53") == Period(PeriodKind.WEEK, 20201228, 20210103)
    assert containing(PeriodKind.WEEK, 20210101).label == "2020-W53"
    # its Thursday is New Year's Eve
    assert read("2020-W53").month == 202012
    assert read("2026-W01").month == 202601


@pytest.mark.parametrize(
    ("kind", "at", "field"),
    [
        ("year", "2018", "period"),
        ("month", "2018-13", "at"),
        ("month", "2018-1", "at"),
        ("month", "2018-01-01", "at"),
        ("day", "2018-02-29", "at"),
        ("day", "٢٠١٨-01-01", "at"),
        ("week", "2018-W53", "at"),
        ("week", "2018-03", "at"),
        ("day", "0001-01-01", "at"),
        ("day", "9999-12-31", "at"),
    ],
)
def test_what_is_no_period_is_refused_by_name(kind: str, at: str, field: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse(kind, at)
    assert caught.value.field == field


def test_the_shape_tells_the_kind() -> None:
    assert [read(at).kind for at in ("2018-01-15", "2018-W03", "2018-01")] == list(PeriodKind)
    with pytest.raises(PeriodError, match="a day, a week or a month"):
        read("January")


def test_over_and_closed() -> None:
    month, local = read("2018-01"), RULES.local
    end = local.start_of_day(20180201)
    assert (month.over(RULES, end - 1), month.over(RULES, end)) == (False, True)
    closes = local.start_of_day(20180206)
    assert (month.closed(RULES, closes - 1), month.closed(RULES, closes)) == (False, True)
    # a week closes with the later of its months
    week = read("2018-W05")
    assert not week.closed(RULES, closes)
    assert week.closed(RULES, local.start_of_day(20180306))
