"""The morning brief against numbers counted by hand."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import LocalTime
from dashboard.core.scoring.scores import Brief
from dashboard.core.surges.incidents import SurgeRow
from dashboard.core.wall.counts import OpenCounts
from dashboard.core.wall.morning import days_before, morning
from tests.support.core.shorthand import DAY, HOUR, LOS_ANGELES, RULES, act, later, life, ms

AT = ms("2018-03-08 08:00")


def minutes(**at: int) -> Any:
    """1,440 minutes with counts at some: m480=3 is three at 08:00."""
    series = np.zeros(1440, dtype=np.int32)
    for name, n in at.items():
        series[int(name[1:])] = n
    return series


def score(code: str, rank: int | None, **more: Any) -> Brief:
    row = dict.fromkeys(Brief.__struct_fields__)
    return Brief(**{**row, "n": 9, "department": code, "rank": rank, **more})


def brief_of(**more: Any) -> dict[str, Any]:
    """The brief as a client reads it."""
    empty: dict[str, Any] = {
        "now": AT, "series": {}, "overdue": 0, "overdue_before": None,
        "response_overdue": 0, "response_overdue_before": None, "red": 0, "orange": 0,
        "queue": [], "queue_total": 0, "places": {}, "categories": {}, "warnings": [],
        "scores": [],
    }  # fmt: skip
    found: dict[str, Any] = msgspec.to_builtins(morning(RULES, **{**empty, **more}))
    return found


def test_yesterday_is_the_whole_day_against_the_whole_day_before() -> None:
    series = {
        ("reported", 20180306): minutes(m0=4, m1439=1),
        ("reported", 20180307): minutes(m0=2, m700=5, m1439=3),
        ("reported", 20180308): minutes(m10=99),
        ("closed", 20180307): minutes(m900=6),
        ("decided", 20180307): minutes(m100=8),
        ("on_time", 20180307): minutes(m100=6),
    }
    brief = brief_of(series=series, overdue=7, overdue_before=5, response_overdue=4)
    assert (brief["day"], brief["at"]) == (20180307, AT)
    assert (brief["reported"], brief["closed"], brief["on_time_rate"]) == (10, 6, 0.75)
    assert (brief["overdue"], brief["response_overdue"]) == (7, 4)
    assert brief["before"] == {
        "reported": 5,
        "closed": 0,
        "on_time_rate": None,
        "overdue": 5,
        "response_overdue": None,
    }


def test_days_before_at_a_year_and_in_a_day_of_23_hours() -> None:
    assert days_before(RULES.local, ms("2018-01-01 00:00")) == (20171231, 20171230)
    west = LocalTime(LOS_ANGELES)
    assert days_before(west, ms("2018-03-12 00:30", LOS_ANGELES)) == (20180311, 20180310)


def test_the_longest_overdue_come_first_and_at_most_five() -> None:
    def event(name: str, at: int, level: Level = Level.RED) -> Any:
        steps = [act("report", at, name, level=level, place=("150402", "150402001"))]
        steps += [act("register", at, name), act("dispatch", at, name)]
        return later(life(*steps), AT)

    late = [event(f"r{hours}", AT - hours * HOUR) for hours in (3, 9, 4, 7, 5, 6)]
    fresh = event("fresh", AT - HOUR)
    slow = event("orange", AT - DAY, Level.ORANGE)
    brief = brief_of(queue=[*late, fresh, slow], queue_total=31)
    # red is due 2 h after its dispatch, orange 8 h: the orange one is late for 16 h
    assert brief["longest"]["order"] == ["orange", "r9", "r7", "r6", "r5"]
    row = brief["longest"]["rows"]["r9"]
    assert row["since"] == AT - 7 * HOUR
    assert (row["county"], row["area"], row["level"]) == ("150402", "150402001", "red")
    assert (brief["longest"]["looked"], brief["longest"]["waiting"]) == (8, 31)


def test_top_three_by_open_then_overdue_then_code() -> None:
    facts = {
        code: OpenCounts(open=n, overdue=late, response_overdue=1)
        for code, n, late in [
            ("a", 3, 1), ("b", 3, 2), ("c", 9, 0), ("d", 3, 1), ("e", 0, 0), ("", 50, 0),
        ]
    }  # fmt: skip
    brief = brief_of(
        places=facts, categories={"x": OpenCounts(open=1, overdue=0, response_overdue=0)}
    )
    assert brief["places"]["order"] == ["c", "b", "a"]
    assert brief["places"]["rows"]["c"] == {"open": 9, "overdue": 0, "response_overdue": 1}
    assert brief["categories"]["order"] == ["x"]


def test_levels_and_surges() -> None:
    warnings = [
        SurgeRow(
            id=f"w{n}", tier="grid", place="g", area="t", category="x", raised_at=AT,
            observed=n, expected=0.5,
        )
        for n in range(5)
    ]  # fmt: skip
    brief = brief_of(red=2, orange=11, warnings=warnings)
    assert (brief["red"], brief["orange"]) == (2, 11)
    assert (brief["surges"]["order"], brief["surges"]["total"]) == (["w0", "w1", "w2"], 5)


def test_departments_worth_a_word() -> None:
    scores = [
        score("A", 1, shrunk=93.26, total=95.0, handling=99.0, rank_change=0),
        score("B", 2, shrunk=90.0, handling=80.0, rank_change=3),
        score("C", 3, shrunk=88.0, handling=84.04, rank_change=-2),
        score("D", 4, shrunk=80.0, handling=86.0, rank_change=3),
        score("E", None, handling=10.0, rank_change=9),
    ]
    brief = brief_of(scores=scores)
    assert brief["best"] == {"department": "A", "total": 93.3}
    assert brief["improved"] == {"department": "B", "places": 3}
    assert brief["slowest"] == {"department": "C", "handling": 84.0}
    none = brief_of()
    assert (none["best"], none["improved"], none["slowest"]) == (None, None, None)
    assert brief_of(scores=scores[:2])["slowest"] is None
