"""What moves the clocks: pauses, extensions, rework, a fresh dispatch, an end, a new start.

2018-03-07 is a Wednesday.
"""

from __future__ import annotations

import pytest

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle import due as clockwork
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
    took,
)

AT = ms("2018-03-07 09:00")


def test_a_pause_stops_both_clocks() -> None:
    state = life(act("suspend", AT + 5 * MINUTE), state=dispatched(Level.RED, AT))
    assert later(state, AT + 30 * DAY) == state
    assert clockwork.next_moment(RULES, state) is None
    state = life(act("resume", AT + DAY), state=state)
    assert state.respond is not None
    assert clocks.moment(RULES, state.respond, 1.0) == AT + DAY + 10 * MINUTE
    assert clocks.moment(RULES, state.handle, 1.0) == AT + DAY + 115 * MINUTE


def test_a_pause_over_a_night_takes_no_working_time_twice() -> None:
    state = dispatched(Level.YELLOW, ms("2018-03-07 16:30"))
    state = life(
        act("suspend", ms("2018-03-07 20:00")), act("resume", ms("2018-03-08 06:00")), state=state
    )
    assert clocks.moment(RULES, state.respond, 1.0) == ms("2018-03-08 09:30")


def test_what_was_answered_stays_answered_after_a_pause() -> None:
    for kind in ("accept", "acknowledge"):
        state = life(
            act(kind, AT + MINUTE),
            act("suspend", AT + 2 * MINUTE),
            act("resume", AT + 3 * MINUTE),
            state=dispatched(Level.RED, AT),
        )
        assert state.respond is not None
        assert state.respond.since is None


def test_a_pause_in_rework_does_not_ask_for_an_answer_again() -> None:
    """Handled without being accepted: there is nothing left to respond to."""
    state = life(
        act("handle", AT + MINUTE),
        act("rework", AT + 2 * MINUTE),
        act("suspend", AT + 3 * MINUTE),
        act("resume", AT + 4 * MINUTE),
        state=dispatched(Level.RED, AT),
    )
    assert state.status is Status.REWORK
    assert "dispatch_failed" not in measures([later(state, AT + 30 * DAY)])


def test_rework_gets_half_the_time_and_is_counted_again() -> None:
    state = life(
        act("accept", AT + 1),
        act("handle", AT + HOUR),
        act("verify", AT + HOUR + 1),
        act("rework", AT + 2 * HOUR),
        state=dispatched(Level.ORANGE, AT),
    )
    assert clocks.moment(RULES, state.handle, 1.0) == AT + 6 * HOUR
    assert (state.handled_at, state.reworks) == (0, 1)
    done = life(act("accept", AT + 3 * HOUR), act("handle", AT + 7 * HOUR), state=state)
    sums = measures([done])
    assert (sums["decided.orange"], sums["on_time.orange"]) == (2, 1)
    assert (sums["handled"], sums["reworked"]) == (2, 1)
    assert done.late == ((AT + 6 * HOUR, AT + 7 * HOUR),)


def test_an_extension_moves_the_end() -> None:
    state = life(act("accept", AT + 1), state=dispatched(Level.RED, AT))
    state = life(act("extend", AT + HOUR, until=AT + 5 * HOUR), state=state)
    assert clocks.moment(RULES, state.handle, 1.0) == AT + 5 * HOUR
    # a fifth of five hours is used: the step at half the time is ahead again
    assert steps(state)[1] == 0
    assert clockwork.next_moment(RULES, state) == AT + 150 * MINUTE


