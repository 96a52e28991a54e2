"""Who is notified, and how loudly: red alarms, the rungs of the ladders, owners and hand-overs.

A red event has 15 minutes to be answered and two hours to be handled.
"""

from __future__ import annotations

import pytest

from dashboard.core.lifecycle.ladder import owner, queue_key, share
from dashboard.core.model.actions import Level
from tests.support.core.notices import begun, notices_of
from tests.support.core.shorthand import DAY, HOUR, MINUTE, RULES, act, dispatched, later, life, ms

AT = ms("2018-03-07 09:00")
DUE = AT + 2 * HOUR


def test_red_rings_from_the_dispatch_until_a_unit_answers() -> None:
    state = life(act("report", AT), act("register", AT))
    assert not state.alarm
    state = life(act("dispatch", AT), state=state)
    assert state.alarm
    assert later(state, AT + 20 * MINUTE).alarm, "no answer is no reason to be quiet"


@pytest.mark.parametrize("level", [Level.BLUE, Level.YELLOW, Level.ORANGE])
def test_nothing_else_rings(level: Level) -> None:
    assert not dispatched(level, AT).alarm
    assert not later(dispatched(level, AT), AT + 60 * DAY).alarm
    assert "alarm" not in {
        n.what for n in notices_of(*begun(level, AT), act("escalate", AT + 60 * DAY))
    }


def test_without_a_respond_clock_no_answer_is_awaited() -> None:
    assert not dispatched(Level.RED, AT, no_respond=True).alarm


@pytest.mark.parametrize(
    "then", ["accept", "acknowledge", "handle", "return", "suspend", "reject", "merge"]
)
def test_what_stops_the_alarm(then: str) -> None:
    more = {"target": "e2"} if then == "merge" else {}
    state = life(act(then, AT + MINUTE, **more), state=dispatched(Level.RED, AT))
    assert not state.alarm
    assert later(state, AT + HOUR).alarm is False


def test_it_rings_again_once_it_is_over_its_time_and_once_more_later() -> None:
    state = life(act("accept", AT + MINUTE), state=dispatched(Level.RED, AT))
    assert not later(state, DUE - 1).alarm
    loud = later(state, DUE)
    assert loud.alarm
    answered = life(act("acknowledge", DUE + MINUTE), state=loud)
    assert (answered.alarm, answered.acknowledged_at, answered.overdue) == (
        False, DUE + MINUTE, True,
    )  # fmt: skip
    assert not later(answered, AT + 3 * HOUR - 1).alarm
    again = later(answered, AT + 3 * HOUR)
    assert (again.alarm, again.acknowledged_at) == (True, DUE + MINUTE)
    assert not life(act("handle", AT + 4 * HOUR), state=again).alarm


def test_an_acknowledgement_is_of_one_dispatch() -> None:
    state = life(act("acknowledge", AT + MINUTE), state=dispatched(Level.RED, AT))
    assert state.acknowledged_at == AT + MINUTE
    again = life(act("dispatch", AT + HOUR, department="D2"), state=state)
    assert (again.acknowledged_at, again.alarm) == (0, True)


def test_a_corrected_level_turns_the_alarm_on_and_off() -> None:
    calm = life(act("correct", AT + 1, level=Level.ORANGE), state=dispatched(Level.RED, AT))
    assert not calm.alarm
    loud = life(act("correct", AT + 2, level=Level.RED), state=calm)
    assert loud.alarm
    accepted = life(act("accept", AT + 1), state=dispatched(Level.ORANGE, AT))
    assert not life(act("correct", AT + 2, level=Level.RED), state=accepted).alarm
    # other corrections leave it ringing
    assert life(act("correct", AT + 3, category="fire"), state=loud).alarm


def test_reopened_is_quiet_until_it_is_dispatched() -> None:
    state = life(
        act("handle", AT + 1), act("close", AT + 2), act("reopen", AT + 3),
        state=dispatched(Level.RED, AT),
    )  # fmt: skip
    assert not state.alarm
    assert life(act("dispatch", AT + HOUR), state=state).alarm


def test_alarms_come_first_in_the_queue() -> None:
    quiet = life(act("accept", AT + 1), state=dispatched(Level.RED, AT))
    later_on = AT + 98 * MINUTE
    ringing = life(*(act(kind, later_on, "e2") for kind in ("report", "register", "dispatch")))
    now = AT + 100 * MINUTE
    assert share(RULES, quiet, now) > share(RULES, ringing, now)
    assert queue_key(RULES, ringing, now) < queue_key(RULES, quiet, now)


