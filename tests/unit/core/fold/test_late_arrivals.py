"""What comes late is put in its place: late arrivals, ties, parked actions, second reports.

A red event has 15 minutes to be answered and two hours to be handled.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from dashboard.core.model.actions import Action, Level, Status
from dashboard.core.model.state import Outcome
from tests.support.core.memory_store import Store, one_batch
from tests.support.core.shorthand import DAY, HOUR, MINUTE, act, measures, ms, tallied

AT = ms("2018-03-07 09:00")
APPLIED, TIME, REFUSED, PARKED = Outcome.APPLIED, Outcome.TIME, Outcome.REFUSED, Outcome.PARKED


def begun(**more: Any) -> list[Action]:
    return [
        act("report", AT, action_id="report", **more),
        act("register", AT + 1, action_id="register"),
        act("dispatch", AT + 2, action_id="dispatch"),
    ]


def sent(*actions: Action) -> Store:
    """Each in a batch of its own, in this order."""
    store = Store()
    store.take_each(actions)
    return store


def test_a_late_arrival_is_put_in_its_place() -> None:
    accept, handle = act("accept", AT + MINUTE), act("handle", AT + HOUR)
    straight, late = sent(*begun(), accept, handle), sent(*begun(), handle, accept)
    assert straight.state() == late.state()
    assert straight.views() == late.views()
    assert late.state().accepted_at == AT + MINUTE
    # without the acceptance the time to respond would have been over
    assert "dispatch_failed" in measures(sent(*begun(), handle).states.values())
    assert "dispatch_failed" not in measures(late.states.values())


def test_any_order_of_arrival_comes_to_the_same() -> None:
    actions = [*begun(), act("handle", AT + HOUR), act("close", AT + 3 * HOUR)]
    wanted = one_batch(actions)
    for mixed in permutations(actions):
        for store in (sent(*mixed), one_batch(mixed)):
            assert store.state() == wanted.state()
            assert store.views() == wanted.views()
            assert set(store.outcomes().values()) == {APPLIED}
            assert store.standing_notices() == wanted.standing_notices()


def test_what_waits_for_its_report_is_no_refusal() -> None:
    report, register, dispatch = begun()
    store = sent(register, dispatch)
    assert (store.states, store.refused, store.counts) == ({}, [], {})
    assert set(store.outcomes().values()) == {PARKED}
    changes = store.take(report)
    assert store.state().status is Status.DISPATCHED
    assert set(store.outcomes().values()) == {APPLIED}
    assert changes.refused == []
    # the units to notify of a dispatch are notified now
    assert [n.what for n in changes.notices] == ["alarm"]


def test_what_happened_before_the_report_is_refused_once_it_is_known() -> None:
    early = act("register", AT - 1, action_id="early")
    escalated = act("escalate", AT - 1, action_id="escalated", actor="clock")
    store = sent(early, escalated)
    assert store.refused == []
    store.take(act("report", AT))
    assert sorted(store.refused) == [
        ("early", "not reported yet"),
        ("escalated", "not reported yet"),
    ]
    assert store.state().status is Status.REPORTED
    straight = sent(act("report", AT), early, escalated)
    assert sorted(straight.refused) == sorted(store.refused)
    assert straight.views() == store.views()


def test_a_parked_action_without_what_it_needs_is_judged_with_the_report() -> None:
    store = sent(act("extend", AT + 1, action_id="bare"))
    assert store.refused == []
    store.take(act("report", AT))
    assert store.refused == [("bare", "extend needs until")]


def test_of_two_reports_the_earlier_wins_whichever_came_first() -> None:
    one = act("report", AT, action_id="one", level=Level.RED)
    other = act("report", AT + 1, action_id="other", level=Level.BLUE)
    for store in (sent(one, other), sent(other, one)):
        assert store.state().level is Level.RED
        assert store.refused == [("other", "already reported")]
        assert store.counts["count", "all|reported"] == 1
        assert store.counts["count", "level|red|reported"] == 1
        assert not any("blue" in str(field) for _, field in store.counts)


def test_of_two_reports_of_one_moment_the_first_that_came_wins() -> None:
    one = act("report", AT, action_id="one", level=Level.RED)
    other = act("report", AT, action_id="other", level=Level.BLUE)
    for store in (sent(one, other), one_batch([one, other])):
        assert store.state().level is Level.RED
        assert store.refused == [("other", "already reported")]
    bare = act("report", AT, action_id="bare", level=None)
    assert sent(bare, one).state().level is Level.RED
    assert sent(bare, one).refused == [("bare", "report needs level")]


def test_within_one_moment_the_lawful_order_is_found() -> None:
    """A source that knows days but no times writes a whole life at one moment."""
    names = ("report", "register", "dispatch", "accept", "handle", "verify", "close")
    actions = [act(name, AT, action_id=name) for name in names]
    wanted = one_batch(actions).state()
    assert wanted.status is Status.CLOSED
    backwards, singly = one_batch(actions[::-1]), sent(*actions[::-1])
    # what came first is taken as soon as it is lawful, which leaves out what may be left out
    assert backwards.state() == singly.state()
    assert backwards.state().status is Status.CLOSED
    assert backwards.refused == [
        ("verify", "verify is not allowed from closed"),
        ("accept", "accept is not allowed from closed"),
    ]


def test_a_tie_is_broken_by_arrival() -> None:
    ends = [act("accept", AT + 9, action_id="accept"), act("return", AT + 9, action_id="return")]
    first, second = sent(*begun(), *ends), sent(*begun(), *ends[::-1])
    assert (first.state().status, first.refused) == (Status.RETURNED, [])
    assert second.state().status is Status.RETURNED
    assert [name for name, _ in second.refused] == ["accept"]
    assert second.refused[0][1] == "accept is not allowed from returned"


def test_one_more_of_the_same_moment_makes_a_refused_one_lawful() -> None:
    report, register, dispatch = begun()
    accept = act("accept", AT + 2, action_id="accept")
    store = sent(report, register, accept)
    assert store.refused == [("accept", "accept is not allowed from registered")]
    store.take(dispatch)  # at AT + 2 too
    assert store.state().status is Status.ACCEPTED
    assert set(store.outcomes().values()) == {APPLIED}
    assert len(store.refused) == 1, "nothing is taken out of the rejected stream"


def test_what_came_late_may_take_the_ground_from_under_another() -> None:
    accept = act("accept", AT + HOUR, action_id="accept")
    store = sent(*begun(), accept)
    changes = store.take(act("return", AT + 30 * MINUTE, action_id="return"))
    assert store.state().status is Status.RETURNED
    assert store.refused == [("accept", "accept is not allowed from returned")]
    assert [entry for entry, _ in changes.refused] == ["4-0"]
    assert store.outcomes()["accept"] is REFUSED
    # and one more of its kind notifies no one twice
    store.take(act("urge", AT + 40 * MINUTE))
    assert len(store.refused) == 1


@pytest.mark.parametrize(("after", "in_time"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("escalated_first", [True, False])
def test_handled_at_the_very_moment_it_falls_due_is_in_time(
    after: int, in_time: bool, escalated_first: bool
) -> None:
    due = AT + 2 + 2 * HOUR
    handle = act("handle", due + after)
    clock = act("escalate", due, actor="clock")
    last = [clock, handle] if escalated_first else [handle, clock]
    store = sent(*begun(), act("accept", AT + MINUTE), *last)
    assert ("on_time.red" in measures([store.state()])) is in_time
    assert measures([store.state()])["decided.red"] == 1
    assert store.state().late == (() if in_time else ((due, due + after),))
    assert store.refused == []


def test_answered_at_the_very_moment_it_falls_due_is_in_time() -> None:
    due = AT + 2 + 15 * MINUTE
    for after, failed in ((0, False), (1, True)):
        store = sent(*begun(), act("escalate", due), act("accept", due + after))
        assert ("dispatch_failed" in measures([store.state()])) is failed


def test_lateness_is_undone_by_a_handling_that_came_late() -> None:
    handle = act("handle", AT + HOUR)
    store = sent(*begun(), act("accept", AT + MINUTE), act("escalate", AT + 5 * HOUR))
    assert store.state().overdue
    assert store.counts["count", "all|overdue"] == 1
    loud = [n.id for n in store.notices if n.clock == "handle"]
    changes = store.take(handle)
    state = store.state()
    assert (state.status, state.late, state.overdue, state.alarm) == (
        Status.HANDLED, (), False, False,
    )  # fmt: skip
    assert tallied(state) == [
        ("decided.red", AT + HOUR, 1),
        ("dispatched", AT + 2, 1),
        ("handled", AT + HOUR, 1),
        ("on_time.red", AT + HOUR, 1),
    ]
    assert ("count", "all|overdue") not in store.counts
    assert not any("late" in view for view, _ in store.counts)
    # the notices are withdrawn, each once; the step at half the time with it
    taken_back = [n for n in changes.notices if n.what == "withdrawn"]
    assert [n.ref for n in taken_back] == loud
    assert {n.id for n in taken_back} == {f"{ref}:withdrawn" for ref in loud}
    assert {(n.at, n.event_id) for n in taken_back} == {(AT + HOUR, "e1")}
    assert len(changes.notices) == len(loud)
    straight = sent(*begun(), act("accept", AT + MINUTE), handle, act("escalate", AT + 5 * HOUR))
    assert straight.state() == state
    assert straight.standing_notices() == store.standing_notices()


def test_a_notice_that_a_user_caused_is_never_withdrawn() -> None:
    store = sent(*begun(), act("urge", AT + HOUR), act("hand_over", AT + HOUR, to="county"))
    changes = store.take(act("reject", AT + MINUTE))
    assert store.state().status is Status.REJECTED
    gone = {n.ref.split(":")[1] for n in changes.notices}
    assert gone <= {"step", "alarm"}
    assert {"urged", "handed_over"} <= {n.what for n in store.notices}


def test_a_repeat_under_the_same_name_is_nothing_even_with_other_content() -> None:
    store = sent(*begun())
    before = store.shape()
    changes = store.take(act("reject", AT + DAY, action_id="dispatch"))
    assert changes.repeated == 1
    assert store.shape() == before
    # but that the shard has seen that day is known
    assert store.high == AT + DAY
    store.take(act("accept", AT + 3, action_id="accept"))
    assert store.held["e1"].marks[-1].known == AT + DAY
