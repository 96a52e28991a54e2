"""Overdue handling and overdue response are two facts; each begins and ends by its own clock."""

from __future__ import annotations

import pytest

from dashboard.core.fold.views import part
from dashboard.core.model.actions import Level
from tests.support.core.shorthand import HOUR, MINUTE, RULES, act, dispatched, later, life, ms

AT = ms("2018-03-07 09:00")
#: a red event has 15 minutes for the response and two hours for the handling
LATE = AT + 15 * MINUTE


def test_four_hours_without_an_answer_are_no_overdue_handling_of_an_orange_event() -> None:
    state = later(dispatched(Level.ORANGE, AT), AT + 4 * HOUR)
    assert (state.overdue, state.response_overdue) == (False, True)
    counted = part(RULES, state)
    assert counted["count", "all|response_overdue"] == 1
    assert counted["count", "department|D1|response_overdue"] == 1
    assert ("count", "all|overdue") not in counted


def test_it_begins_when_the_respond_clock_is_used_up() -> None:
    state = dispatched(Level.RED, AT)
    assert not later(state, LATE - 1).response_overdue
    assert later(state, LATE).slow == ((LATE, 0),)


@pytest.mark.parametrize("kind", ["accept", "acknowledge", "handle", "reject"])
def test_it_ends_with_an_answer_or_the_end_of_the_work(kind: str) -> None:
    at = LATE + MINUTE
    before = act("accept", LATE) if kind == "handle" else None
    state = later(dispatched(Level.RED, AT), LATE)
    state = life(*(one for one in (before, act(kind, at)) if one), state=state)
    assert not state.response_overdue
    assert state.slow == ((LATE, LATE if before else at),)


def test_both_may_be_overdue() -> None:
    state = later(dispatched(Level.RED, AT), AT + 3 * HOUR)
    assert (state.overdue, state.response_overdue) == (True, True)


def test_an_acknowledgement_taken_back_makes_it_overdue_again() -> None:
    state = later(dispatched(Level.RED, AT), LATE)
    state = life(act("acknowledge", LATE + 1), act("unacknowledge", LATE + 5), state=state)
    assert state.slow == ((LATE, LATE + 1), (LATE + 5, 0))


def test_put_aside_it_stays_what_it_was() -> None:
    state = later(dispatched(Level.RED, AT), LATE)
    state = life(act("suspend", LATE + 1, reason="weather"), state=state)
    assert state.response_overdue
    assert life(act("resume", LATE + 9), state=state).slow == ((LATE, 0),)
