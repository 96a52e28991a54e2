"""Due and step times worked out by hand from the real calendars, for clocks that just run.

A day of work is 08:30 to 17:30, nine hours, without a break at noon. Yellow has 2 h to accept
and 27 h (3 days) to handle, blue 4 h and 63 h (7 days), both in working hours; orange 30 min
and 8 h, red 15 min and 2 h, round the clock. The comment on a row is the sum.

China's days are those of the State Council's notices: 国办发明电〔2017〕12号 for 2018, 〔2018〕15号
for New Year 2019, 〔2022〕16号 for 2023 and 〔2023〕7号 for 2024.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.core.lifecycle import clocks
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import default_rules
from tests.support.core.shorthand import LOS_ANGELES, RULES, SHANGHAI, ms

RED, ORANGE, YELLOW, BLUE = Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE
RESPOND, HANDLE = "respond", "handle"
LA_RULES = default_rules(LOS_ANGELES)


@dataclass(frozen=True)
class Case:
    """A dispatch, and when a share of one of its clocks is used; local times."""

    name: str
    level: Level
    at: str
    clock: str
    expected: str
    share: float = 1.0
    due: str | None = None


def moment(text: str, zone: ZoneInfo) -> int:
    """A local time in ms; where it comes twice the text has its offset."""
    when = datetime.fromisoformat(text)
    return ms(text, zone) if when.tzinfo is None else round(when.timestamp() * 1000)


C = Case
CHINA = [
    # an ordinary week: Wednesday 7 to Friday 16 March 2018
    C("午休照算 no break at noon", YELLOW, "2018-03-07 11:00", RESPOND, "2018-03-07 13:00"),
    C("blue at 11:00", BLUE, "2018-03-07 11:00", RESPOND, "2018-03-07 15:00"),
    # 1 h on Wednesday, 1 h on Thursday
    C("over the evening", YELLOW, "2018-03-07 16:30", RESPOND, "2018-03-08 09:30"),
    C("凌晨派遣 before opening", YELLOW, "2018-03-07 03:00", RESPOND, "2018-03-07 10:30"),
    C("at opening", YELLOW, "2018-03-07 08:30", RESPOND, "2018-03-07 10:30"),
    C("下班时派遣 at closing", YELLOW, "2018-03-07 17:30", RESPOND, "2018-03-08 10:30"),
    # used up with the last minute of the day, not with the first of the next
    C("up to closing", YELLOW, "2018-03-07 15:30", RESPOND, "2018-03-07 17:30"),
    # 1 min on Friday, 1 h 59 min on Monday
    C("周五最后一分钟 Friday's last minute", YELLOW, "2018-03-09 17:29", RESPOND,
      "2018-03-12 10:29"),
    C("周六上报 on Saturday", YELLOW, "2018-03-10 12:00", RESPOND, "2018-03-12 10:30"),
    C("Sunday's last minute", BLUE, "2018-03-11 23:59", RESPOND, "2018-03-12 12:30"),
    # Wed 7.5 h, Thu 9, Fri 9, Mon 1.5
    C("3 days over a weekend", YELLOW, "2018-03-07 10:00", HANDLE, "2018-03-12 10:00"),
    C("3 whole days", YELLOW, "2018-03-05 08:30", HANDLE, "2018-03-07 17:30"),
    C("3 whole days after closing", YELLOW, "2018-03-05 17:30", HANDLE, "2018-03-08 17:30"),
    # Thu 8, Fri 9, Mon 12, Tue 13, Wed 14, Thu 15, Fri 16: seven days
    C("7 days", BLUE, "2018-03-07 10:00", HANDLE, "2018-03-16 10:00"),
    # 13.5 h: Wed 7.5, Thu 6
    C("提醒 at 50 %", YELLOW, "2018-03-07 10:00", HANDLE, "2018-03-08 14:30", 0.5),
    # 21.6 h: Wed 7.5, Thu 9, Fri 5.1 = 5 h 6 min
    C("督办 at 80 %", YELLOW, "2018-03-07 10:00", HANDLE, "2018-03-09 13:36", 0.8),
    # 40.5 h: Wed 7.5, Thu 9, Fri 9, Mon 9, Tue 6
    C("150 %", YELLOW, "2018-03-07 10:00", HANDLE, "2018-03-13 14:30", 1.5),
    # 96 min: 60 on Wednesday, 36 on Thursday
    C("80 % of the respond clock", YELLOW, "2018-03-07 16:30", RESPOND, "2018-03-08 09:06", 0.8),
    # Spring Festival 2018: off Thu 15 to Wed 21 Feb; Sun 11 and Sat 24 Feb are worked
    # 1 h on Wed 14, 1 h on Thu 22
    C("春节前一天下午 the day before", YELLOW, "2018-02-14 16:30", RESPOND, "2018-02-22 09:30"),
    # Wed 14 7.5 h, Thu 22 9, Fri 23 9, Sat 24 1.5
    C("春节跨假期 3 days", YELLOW, "2018-02-14 10:00", HANDLE, "2018-02-24 10:00"),
    # Thu 22 0.5 h, Fri 23 9, Sat 24 9, Mon 26 8.5; Sun 25 is off
    C("the week after", YELLOW, "2018-02-22 17:00", HANDLE, "2018-02-26 17:00"),
    C("调休周日 the make-up Sunday", YELLOW, "2018-02-10 12:00", RESPOND, "2018-02-11 10:30"),
    # 0.5 h on Fri 9, 1.5 h on Sun 11
    C("Friday into the Sunday", YELLOW, "2018-02-09 17:00", RESPOND, "2018-02-11 10:00"),
    # Fri 9, Sun 11, Mon 12, Tue 13, Wed 14, Thu 22, Fri 23: seven days
    C("7 days over the festival", BLUE, "2018-02-09 08:30", HANDLE, "2018-02-23 17:30"),
    C("初一上报 on New Year's Day", YELLOW, "2018-02-16 10:00", RESPOND, "2018-02-22 10:30"),
    # Sat 24 2 h, Mon 26 2 h
    C("the make-up Saturday", BLUE, "2018-02-24 15:30", RESPOND, "2018-02-26 10:30"),
    C("除夕夜红色 red on New Year's Eve", RED, "2018-02-15 23:50", RESPOND, "2018-02-16 00:05"),
    C("red, to handle", RED, "2018-02-15 23:50", HANDLE, "2018-02-16 01:50"),
    C("red at 150 %: 3 h", RED, "2018-02-15 23:50", HANDLE, "2018-02-16 02:50", 1.5),
    C("orange into the festival", ORANGE, "2018-02-14 17:29", HANDLE, "2018-02-15 01:29"),
    C("orange at 50 %: 15 min", ORANGE, "2018-02-16 12:00", RESPOND, "2018-02-16 12:15", 0.5),
    # National Day 2018: off Mon 1 to Sun 7 Oct; Sat 29 and Sun 30 Sep are worked
    # 0.5 h on Sun 30, 1.5 h on Mon 8
    C("国庆前的周日 the Sunday before", YELLOW, "2018-09-30 17:00", RESPOND, "2018-10-08 10:00"),
    # Fri 28 0.5 h, Sat 29 9, Sun 30 9, Mon 8 8.5
    C("a worked weekend", YELLOW, "2018-09-28 17:00", HANDLE, "2018-10-08 17:00"),
    # Sat 29, Sun 30, Mon 8, Tue 9, Wed 10, Thu 11, Fri 12: seven days
    C("7 days from the Saturday", BLUE, "2018-09-29 08:30", HANDLE, "2018-10-12 17:30"),
    C("orange on 3 October", ORANGE, "2018-10-03 20:00", HANDLE, "2018-10-04 04:00"),
    # 21.6 h: Sun 30 9, Mon 8 9, Tue 9 3.6 = 3 h 36 min
    C("80 % over National Day", YELLOW, "2018-09-30 08:30", HANDLE, "2018-10-09 12:06", 0.8),
    # National Day 2023 with Mid-Autumn: off Fri 29 Sep to Fri 6 Oct; Sat 7, Sun 8 Oct worked
    # 0.5 h on Thu 28, 1.5 h on Sat 7
    C("中秋国庆连休 into Saturday", YELLOW, "2023-09-28 17:00", RESPOND, "2023-10-07 10:00"),
    # Thu 28, Sat 7, Sun 8
    C("3 days end on a Sunday", YELLOW, "2023-09-28 08:30", HANDLE, "2023-10-08 17:30"),
    # Sat 7, Sun 8, Mon 9, Tue 10, Wed 11, Thu 12, Fri 13: seven days
    C("dispatched on a holiday", BLUE, "2023-09-29 10:00", HANDLE, "2023-10-13 17:30"),
    C("red at midnight", RED, "2023-10-01 00:00", HANDLE, "2023-10-01 02:00"),
    # Spring Festival 2024: off Sat 10 to Sat 17 Feb; Sun 4 and Sun 18 Feb are worked, and so
    # is Fri 9, New Year's Eve
    # Fri 9 1.5 h, Sun 18 0.5
    C("除夕上班 New Year's Eve is worked", YELLOW, "2024-02-09 16:00", RESPOND, "2024-02-18 09:00"),
    # Thu 8 7.5 h, Fri 9 9, Sun 18 9, Mon 19 1.5
    C("春节 2024, 3 days", YELLOW, "2024-02-08 10:00", HANDLE, "2024-02-19 10:00"),
    C("Saturday before a worked Sunday", YELLOW, "2024-02-03 09:00", RESPOND, "2024-02-04 10:30"),
    # Sun 4, Mon 5, Tue 6, Wed 7, Thu 8, Fri 9, Sun 18: seven days
    C("7 days end on the Sunday", BLUE, "2024-02-02 17:30", HANDLE, "2024-02-18 17:30"),
    C("假期最后一晚 last holiday night", BLUE, "2024-02-17 23:00", RESPOND, "2024-02-18 12:30"),
    # National Day 2024: off Tue 1 to Mon 7 Oct; Sun 29 Sep and Sat 12 Oct are worked
    # Sun 29 7.5 h, Mon 30 9, Tue 8 9, Wed 9 1.5
    C("国庆 2024, 3 days", YELLOW, "2024-09-29 10:00", HANDLE, "2024-10-09 10:00"),
    # Fri 11, Sat 12, Mon 14; Sun 13 is off
    C("the worked Saturday after", YELLOW, "2024-10-10 17:30", HANDLE, "2024-10-14 17:30"),
    C("the Saturday before, off", YELLOW, "2024-09-28 12:00", RESPOND, "2024-09-29 10:30"),
    # 31.5 h: Mon 30 9, Tue 8 9, Wed 9 9, Thu 10 4.5
    C("blue at 50 %", BLUE, "2024-09-30 08:30", HANDLE, "2024-10-10 13:00", 0.5),
    # New Year 2019: off Sun 30 Dec to Tue 1 Jan; Sat 29 Dec is worked
    # Fri 28 0.5 h, Sat 29 1.5
    C("年末调休周六 the last Saturday", YELLOW, "2018-12-28 17:00", RESPOND, "2018-12-29 10:00"),
    # Sat 29 1 h, Wed 2 Jan 1 h
    C("跨年 over New Year", YELLOW, "2018-12-29 16:30", RESPOND, "2019-01-02 09:30"),
    # Thu 27, Fri 28, Sat 29, Wed 2, Thu 3, Fri 4, Mon 7: seven days
    C("7 days over New Year", BLUE, "2018-12-27 08:30", HANDLE, "2019-01-07 17:30"),
    C("orange over midnight", ORANGE, "2018-12-31 20:00", HANDLE, "2019-01-01 04:00"),
    # New Year 2024: Mon 1 Jan off. Fri 29 7.5 h, Tue 2 9, Wed 3 9, Thu 4 1.5
    C("元旦 2024", YELLOW, "2023-12-29 10:00", HANDLE, "2024-01-04 10:00"),
    # the source's own due date wins and runs round the clock
    C("来源给定 on a Sunday", YELLOW, "2018-03-09 10:00", HANDLE,
      "2018-03-11 20:00", due="2018-03-11 20:00"),
    # Fri 10:00 to Sun 20:00 is 58 h; half of it is 29 h
    C("50 % of a given time", YELLOW, "2018-03-09 10:00", HANDLE,
      "2018-03-10 15:00", 0.5, "2018-03-11 20:00"),
    # six days, 144 h; 80 % is 115.2 h = 4 days 19 h 12 min
    C("80 % over the festival", BLUE, "2018-02-14 12:00", HANDLE,
      "2018-02-19 07:12", 0.8, "2018-02-20 12:00"),
    C("longer than red's 2 h", RED, "2018-03-09 10:00", HANDLE,
      "2018-03-09 18:00", due="2018-03-09 18:00"),
    # missed at once: the clock has one millisecond
    C("已过期 due before the dispatch", BLUE, "2018-03-09 10:00", HANDLE,
      "2018-03-09 10:00:00.001", due="2018-03-08 10:00"),
]  # fmt: skip

# Los Angeles, Monday to Friday: the clocks go forward on Sunday 11 March 2018 at 02:00 (to
# 03:00) and back on Sunday 4 November 2018 at 02:00 (to 01:00).
LA = [
    # 0.5 h on Friday, 1.5 h on Monday
    C("spring weekend, working hours", YELLOW, "2018-03-09 17:00", RESPOND, "2018-03-12 10:00"),
    # 30 min to 02:00, which is 03:00, then 1.5 h
    C("red over the spring change", RED, "2018-03-11 01:30", HANDLE, "2018-03-11 04:30"),
    # 10 min to 03:00, then 5
    C("15 min over the spring change", RED, "2018-03-11 01:50", RESPOND, "2018-03-11 03:05"),
    # 20:00 and 8 h on a night of 23 h
    C("orange over the short night", ORANGE, "2018-03-10 20:00", HANDLE, "2018-03-11 05:00"),
    # 1 h to 01:30, one more to 01:30 the second time
    C("red over the autumn change", RED, "2018-11-04 00:30", HANDLE, "2018-11-04 01:30-08:00"),
    C("15 min before the hour returns", RED, "2018-11-04 01:30-07:00", RESPOND,
      "2018-11-04 01:45-07:00"),
    # 20:00 and 8 h on a night of 25 h
    C("orange over the long night", ORANGE, "2018-11-03 20:00", HANDLE, "2018-11-04 03:00"),
    # Fri 2 7.5 h, Mon 5 9, Tue 6 9, Wed 7 1.5
    C("autumn, 3 days", YELLOW, "2018-11-02 10:00", HANDLE, "2018-11-07 10:00"),
    # 1 h on Friday, 3 h on Monday
    C("autumn weekend, working hours", BLUE, "2018-11-02 16:30", RESPOND, "2018-11-05 11:30"),
    # 24 h by the dates, 25 by the clock; half is 12.5 h
    C("50 % of a given time, autumn", BLUE, "2018-11-03 12:00", HANDLE,
      "2018-11-04 00:30", 0.5, "2018-11-04 12:00"),
    # 23 h by the clock; half is 11.5 h
    C("50 % of a given time, spring", BLUE, "2018-03-10 12:00", HANDLE,
      "2018-03-10 23:30", 0.5, "2018-03-11 12:00"),
    # Monday 0.5 h, Tuesday 1 January 1.5 h: Monday to Friday knows no holidays
    C("over New Year", YELLOW, "2018-12-31 17:00", RESPOND, "2019-01-01 10:00"),
]  # fmt: skip

_ALL = [(SHANGHAI, case) for case in CHINA] + [(LOS_ANGELES, case) for case in LA]


@pytest.mark.parametrize(
    ("zone", "case"), _ALL, ids=[f"{i}-{case.name}" for i, (_, case) in enumerate(_ALL)]
)
def test_a_clock_is_used_up_when_a_person_would_say(zone: ZoneInfo, case: Case) -> None:
    rules = RULES if zone is SHANGHAI else LA_RULES
    at = moment(case.at, zone)
    due = None if case.due is None else moment(case.due, zone)
    if case.clock == RESPOND:
        clock = clocks.start_respond(rules, case.level, at)
    else:
        clock = clocks.start_handle(rules, case.level, at, due)
    found = clocks.moment(rules, clock, case.share)
    assert found is not None
    assert rules.local.iso(found) == rules.local.iso(moment(case.expected, zone))
    # and the other way round: just before, the share was not yet used
    assert clocks.used(rules, clock, found) == round(clock.limit * case.share)
    assert clocks.used(rules, clock, found - 1) == round(clock.limit * case.share) - 1
