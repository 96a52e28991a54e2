"""Due times worked out by hand where the life of the event moves its clocks.

Limits and calendars as in ``test_calendar_cases``: 9 h days; yellow 2 h / 27 h and blue
4 h / 63 h of working time; orange 30 min / 8 h and red 15 min / 2 h round the clock. The
comment on a story is the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from dashboard.core.lifecycle import clocks
from dashboard.core.model.actions import Action, Level
from tests.support.core.shorthand import LOS_ANGELES, RULES, SHANGHAI, act, life
from tests.unit.core.lifecycle.test_due_times import (
    BLUE,
    HANDLE,
    LA_RULES,
    ORANGE,
    RED,
    RESPOND,
    YELLOW,
    moment,
)


@dataclass(frozen=True)
class Story:
    """What happens after the dispatch, as ``kind time [until time | to word]``."""

    name: str
    level: Level
    at: str
    then: tuple[str, ...]
    clock: str
    expected: str
    share: float = 1.0
    due: str | None = None
    zone: ZoneInfo = SHANGHAI


def _action(line: str, zone: ZoneInfo) -> Action:
    kind, day, hour, *rest = line.split()
    more: dict[str, object] = {}
    if rest[:1] == ["until"]:
        more["until"] = moment(" ".join(rest[1:]), zone)
    elif kind == "dispatch":
        more["department"] = rest[1]
    elif kind == "correct":
        more["level"] = Level(rest[1])
    return act(kind, moment(f"{day} {hour}", zone), reason="r", **more)


S = Story
SUSPENDED = [
    # 5 h before, 22 h after: Thu 22 9, Fri 23 9, Sat 24 4
    S("挂账跨春节 over the festival", YELLOW, "2018-02-14 10:00",
      ("suspend 2018-02-14 15:00", "resume 2018-02-22 08:30"), HANDLE, "2018-02-24 12:30"),
    # 7.5 h before; both ends lie on days off, so nothing is saved: Thu 22 9, Fri 23 9, Sat 24 1.5
    S("假期内挂账 within the festival", YELLOW, "2018-02-14 10:00",
      ("suspend 2018-02-16 12:00", "resume 2018-02-19 12:00"), HANDLE, "2018-02-24 10:00"),
    # Friday, Monday, Tuesday, as without it
    S("over a weekend only", YELLOW, "2018-03-09 08:30",
      ("suspend 2018-03-09 17:30", "resume 2018-03-12 08:30"), HANDLE, "2018-03-13 17:30"),
    # 5 min before, 1 h 55 min after
    S("red over midnight", RED, "2018-03-09 23:50",
      ("suspend 2018-03-09 23:55", "resume 2018-03-10 00:30"), HANDLE, "2018-03-10 02:25"),
    # 10 min before, 20 min after
    S("国庆橙色未签收 not yet accepted", ORANGE, "2018-10-03 10:00",
      ("suspend 2018-10-03 10:10", "resume 2018-10-03 12:00"), RESPOND, "2018-10-03 12:20"),
    # 4 h on Monday, 2 h on Tuesday, 21 h left: Thu 1, Fri 9, Mon 9, Tue 2
    S("两次挂账 twice", YELLOW, "2018-03-05 08:30",
      ("suspend 2018-03-05 12:30", "resume 2018-03-06 08:30",
       "suspend 2018-03-06 10:30", "resume 2018-03-08 16:30"), HANDLE, "2018-03-13 10:30"),
    # 4 h on Fri 9, 23 h left: Sun 11 9, Mon 12 9, Tue 13 5
    S("resumed on a make-up Sunday", YELLOW, "2018-02-09 08:30",
      ("suspend 2018-02-09 12:30", "resume 2018-02-11 08:30"), HANDLE, "2018-02-13 13:30"),
    # 24 h of 58 used; 34 h from Sunday 10:00
    S("a given due time moves as well", YELLOW, "2018-03-09 10:00",
      ("suspend 2018-03-10 10:00", "resume 2018-03-11 10:00"), HANDLE, "2018-03-12 20:00",
      due="2018-03-11 20:00"),
    # 13.5 h: Wed 7.5, Thu 1.5, Mon 4.5
    S("50 % after it", YELLOW, "2018-03-07 10:00",
      ("suspend 2018-03-08 10:00", "resume 2018-03-12 10:00"), HANDLE, "2018-03-12 14:30", 0.5),
    # 1 h before, 7 h from 03:00
    S("over the autumn change", ORANGE, "2018-11-03 22:00",
      ("suspend 2018-11-03 23:00", "resume 2018-11-04 03:00"), HANDLE, "2018-11-04 10:00",
      zone=LOS_ANGELES),
]  # fmt: skip

EXTENDED = [
    S("延期 to a moment of work", YELLOW, "2018-03-07 10:00",
      ("extend 2018-03-09 10:00 until 2018-03-16 12:00",), HANDLE, "2018-03-16 12:00"),
    # no time passes between Friday's closing and Sunday
    S("到周日 until a Sunday", YELLOW, "2018-03-07 10:00",
      ("extend 2018-03-09 10:00 until 2018-03-18 12:00",), HANDLE, "2018-03-16 17:30"),
    # until a holiday: 25.5 h, less than the 27 it has: Mon 7.5, Tue 9, Wed 9, Thu 22 1.5
    S("never shorter", YELLOW, "2018-02-12 10:00",
      ("extend 2018-02-13 10:00 until 2018-02-20 12:00",), HANDLE, "2018-02-22 10:00"),
    # over the festival: the end is what was asked for
    S("延到节后 until after the festival", YELLOW, "2018-02-12 10:00",
      ("extend 2018-02-13 10:00 until 2018-02-26 09:00",), HANDLE, "2018-02-26 09:00"),
    # five days, 45 h; half is 22.5: Wed 7.5, Thu 9, Fri 6
    S("50 % of the longer time", YELLOW, "2018-03-07 10:00",
      ("extend 2018-03-08 10:00 until 2018-03-14 10:00",), HANDLE, "2018-03-09 14:30", 0.5),
    # 23:00 to 06:00 is 7 h; 150 % is 10.5 h
    S("red at 150 %", RED, "2018-03-09 23:00",
      ("accept 2018-03-09 23:05", "extend 2018-03-09 23:30 until 2018-03-10 06:00"),
      HANDLE, "2018-03-10 09:30", 1.5),
    # 4 h used, and Tue 08:30 to Fri 12:30 is 31 h; they run from Wed: 9, 9, 9, Mon 4
    S("挂账中延期 while suspended", YELLOW, "2018-03-05 08:30",
      ("suspend 2018-03-05 12:30", "extend 2018-03-06 08:30 until 2018-03-09 12:30",
       "resume 2018-03-07 08:30"), HANDLE, "2018-03-12 12:30"),
    # was due Wednesday 17:30
    S("超期后延期 when overdue", YELLOW, "2018-03-05 08:30",
      ("extend 2018-03-08 08:30 until 2018-03-09 12:00",), HANDLE, "2018-03-09 12:00"),
]  # fmt: skip

RESTARTED = [
    # 13.5 h: Thu 7.5, Fri 6
    S("返工减半 yellow", YELLOW, "2018-03-07 10:00",
      ("handle 2018-03-07 15:00", "rework 2018-03-08 10:00"), HANDLE, "2018-03-09 14:30"),
    S("red: 1 h", RED, "2018-03-09 23:00",
      ("handle 2018-03-09 23:20", "rework 2018-03-09 23:30"), HANDLE, "2018-03-10 00:30"),
    S("国庆返工 orange: 4 h", ORANGE, "2018-10-03 20:00",
      ("handle 2018-10-03 21:00", "rework 2018-10-03 22:00"), HANDLE, "2018-10-04 02:00"),
    # 31.5 h: Wed 14 9, Thu 22 9, Fri 23 9, Sat 24 4.5
    S("春节返工 blue", BLUE, "2018-02-12 10:00",
      ("handle 2018-02-13 10:00", "verify 2018-02-13 16:00", "rework 2018-02-14 08:30"),
      HANDLE, "2018-02-24 13:00"),
    # the given time is over; 13.5 h of the level's: Mon 9, Tue 4.5
    S("after a given due time", YELLOW, "2018-03-09 10:00",
      ("handle 2018-03-10 10:00", "rework 2018-03-12 08:30"), HANDLE, "2018-03-13 13:00",
      due="2018-03-11 20:00"),
    # 30 min to 02:00, which is 03:00, then 30 more
    S("over the spring change", RED, "2018-03-11 00:30",
      ("handle 2018-03-11 01:00", "rework 2018-03-11 01:30"), HANDLE, "2018-03-11 03:30",
      zone=LOS_ANGELES),
    # 13.5 h: Thu 2 before it, then Fri 9, Mon 2.5
    S("返工中挂账 suspended in rework", YELLOW, "2018-03-07 10:00",
      ("handle 2018-03-07 15:00", "rework 2018-03-08 10:00", "suspend 2018-03-08 12:00",
       "resume 2018-03-09 08:30"), HANDLE, "2018-03-12 11:00"),
    # 27 h from Tuesday 10:00, three days
    S("退回重派 returned and sent to another", YELLOW, "2018-03-05 08:30",
      ("return 2018-03-05 12:00", "dispatch 2018-03-06 10:00 to D2"), HANDLE, "2018-03-09 10:00"),
    S("重派签收 its respond clock", YELLOW, "2018-03-05 08:30",
      ("return 2018-03-05 12:00", "dispatch 2018-03-06 16:30 to D2"), RESPOND, "2018-03-07 09:30"),
    S("升为红色 corrected to red", YELLOW, "2018-03-05 08:30",
      ("correct 2018-03-05 10:00 to red",), HANDLE, "2018-03-05 12:00"),
    S("its respond clock", YELLOW, "2018-03-05 08:30",
      ("correct 2018-03-05 10:00 to red",), RESPOND, "2018-03-05 10:15"),
    # 27 h: Fri 20 min, Mon 9 h, Tue 9 h, Wed 8 h 40 min
    S("corrected to yellow", ORANGE, "2018-03-09 17:00",
      ("correct 2018-03-09 17:10 to yellow",), HANDLE, "2018-03-14 17:10"),
    # the source's due time is kept
    S("corrected, but the due time is given", YELLOW, "2018-03-09 10:00",
      ("correct 2018-03-09 11:00 to red",), HANDLE, "2018-03-11 20:00", due="2018-03-11 20:00"),
]  # fmt: skip

_ALL = SUSPENDED + EXTENDED + RESTARTED


@pytest.mark.parametrize("story", _ALL, ids=[f"{i}-{s.name}" for i, s in enumerate(_ALL)])
def test_the_clock_ends_when_a_person_would_say(story: Story) -> None:
    zone = story.zone
    rules = RULES if zone is SHANGHAI else LA_RULES
    at = moment(story.at, zone)
    due = None if story.due is None else moment(story.due, zone)
    state = life(
        act("report", at, level=story.level),
        act("register", at),
        act("dispatch", at, due=due),
        *(_action(line, zone) for line in story.then),
        rules=rules,
    )
    clock = state.respond if story.clock == RESPOND else state.handle
    assert clock is not None
    found = clocks.moment(rules, clock, story.share)
    assert found is not None
    assert rules.local.iso(found) == rules.local.iso(moment(story.expected, zone))
