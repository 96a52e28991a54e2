"""Ranges from one local time to another: as written, as moments, compared with others."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.calendars import written as written_moment
from dashboard.core.model.periods import AskError, compared, span, written
from dashboard.core.model.rules import HOUR, MINUTE, default_rules
from tests.support.core.shorthand import LOS_ANGELES, SHANGHAI, ms

RULES = default_rules(SHANGHAI)
WEST = default_rules(LOS_ANGELES)
NOW = ms("2018-11-20 12:00")


@pytest.mark.parametrize(
    ("text", "start", "end", "grain"),
    [
        ("2018-01-15T08:30..2018-01-15T10:00", "2018-01-15 08:30", "2018-01-15 10:00", "minute"),
        ("2018-01-15T08:30..2018-01-15", "2018-01-15 08:30", "2018-01-16 00:00", "ten"),
        ("2018-01-15..2018-01-15T06:00", "2018-01-15 00:00", "2018-01-15 06:00", "minute"),
        ("2018-01-15T23:00..2018-01-15T24:00", "2018-01-15 23:00", "2018-01-16 00:00", "minute"),
        ("2018-01-15T08:00..2018-01-20T08:00", "2018-01-15 08:00", "2018-01-20 08:00", "hour"),
        ("2018-01-15T08:00..2018-03-20T08:00", "2018-01-15 08:00", "2018-03-20 08:00", "day"),
        ("2018-01-15", "2018-01-15 00:00", "2018-01-16 00:00", "hour"),
        ("2018-01-15..2018-01-17", "2018-01-15 00:00", "2018-01-18 00:00", "hour"),
        ("2018-01-15..2018-01-18", "2018-01-15 00:00", "2018-01-19 00:00", "day"),
    ],
)
def test_a_range_is_between_two_local_times(text: str, start: str, end: str, grain: str) -> None:
    found = span(written(text), RULES, NOW)
    assert (found.start_ms, found.end_ms, found.grain) == (ms(start), ms(end), grain)
    assert span(found.label, RULES, NOW) == found


@pytest.mark.parametrize(
    "text",
    [
        "2018-01-15T08:30",
        "2018-01-15T08:30..",
        "2018-01-15T08:30..2018-01-15T08:30",
        "2018-01-15T08:30..2018-01-15T07:00",
        "2018-01-15T08:60..2018-01-15T09:00",
        "2018-01-15T24:01..2018-01-16T09:00",
        "2018-01-15T25:00..2018-01-16T09:00",
        "2018-02-30T08:00..2018-03-01T09:00",
        "2018-W03T08:00..2018-03-01T09:00",
        "2018-01-15T08:00+24:00..2018-01-16T09:00",
        "2018-01-15T08:00..2030-01-16T09:00",
        "2018-01-15T٠٨:00..2018-01-16T09:00",
        "2019-01-15T08:00..2019-01-15T09:00",
    ],
)
def test_what_is_no_range_names_the_parameter(text: str) -> None:
    with pytest.raises(AskError) as refused:
        span(written(text), RULES, NOW)
    assert refused.value.field == "range"


def test_an_hour_that_is_read_twice_is_written_with_its_offset() -> None:
    first = ms("2018-11-04 01:30", LOS_ANGELES)
    labels = [written_moment(LOS_ANGELES, first + n * HOUR) for n in range(2)]
    assert labels == ["2018-11-04T01:30-07:00", "2018-11-04T01:30-08:00"]
    both = span("..".join(labels), WEST, NOW)
    assert (both.start_ms, both.end_ms) == (first, first + HOUR)
    # without an offset it is the first, and an hour that is skipped begins when it ends
    plain = span("2018-11-04T01:30..2018-11-04T02:00", WEST, NOW)
    assert (plain.start_ms, plain.end_ms) == (first, first + 90 * MINUTE)
    spring = span("2018-03-11T02:30..2018-03-11T03:30", WEST, NOW)
    assert spring.end_ms - spring.start_ms == 30 * MINUTE


def test_the_same_times_before() -> None:
    two = span("2018-01-15T08:30..2018-01-15T10:00", RULES, NOW)
    day, year = compared(two, RULES, "previous"), compared(two, RULES, "year")
    assert day is not None
    assert year is not None
    assert day.label == "2018-01-14T08:30..2018-01-14T10:00"
    assert year.label == "2017-01-15T08:30..2017-01-15T10:00"
    assert compared(two, RULES, "none") is None
    long = compared(span("2018-01-15T08:00..2018-01-17T09:00", RULES, NOW), RULES, "previous")
    assert long is not None
    assert long.label == "2018-01-12T08:00..2018-01-14T09:00"
    # one that is running is compared with as much of the one before
    running = span("2018-11-20T08:00..2018-11-20T24:00", RULES, NOW)
    assert (running.running, running.until_ms) == (True, NOW)
    before = compared(running, RULES, "previous")
    assert before is not None
    assert before.label == "2018-11-19T08:00..2018-11-19T12:00"


_ZONES = st.sampled_from([SHANGHAI, LOS_ANGELES, ZoneInfo("Asia/Kathmandu")])


@given(_ZONES, st.integers(1_500_000_000_000, 1_542_000_000_000), st.integers(1, 90 * 1440))
def test_a_written_range_is_the_same_moments(zone: ZoneInfo, at: int, minutes: int) -> None:
    start = at - at % MINUTE
    end = start + minutes * MINUTE
    text = f"{written_moment(zone, start)}..{written_moment(zone, end)}"
    found = span(text, default_rules(zone), end)
    assert (found.start_ms, found.end_ms, found.label) == (start, end, text)
