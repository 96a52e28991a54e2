"""Quiet hours: everyday notices of the night wait for the morning, urgent ones never."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import default_rules
from tests.support.core.notices import begun, notices_of
from tests.support.core.shorthand import LOS_ANGELES, act, ms


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2018-03-07 21:59", None),
        ("2018-03-07 22:00", "2018-03-08 07:00"),
        ("2018-03-07 23:59", "2018-03-08 07:00"),
        ("2018-03-08 00:00", "2018-03-08 07:00"),
        ("2018-03-08 06:59", "2018-03-08 07:00"),
        ("2018-03-08 07:00", None),
        ("2018-12-31 23:00", "2019-01-01 07:00"),
        # the clocks go forward in the night to 11 March, back in that to 4 November
        ("2018-03-10 22:30", "2018-03-11 07:00"),
        ("2018-03-11 01:30", "2018-03-11 07:00"),
        ("2018-11-03 23:00", "2018-11-04 07:00"),
        ("2018-11-04 01:30", "2018-11-04 07:00"),
    ],
)
def test_quiet_hours(at: str, until: str | None) -> None:
    there = default_rules(LOS_ANGELES)
    moment = ms(at, LOS_ANGELES)
    quiet = 0 if until is None else ms(until, LOS_ANGELES)
    assert there.loud(Level.BLUE, moment) == there.loud(Level.YELLOW, moment) == quiet
    assert there.loud(Level.ORANGE, moment) == there.loud(Level.RED, moment) == 0
    assert replace(there, quiet=None).loud(Level.BLUE, moment) == 0
    # quiet hours within one day end on that day
    noon = replace(there, quiet=(12 * 60, 14 * 60))
    assert noon.loud(Level.BLUE, ms("2018-03-11 13:00", LOS_ANGELES)) == (
        ms("2018-03-11 14:00", LOS_ANGELES)
    )


def test_a_notice_of_the_night_waits_for_the_morning() -> None:
    """A source's due time runs round the clock: half of the time is over at eleven at night."""
    there = default_rules(LOS_ANGELES)
    start, due = ms("2018-03-10 21:00", LOS_ANGELES), ms("2018-03-11 02:00", LOS_ANGELES)
    half = (start + due) // 2
    for level, morning in ((Level.BLUE, ms("2018-03-11 07:00", LOS_ANGELES)), (Level.ORANGE, 0)):
        notices = notices_of(
            *begun(level, start, due=due, no_respond=True), act("escalate", half), rules=there
        )
        (step,) = [n for n in notices if n.what == "step"]
        assert (step.at, step.not_before) == (half, morning)
