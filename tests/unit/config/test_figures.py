"""Durations, numbers and days: one table of units, one way to write each."""

from __future__ import annotations

import pytest

from dashboard.config.words import catalogue
from dashboard.config.words import figures as write
from dashboard.config.words.durations import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    UNITS,
    apart,
    duration,
    excess,
    signed_duration,
)

#: length in ms, in English, in Chinese: both sides of every boundary of the table
LENGTHS = [
    (0, "0 s", "0 秒"),
    (999, "0 s", "0 秒"),
    (SECOND, "1 s", "1 秒"),
    (MINUTE - 1, "59 s", "59 秒"),
    (MINUTE, "1 min", "1 分钟"),
    (HOUR - 1, "59 min", "59 分钟"),
    (HOUR, "1 h", "1 小时"),
    (HOUR + MINUTE - 1, "1 h", "1 小时"),
    (HOUR + MINUTE, "1 h 1 min", "1 小时 1 分"),
    (2 * HOUR, "2 h", "2 小时"),
    (2 * HOUR + 15 * MINUTE, "2 h 15 min", "2 小时 15 分"),
    (DAY - 1, "23 h 59 min", "23 小时 59 分"),
    (DAY, "1 d", "1 天"),
    (DAY + HOUR - 1, "1 d", "1 天"),
    (DAY + HOUR, "1 d 1 h", "1 天 1 小时"),
    (10 * DAY - 1, "9 d 23 h", "9 天 23 小时"),
    (10 * DAY, "10 d", "10 天"),
    (100 * DAY + 5 * HOUR, "100 d", "100 天"),
]


@pytest.mark.parametrize(("ms", "english", "chinese"), LENGTHS)
def test_a_duration(ms: int, english: str, chinese: str) -> None:
    assert duration(ms, catalogue("en")) == english
    assert duration(ms, catalogue("zh")) == chinese
    assert duration(-ms, catalogue("en")) == english


def test_every_boundary_of_the_table_is_above() -> None:
    lengths = {ms for ms, _, _ in LENGTHS}
    for unit in UNITS:
        assert {unit.ms - 1, unit.ms} <= lengths
        if unit.rest_ms:
            assert {unit.ms + unit.rest_ms - 1, unit.ms + unit.rest_ms} <= lengths
        if unit.rest_until:
            assert {unit.rest_until - 1, unit.rest_until} <= lengths


LONG = 15 * HOUR + 17 * MINUTE


@pytest.mark.parametrize(
    ("ms", "other", "english"),
    [
        (2 * HOUR, LONG, ("2 h", "15 h 17 min")),
        (LONG, LONG, ("15 h 17 min", "15 h 17 min")),
        (LONG + 20 * SECOND, LONG, ("15 h 17 min 20 s", "15 h 17 min 0 s")),
        (LONG + 300, LONG, ("15 h 17 min 0.300 s", "15 h 17 min 0.000 s")),
        (11 * DAY + HOUR, 11 * DAY, ("11 d 1 h 0 s", "11 d 0 s")),
        (None, LONG, (write.NOTHING, "15 h 17 min")),
    ],
)
def test_lengths_that_differ_look_different(
    ms: int | None, other: int, english: tuple[str, str]
) -> None:
    assert apart(ms, other, catalogue("en")) == english


def test_what_is_over_a_limit_is_never_over_by_nothing() -> None:
    assert excess(300, catalogue("en")) == "1 s"
    assert excess(-90 * MINUTE, catalogue("zh")) == "1 小时 30 分"


def test_an_unknown_duration_is_a_dash() -> None:
    assert duration(None, catalogue("en")) == write.NOTHING


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "±0"),
        (29_999, "±0"),
        (90 * MINUTE, "+1 h 30 min"),
        (-5 * MINUTE - 29_000, "−5 min"),
        (-3 * DAY, "−3 d"),
    ],
)
def test_a_change_of_a_duration(ms: int, words: str) -> None:
    assert signed_duration(ms, catalogue("en")) == words


@pytest.mark.parametrize(
    ("n", "digits", "words"),
    [
        (12, 0, "+12"),
        (-3, 0, "−3"),
        (0, 0, "±0"),
        (-0.04, 1, "±0"),
        (0.05001, 1, "+0.1"),
        (1234.5, 1, "+1,234.5"),
        (None, 1, "–"),
    ],
)
def test_a_change(n: float | None, digits: int, words: str) -> None:
    assert write.signed(n, digits) == words


def test_counts_shares_and_scores() -> None:
    assert write.count(1234) == "1,234"
    assert write.count(1234.0) == "1,234"
    assert write.count(12.5) == "12.5"
    assert write.count(12.5, 0) == "12"
    assert write.percent(0.9344) == "93.4%"
    assert write.percent(0.9344, 0) == "93%"
    assert write.points(93.44) == "93.4"
    assert write.rough(141_421) == "140,000"
    assert write.rough(0.0217) == "0.022"
    assert {write.count(None), write.percent(None), write.points(None)} == {write.NOTHING}


def test_days_and_moments() -> None:
    assert write.day(20180115) == "2018-01-15"
    assert write.days(20180115, 20180115) == "2018-01-15"
    assert write.days(20180101, 20180131) == "2018-01-01 – 2018-01-31"
    assert write.days(20180101, 20180131, short=True) == "2018-01-01 – 01-31"
    assert write.days(20171231, 20180101, short=True) == "2017-12-31 – 2018-01-01"
    assert write.moment(1_516_000_000_000, "Asia/Shanghai") == "2018-01-15 15:06"
    assert write.moment(None, "Asia/Shanghai") == write.NOTHING
    # the clocks go back on 4 November 2018: 01:30 occurs twice, and has its offset
    first = 1_541_320_200_000
    for at, shown in (
        (first - 3_600_000, "2018-11-04 00:30"),
        (first, "2018-11-04 01:30 −07:00"),
        (first + 3_600_000, "2018-11-04 01:30 −08:00"),
        (first + 7_200_000, "2018-11-04 02:30"),
    ):
        assert write.moment(at, "America/Los_Angeles") == shown
    assert write.moment(first, "America/Los_Angeles", "%Y-%m-%d") == "2018-11-04"
    assert write.moment(1_541_320_200_000, "Asia/Shanghai") == "2018-11-04 16:30"
