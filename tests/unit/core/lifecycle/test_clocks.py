"""The two clocks: when steps fall due, who must act, and what is counted when.

The days: 2018-03-07 is a Wednesday; 15–21 February is Spring Festival.
"""

from __future__ import annotations

import pytest

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle import due as clockwork
from dashboard.core.lifecycle.ladder import owner
from dashboard.core.model.actions import Level, Status
from tests.support.core.shorthand import (
    DAY,
    HOUR,
    MINUTE,
    RULES,
    act,
    dispatched,
    later,
    life,
    measures,
    ms,
    steps,
    tallied,
)

AT = ms("2018-03-07 09:00")
HANDLE = {Level.RED: 2 * HOUR, Level.ORANGE: 8 * HOUR}
RESPOND = {Level.RED: 15 * MINUTE, Level.ORANGE: 30 * MINUTE}


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
@pytest.mark.parametrize(("share", "step"), [(0.5, 1), (0.8, 2), (1.0, 3), (1.5, 4)])
def test_steps_round_the_clock(level: Level, share: float, step: int) -> None:
    state = dispatched(level, AT)
    for index, limit in enumerate((RESPOND[level], HANDLE[level])):
        due = AT + round(limit * share)
        assert steps(later(state, due - 1))[index] == step - 1
        assert steps(later(state, due))[index] == step
    assert steps(later(state, AT + 30 * DAY)) == (4, 4)


@pytest.mark.parametrize(
    ("level", "moments"),
    [
        # respond 2 h = 11:00; 3 working days of 9 h
        (Level.YELLOW, ["2018-03-08 13:30", "2018-03-09 12:36", "2018-03-12 09:00"]),
        # 7 working days: 31.5, 50.4, 63 hours
        (Level.BLUE, ["2018-03-12 13:30", "2018-03-14 14:24", "2018-03-16 09:00"]),
    ],
)
def test_steps_in_working_hours(level: Level, moments: list[str]) -> None:
    state = dispatched(level, AT)
    for step, moment in enumerate(moments, start=1):
        assert steps(later(state, ms(moment) - 1))[1] == step - 1
        assert steps(later(state, ms(moment)))[1] == step


def test_a_yellow_event_before_spring_festival() -> None:
    state = dispatched(Level.YELLOW, ms("2018-02-14 08:30"))
    # 9 hours on the 14th, then the 22nd and the 23rd, a Friday
    assert clocks.moment(RULES, state.handle, 1.0) == ms("2018-02-23 17:30")
    # half as much again runs on through Saturday, which is made up for
    assert clocks.moment(RULES, state.handle, 1.5) == ms("2018-02-26 13:00")


def test_the_next_moment_is_the_earlier_of_the_two() -> None:
    state = dispatched(Level.RED, AT)
    assert clockwork.next_moment(RULES, state) == AT + RESPOND[Level.RED] // 2
    accepted = life(act("accept", AT + MINUTE), state=state)
    assert clockwork.next_moment(RULES, accepted) == AT + HOUR
    assert clockwork.next_moment(RULES, later(accepted, AT + DAY)) is None
    assert clockwork.next_moment(RULES, life(act("report", AT))) is None


def test_handled_in_time() -> None:
    state = life(act("accept", AT + 1), act("handle", AT + HOUR), state=dispatched(Level.RED, AT))
    assert tallied(state) == [
        ("decided.red", AT + HOUR, 1),
        ("dispatched", AT, 1),
        ("handled", AT + HOUR, 1),
        ("on_time.red", AT + HOUR, 1),
    ]
    assert (state.late, state.overdue) == ((), False)


def test_handled_late_is_decided_once_and_when_it_fell_due() -> None:
    state = life(act("accept", AT + 1), state=dispatched(Level.ORANGE, AT))
    overdue = later(state, AT + 9 * HOUR)
    assert overdue.overdue
    assert overdue.late == ((AT + 8 * HOUR, 0),)
    done = life(act("handle", AT + 10 * HOUR), state=overdue)
    assert done.late == ((AT + 8 * HOUR, AT + 10 * HOUR),)
    assert not done.overdue
    assert tallied(done) == [
        ("decided.orange", AT + 8 * HOUR, 1),
        ("dispatched", AT, 1),
        ("handled", AT + 10 * HOUR, 1),
    ]


def test_late_to_respond_counts_against_the_day_of_dispatch() -> None:
    state = later(dispatched(Level.RED, AT), AT + 15 * MINUTE)
    assert tallied(state) == [("dispatch_failed", AT, 1), ("dispatched", AT, 1)]
    assert not state.overdue
    # returned as well: still one failure
    assert measures([life(act("return", AT + HOUR), state=state)])["dispatch_failed"] == 1


def test_returned_fails_the_dispatch_and_stops_the_clocks() -> None:
    state = life(act("return", AT + 5 * MINUTE), state=dispatched(Level.RED, AT))
    assert tallied(state) == [("dispatch_failed", AT, 1), ("dispatched", AT, 1)]
    assert later(state, AT + 30 * DAY) == state
    again = life(act("dispatch", AT + HOUR, department="D2"), state=state)
    assert again.department == "D2"
    assert steps(again) == (0, 0)
    assert clocks.moment(RULES, again.handle, 1.0) == AT + 3 * HOUR
    assert [t.department for t in again.tallies] == ["D1", "D1", "D2"]


def test_a_source_s_due_time_wins_and_runs_round_the_clock() -> None:
    due = ms("2018-03-11 03:00")
    state = dispatched(Level.BLUE, AT, due=due, no_respond=True)
    assert state.respond is None
    assert clocks.moment(RULES, state.handle, 1.0) == due
    assert not later(state, due - 1).overdue
    assert later(state, due).overdue
    rework = life(act("handle", AT + HOUR), act("rework", AT + 2 * HOUR), state=state)
    assert rework.handle is not None
    assert rework.handle.limit == 63 * HOUR // 2


@pytest.mark.parametrize("kind", ["accept", "acknowledge"])
def test_an_answer_stops_the_respond_ladder_only(kind: str) -> None:
    state = life(act(kind, AT + 8 * MINUTE), state=dispatched(Level.RED, AT))
    assert steps(state) == (1, 0)
    assert steps(later(state, AT + 30 * DAY)) == (1, 4)
    assert "dispatch_failed" not in measures([later(state, AT + 30 * DAY)])
    assert (state.status is Status.ACCEPTED) == (kind == "accept")


@pytest.mark.parametrize(
    ("level", "used", "answered", "who"),
    [
        (Level.BLUE, 0.4, True, "handler"),
        (Level.BLUE, 0.5, True, "handler"),
        (Level.YELLOW, 0.8, True, "department"),
        (Level.YELLOW, 1.0, True, "township"),
        (Level.BLUE, 1.5, True, "city"),
        (Level.ORANGE, 0.8, True, "department"),
        (Level.ORANGE, 1.0, True, "county"),
        (Level.ORANGE, 1.5, True, "city"),
        (Level.RED, 0.0, False, "county"),
        (Level.RED, 0.5, False, "city"),
        (Level.RED, 1.0, True, "county"),
        (Level.RED, 1.5, True, "city"),
    ],
)
def test_who_must_act(level: Level, used: float, answered: bool, who: str) -> None:
    state = dispatched(level, AT)
    if answered:
        state = life(act("accept", AT), state=state)
    clock = state.handle if answered else state.respond
    assert clock is not None
    moment = clocks.moment(RULES, clock, used)
    assert moment is not None
    assert owner(RULES, later(state, moment)) == who
