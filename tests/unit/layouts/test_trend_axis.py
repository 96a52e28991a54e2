"""The axis of a trend: ticks at round local times, a place for each point, ranges as addresses."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from dashboard.core.model.periods import span
from dashboard.core.model.rules import HOUR, MINUTE, default_rules
from dashboard.core.questions.answers import Point, Series
from data_sources.desk.series import _steps
from layouts.pages import axis
from tests.support.core.shorthand import LOS_ANGELES, SHANGHAI, ms

NOW = ms("2019-06-01 12:00")


def series(text: str, zone: ZoneInfo = SHANGHAI) -> Series:
    """The empty series of a range."""
    rules = default_rules(zone)
    found = span(text, rules, NOW)
    points = []
    for start, end in _steps(rules, found, found.grain):
        day, minute = rules.local.day_minute(start)
        points.append(
            Point(start_ms=start, end_ms=end, day=day, hour=minute // 60, minute=minute % 60)
        )
    return Series(found.grain, tuple(points))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2018-01-15", ["01-15", "04:00", "08:00", "12:00", "16:00", "20:00"]),
        (
            "2018-01-15T08:30..2018-01-15T10:00",
            [f"0{n}" for n in ("8:30", "8:45", "9:00", "9:15", "9:30", "9:45")],
        ),
        ("2018-01-15T08:33..2018-01-15T08:40", [f"08:{n}" for n in range(33, 40)]),
        (
            "2018-01-14T20:00..2018-01-16T08:00",
            ["01-15", "06:00", "12:00", "18:00", "01-16", "06:00"],
        ),
        ("2018-01-05..2018-01-09", ["01-05", "01-06", "01-07", "01-08", "01-09"]),
        ("2018-01", ["01-01", "01-08", "01-15", "01-22", "01-29"]),
        ("2018", ["2018-01", "2018-03", "2018-05", "2018-07", "2018-09", "2018-11"]),
    ],
)
def test_ticks_are_round_and_few(text: str, words: list[str]) -> None:
    found = series(text)
    places, shown = axis.ticks(found)
    assert shown == words
    for place, word in zip(places, shown, strict=True):
        assert word in axis.hover(found.points[place], found.by, "Asia/Shanghai")


def test_the_clocks_go_back_and_forward() -> None:
    """Every hour that there was has a place of its own, and is named as local clocks read."""
    autumn = series("2018-11-04", LOS_ANGELES)
    assert [point.hour for point in autumn.points] == [0, 1, 1, *range(2, 24)]
    places, words = axis.ticks(autumn)
    assert words == ["11-04", "04:00", "08:00", "12:00", "16:00", "20:00"]
    assert places == [0, 5, 9, 13, 17, 21]
    assert [axis.hover(autumn.points[n], "hour", "America/Los_Angeles") for n in (1, 2, 3)] == [
        "2018-11-04 01:00 −07:00",
        "2018-11-04 01:00 −08:00",
        "2018-11-04 02:00",
    ]
    bounds = axis.bounds(autumn, "America/Los_Angeles")
    assert len(bounds) == 26
    second = span(f"{bounds[2]}..{bounds[3]}", default_rules(LOS_ANGELES), NOW)
    assert second.end_ms - second.start_ms == HOUR
    assert second.start_ms == autumn.points[2].start_ms
    spring = series("2018-03-11T00:00..2018-03-11T05:00", LOS_ANGELES)
    assert len(spring.points) == 240
    assert axis.ticks(spring)[1] == ["03-11", "01:00", "03:00", "04:00"]
    assert spring.points[120].hour == 3


def test_a_range_that_begins_within_a_step() -> None:
    found = series("2018-01-15T08:33..2018-01-15T15:00")
    assert found.by == "ten"
    minutes = [(point.hour, point.minute) for point in found.points[:3]]
    assert minutes == [(8, 33), (8, 40), (8, 50)]
    assert axis.bounds(found, "Asia/Shanghai")[-2:] == ["2018-01-15T14:50", "2018-01-15T15:00"]
    assert found.points[1].start_ms - found.points[0].start_ms == 7 * MINUTE
