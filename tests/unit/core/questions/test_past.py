"""What an address of the time machine means."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from dashboard.core.model.periods import AskError
from dashboard.core.model.rules import HOUR, default_rules
from dashboard.core.past.marks import SLOT_MS, Mark, slots
from dashboard.core.questions.ask import Own
from dashboard.core.questions.past import chosen

LOCAL = default_rules(ZoneInfo("America/Los_Angeles")).local
FIRST = LOCAL.moment(20180101, 60)
NOW = LOCAL.moment(20180401, 14 * 60 + 31)


@pytest.mark.parametrize(
    ("query", "day", "minute", "speed"),
    [
        ({"day": "2018-01-15", "at": "14:05"}, 20180115, 14 * 60 + 5, 60),
        ({"day": "2018-01-15", "at": "14:05:00", "speed": "600"}, 20180115, 14 * 60 + 5, 600),
        ({"day": "2018-01-15"}, 20180115, 8 * 60 + 30, 60),
        ({}, 20180401, 13 * 60 + 31, 60),
        # of the running day nothing is shown that has not been
        ({"day": "2018-04-01", "at": "23:00"}, 20180401, 14 * 60 + 31, 60),
    ],
)
def test_a_moment_that_has_been(query: dict[str, str], day: int, minute: int, speed: int) -> None:
    view = chosen(Own(**query), LOCAL, FIRST, NOW, "")
    assert (view.day, view.at, view.speed) == (day, LOCAL.moment(day, minute), speed)
    assert view.start <= view.at < view.end


def test_a_day_has_its_own_length() -> None:
    view = chosen(Own(day="2018-03-11"), LOCAL, FIRST, NOW, "")
    assert view.end - view.start == 23 * HOUR


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"day": "2018-04-02"}, "day"),
        ({"day": "2017-12-31"}, "day"),
        ({"day": "20180115"}, "day"),
        ({"day": "2018-01-15", "at": "24:00"}, "at"),
        ({"day": "2018-01-15", "at": "noon"}, "at"),
        ({"speed": "7"}, "speed"),
    ],
)
def test_what_cannot_be_is_named(query: dict[str, str], field: str) -> None:
    with pytest.raises(AskError) as raised:
        chosen(Own(**query), LOCAL, FIRST, NOW, "")
    assert raised.value.field == field


def test_a_slot_counts_all_and_names_the_gravest() -> None:
    steps = [Mark(at=10 + n, what="step", event_id=f"e{n}", step=1 + n % 4) for n in range(20)]
    red = Mark(at=100, what="red", event_id="r", level="red")
    later = Mark(at=SLOT_MS, what="raised")
    found = slots([*steps, red, later], 0)
    assert [slot.at for slot in found] == [0, SLOT_MS]
    assert (found[0].steps, found[0].red, found[1].raised) == ([5, 5, 5, 5], 1, 1)
    named = found[0].named
    assert len(named) == 8
    assert red in named
    assert {mark.step for mark in named if mark.what == "step"} == {3, 4}
    assert [mark.at for mark in named] == sorted(mark.at for mark in named)