@pytest.mark.parametrize("until", [-DAY, 0, HOUR, 2 * HOUR])
def test_an_extension_never_shortens(until: int) -> None:
    state = dispatched(Level.RED, AT)
    same = life(act("extend", AT + HOUR // 10, until=AT + until), state=state)
    assert same.handle == later(state, AT + HOUR // 10).handle
    assert same.extensions == 1


@pytest.mark.parametrize("until", [HOUR, 3 * HOUR, 4 * HOUR])
def test_an_extension_into_the_past_takes_no_step_twice(until: int) -> None:
    state = later(life(act("accept", AT + 1), state=dispatched(Level.RED, AT)), AT + 4 * HOUR)
    assert steps(state)[1] == 4
    same = life(act("extend", AT + 4 * HOUR, until=AT + until), state=state)
    assert same.handle == state.handle
    assert same.overdue


def test_an_extension_ends_being_overdue_but_not_the_count_of_it() -> None:
    state = life(act("accept", AT + 1), state=dispatched(Level.RED, AT))
    state = life(act("extend", AT + 3 * HOUR, until=AT + 8 * HOUR), state=state)
    assert not state.overdue
    assert state.late == ((AT + 2 * HOUR, AT + 3 * HOUR),)
    again = later(state, AT + 9 * HOUR)
    assert again.overdue
    assert again.late[1:] == ((AT + 8 * HOUR, 0),)
    done = life(act("handle", AT + 10 * HOUR), state=again)
    sums = measures([done])
    assert (sums["decided.red"], "on_time.red" in sums, sums["handled"]) == (1, False, 1)


def test_an_extension_while_suspended_counts_from_when_it_is_granted() -> None:
    state = life(
        act("accept", AT + 1),
        act("suspend", AT + HOUR),
        act("extend", AT + 2 * HOUR, until=AT + 5 * HOUR),
        act("resume", AT + 10 * HOUR),
        state=dispatched(Level.RED, AT),
    )
    assert clocks.moment(RULES, state.handle, 1.0) == AT + 13 * HOUR


def test_an_event_stays_overdue_while_suspended() -> None:
    state = life(
        act("accept", AT + 1), act("suspend", AT + 3 * HOUR), state=dispatched(Level.RED, AT)
    )
    assert state.overdue
    assert life(act("reject", AT + 4 * HOUR), state=dispatched(Level.RED, AT)).late == (
        (AT + 2 * HOUR, AT + 4 * HOUR),
    )


def test_a_second_dispatch_is_a_new_round() -> None:
    state = later(dispatched(Level.RED, AT), AT + 3 * HOUR)
    assert state.overdue
    again = life(act("dispatch", AT + 3 * HOUR, department="D2"), state=state)
    assert (again.overdue, steps(again)) == (False, (0, 0))
    done = life(act("accept", AT + 3 * HOUR + 1), act("handle", AT + 4 * HOUR), state=again)
    by = {d: [t.measure for t in done.tallies if t.department == d] for d in ("D1", "D2")}
    assert "on_time.red" not in by["D1"]
    assert "on_time.red" in by["D2"]


def test_closed_rejected_and_merged_keep_no_clock() -> None:
    state = dispatched(Level.RED, AT)
    for action in (
        act("reject", AT + MINUTE),
        act("merge", AT + MINUTE, target="e2"),
        act("handle", AT + MINUTE),
    ):
        ended = life(action, state=state)
        assert clockwork.next_moment(RULES, ended) is None
        assert later(ended, AT + 30 * DAY) == ended


def test_reopened_starts_from_registered() -> None:
    state = life(
        act("handle", AT + HOUR), act("close", AT + 2 * HOUR), state=dispatched(Level.RED, AT)
    )
    assert state.ended_at == AT + 2 * HOUR
    again = life(act("reopen", AT + DAY), state=state)
    assert (again.status, again.ended_at, again.open) == (Status.REGISTERED, 0, True)
    assert clockwork.next_moment(RULES, again) is None
    assert again.past_ends == ((AT + 2 * HOUR, AT + DAY),)
    fresh = life(act("dispatch", AT + 2 * DAY), state=again)
    assert clocks.moment(RULES, fresh.handle, 1.0) == AT + 2 * DAY + 2 * HOUR


def test_a_second_department_gets_a_dispatch_of_its_own() -> None:
    state = life(act("dispatch", AT + MINUTE, department="D2"), state=dispatched(Level.RED, AT))
    assert (state.department, state.dispatched_at, state.round) == ("D2", AT + MINUTE, AT + MINUTE)
    assert [(t.department, t.measure) for t in state.tallies] == [
        ("D1", "dispatched"), ("D2", "dispatched"),
    ]  # fmt: skip


@pytest.mark.parametrize(("used", "limit"), [(0.5, 8 * HOUR), (0.99, 8 * HOUR), (1.0, 2 * HOUR)])
def test_a_corrected_level_restarts_its_limits_unless_it_is_too_late(
    used: float, limit: int
) -> None:
    at = AT + round(2 * HOUR * used) + (1 if used == 1.0 else 0)
    state = life(act("accept", AT + 1), state=dispatched(Level.RED, AT))
    state = life(act("correct", at, level=Level.ORANGE), state=state)
    assert state.handle is not None
    assert state.respond is not None
    assert (state.handle.limit, state.level) == (limit, Level.ORANGE)
    restarted = limit == 8 * HOUR
    assert (state.round, state.handle.step) == ((at, 0) if restarted else (AT, 3))
    assert state.overdue is not restarted
    assert state.respond.since is None, "who has answered need not answer again"


def test_a_corrected_level_leaves_a_source_s_due_time_and_a_pause_alone() -> None:
    due = dispatched(Level.BLUE, AT, due=AT + DAY)
    assert life(act("correct", AT + 1, level=Level.RED), state=due).handle == due.handle
    paused = life(act("suspend", AT + MINUTE), state=dispatched(Level.BLUE, AT))
    changed = life(act("correct", AT + 2 * MINUTE, level=Level.RED), state=paused)
    assert (changed.handle, changed.respond) == (paused.handle, paused.respond)


def test_a_corrected_level_keeps_the_half_of_a_rework() -> None:
    state = life(
        act("accept", AT + 1),
        act("handle", AT + HOUR),
        act("rework", AT + 2 * HOUR),
        act("correct", AT + 3 * HOUR, level=Level.ORANGE),
        state=dispatched(Level.RED, AT),
    )
    assert clocks.moment(RULES, state.handle, 1.0) == AT + 7 * HOUR


def test_a_step_is_taken_by_the_next_action_if_the_clock_has_not_spoken() -> None:
    state = dispatched(Level.RED, AT)
    spoken, _ = took(state, act("escalate", AT + 15 * MINUTE))
    assert spoken is not None
    for before in (state, spoken):
        after = life(act("accept", AT + 20 * MINUTE, action_id="x"), state=before)
        assert steps(after) == (3, 0)
        assert tallied(after) == [("dispatch_failed", AT, 1), ("dispatched", AT, 1)]