def test_who_is_notified_of_a_red_event() -> None:
    notices = notices_of(*begun(Level.RED, AT), act("escalate", AT + 4 * HOUR))
    assert [(n.what, n.to, n.clock, n.step, n.at - AT) for n in notices] == [
        ("alarm", "county", "respond", 0, 0),
        ("step", "city", "respond", 1, 7.5 * MINUTE),
        ("step", "city", "respond", 2, 12 * MINUTE),
        ("step", "city", "respond", 3, 15 * MINUTE),
        ("step", "city", "respond", 4, 22.5 * MINUTE),
        ("step", "handler", "handle", 1, HOUR),
        ("step", "department", "handle", 2, 96 * MINUTE),
        ("alarm", "county", "handle", 3, 2 * HOUR),
        ("alarm", "city", "handle", 4, 3 * HOUR),
    ]
    assert len({n.id for n in notices}) == len(notices)
    assert {n.due for n in notices if n.clock == "handle"} == {DUE}
    assert {n.due for n in notices if n.clock == "respond"} == {AT + 15 * MINUTE}
    assert {(n.level, n.department, n.category, n.not_before) for n in notices} == {
        ("red", "D1", "water", 0)
    }


def test_who_is_notified_of_an_orange_event() -> None:
    notices = notices_of(*begun(Level.ORANGE, AT), act("accept", AT + 1), act("escalate", AT + DAY))
    assert [(n.what, n.to, n.clock, n.step) for n in notices] == [
        ("dispatched", "county", "handle", 0),
        ("step", "handler", "handle", 1),
        ("step", "department", "handle", 2),
        ("step", "county", "handle", 3),
        ("step", "city", "handle", 4),
    ]


def test_everyday_events_cause_notices_by_steps_only() -> None:
    notices = notices_of(
        *begun(Level.BLUE, AT), act("accept", AT + 1), act("escalate", AT + 60 * DAY)
    )
    assert [(n.what, n.to) for n in notices] == [
        ("step", unit) for unit in ("handler", "department", "township", "city")
    ]


def test_every_round_has_notices_with_names_of_their_own() -> None:
    notices = notices_of(
        *begun(Level.RED, AT), act("accept", AT + 1), act("handle", AT + 61 * MINUTE),
        act("rework", AT + 2 * HOUR), act("handle", AT + 151 * MINUTE),
        act("rework", AT + 3 * HOUR), act("escalate", AT + 200 * MINUTE),
        act("extend", AT + 200 * MINUTE, until=AT + DAY), act("escalate", AT + 2 * DAY),
    )  # fmt: skip
    assert len({n.id for n in notices}) == len(notices)
    steps = [n for n in notices if (n.clock, n.step) == ("handle", 1)]
    assert [(n.at - AT) // MINUTE for n in steps] == [60, 150, (180 + 24 * 60) // 2]
    assert [n.id.split(":")[3] for n in steps] == [
        str(AT), str(AT + 2 * HOUR), str(AT + 200 * MINUTE),
    ]  # fmt: skip


def test_a_hand_over_names_the_owner_until_the_ladder_does() -> None:
    state = life(act("accept", AT + 1), state=dispatched(Level.RED, AT))
    assert owner(RULES, state) == "county"
    handed = life(act("hand_over", AT + MINUTE, to="150402001"), state=state)
    assert (handed.handed_to, owner(RULES, handed)) == ("150402001", "150402001")
    assert owner(RULES, later(handed, AT + HOUR - 1)) == "150402001"
    stepped = later(handed, AT + HOUR)
    assert (stepped.handed_to, owner(RULES, stepped)) == ("", "county")
    again = life(act("return", AT + 90_000), act("dispatch", AT + 2 * MINUTE), state=handed)
    assert again.handed_to == ""


def test_hand_overs_and_urges_cause_notices() -> None:
    notices = notices_of(
        act("report", AT, level=Level.ORANGE),
        act("urge", AT + 1, action_id="nobody"),
        act("register", AT + 1),
        act("dispatch", AT + 2),
        act("urge", AT + 3, action_id="u1", actor="hotline"),
        act("urge", AT + 4, action_id="u2", actor="hotline"),
        act("hand_over", AT + 5, action_id="h", to="county"),
    )
    assert [(n.id, n.to) for n in notices[1:]] == [
        ("e1:urged:u1", "department"),
        ("e1:urged:u2", "department"),
        ("e1:handed_over:h", "county"),
    ]  # fmt: skip
