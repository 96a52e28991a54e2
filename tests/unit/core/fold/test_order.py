"""Order within what a source knows of its times is the lifecycle's."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.actions import Action, Precision, Status
from dashboard.core.model.state import Outcome
from tests.support.core.memory_store import Store, one_batch
from tests.support.core.shorthand import DAY, HOUR, MINUTE, RULES, act, ms

AT = ms("2018-03-07 09:15")
MIDNIGHT = ms("2018-03-07 00:00")
APPLIED, REFUSED = Outcome.APPLIED, Outcome.REFUSED
MIN, DAYS, S = Precision.MIN, Precision.DAY, Precision.S


def begun(at: int = AT) -> list[Action]:
    return [
        act("report", at, action_id="report"),
        act("register", at, action_id="register"),
        act("dispatch", at, action_id="dispatch"),
    ]


def each(*actions: Action) -> Store:
    store = Store()
    store.take_each(actions)
    return store


SLOW = [
    *begun(),
    act("handle", AT - 1000, action_id="handle", skew=2000),
    act("close", AT - 1000, action_id="close", skew=2000),
]
MINUTES = [
    act("report", AT + 30_000, action_id="report"),
    act("register", AT + 30_000, action_id="register"),
    act("dispatch", AT, action_id="dispatch", precision=MIN),
    act("handle", AT + HOUR, action_id="handle"),
    act("close", AT + HOUR + 1, action_id="close"),
]
WHOLE_DAYS = [
    *begun(),
    act("handle", MIDNIGHT, action_id="handle", precision=DAYS),
    act("close", MIDNIGHT, action_id="close", precision=DAYS),
]


@pytest.mark.parametrize("actions", [SLOW, MINUTES, WHOLE_DAYS], ids=["slow", "min", "day"])
def test_whatever_order_they_arrive_in_the_event_is_closed(actions: list[Action]) -> None:
    # the three steps of the same moment keep their order: it is the order of their arrival
    wanted = one_batch(actions)
    for mixed in permutations(actions):
        places = [mixed.index(action) for action in actions]
        if actions is not MINUTES and places[:3] != sorted(places[:3]):
            continue
        for store in (each(*mixed), one_batch(mixed)):
            assert store.state().status is Status.CLOSED
            assert set(store.outcomes().values()) == {APPLIED}
            assert store.views() == wanted.views()
            assert store.state() == wanted.state()
            assert store.standing_notices() == wanted.standing_notices()


def test_its_time_is_the_first_moment_at_which_it_is_lawful() -> None:
    for actions, at in ((SLOW, AT), (WHOLE_DAYS, AT)):
        state = each(*actions).state()
        assert (state.dispatched_at, state.handled_at, state.closed_at) == (at, at, at)
        assert state.handle is not None
        assert state.handle.spent == 0
    state = each(*MINUTES).state()
    assert state.dispatched_at == AT + 30_000
    assert state.handle is not None
    assert state.handle.spent == HOUR - 30_000


@pytest.mark.parametrize(
    ("early", "written", "lawful"),
    [
        (1000, {"skew": 1000}, True),
        (1001, {"skew": 1000}, False),
        (999, {"precision": S}, True),
        (1000, {"precision": S}, False),
        (MINUTE - 1, {"precision": MIN}, True),
        (MINUTE, {"precision": MIN}, False),
        (MINUTE + 1999, {"precision": MIN, "skew": 2000}, True),
        (DAY - 1, {"precision": DAYS}, True),
        (DAY, {"precision": DAYS}, False),
        (1, {}, False),
    ],
)
def test_no_longer_than_it_may_have_been_done(
    early: int, written: dict[str, Any], lawful: bool
) -> None:
    handle = act("handle", AT - early, action_id="handle", **written)
    for store in (each(*begun(), handle), each(handle, *begun())):
        assert store.outcomes()["handle"] is (APPLIED if lawful else REFUSED)
        assert store.state().status is (Status.HANDLED if lawful else Status.DISPATCHED)


def test_a_lawful_action_keeps_its_own_time() -> None:
    next_day = MIDNIGHT + DAY
    accept = act("accept", next_day + HOUR, action_id="accept")
    handle = act("handle", next_day, action_id="handle", precision=DAYS)
    store = each(*begun(), accept, handle)
    assert store.state().handled_at == next_day


def test_the_same_step_twice_under_two_names_is_taken_once() -> None:
    again = act("dispatch", AT + 1, action_id="again", precision=MIN)
    back = act("return", AT + 40_000, action_id="return")
    store = each(*begun(), again, back)
    assert store.outcomes()["again"] is REFUSED
    assert store.state().status is Status.RETURNED
    # to another department it is another step, and this one waits for the return
    other = act("reopen", AT, action_id="reopen", precision=DAYS)
    close = [act("handle", AT + HOUR), act("close", AT + HOUR + 1)]
    store = each(*begun(), other, *close)
    assert store.outcomes()["reopen"] is APPLIED
    assert store.state().status is Status.REGISTERED


def test_of_coarse_times_the_order_is_the_lifecycles() -> None:
    whole = {"precision": DAYS}
    day = [act(kind, MIDNIGHT + DAY, **whole) for kind in ("accept", "handle", "verify", "close")]
    rounds = [
        act("return", MIDNIGHT + DAY, **whole),
        act("dispatch", MIDNIGHT + DAY, department="D2", **whole),
        act("accept", MIDNIGHT + DAY, actor="dept:D2", **whole),
    ]
    for steps, status in ((day, Status.CLOSED), (rounds, Status.ACCEPTED)):
        for mixed in permutations(steps):
            for store in (each(*begun(), *mixed), one_batch([*mixed, *begun()])):
                assert set(store.outcomes().values()) == {APPLIED}
                assert store.state().status is status


def test_exact_times_come_before_coarse_ones_of_the_same_moment() -> None:
    day = MIDNIGHT + DAY
    handle = act("handle", day, action_id="handle", precision=DAYS)
    accept = act("accept", day, action_id="accept")
    for store in (each(*begun(), handle, accept), each(*begun(), accept, handle)):
        assert set(store.outcomes().values()) == {APPLIED}


def test_what_waits_is_marked_until_when() -> None:
    handle = act("handle", AT - 1000, action_id="handle", precision=MIN, skew=500)
    store = each(act("report", AT - 5000), handle)
    assert [mark.until for mark in store.held["e1"].marks] == [0, AT - 1000 + MINUTE - 1 + 500]
    store.take(act("register", AT))
    store.take(act("dispatch", AT))
    assert [mark.until for mark in store.held["e1"].marks] == [0, AT, 0, 0]


def test_at_most_twenty_wait() -> None:
    many = [act("verify", MIDNIGHT + n, action_id=f"v{n}", precision=DAYS) for n in range(30)]
    store = each(*many, *begun())
    waiting = [mark for mark in store.held["e1"].marks if mark.until]
    assert len(waiting) == 20


def test_a_department_closes_where_the_city_allows_it() -> None:
    steps = [*begun(), act("handle", AT + 1), act("close", AT + 2, actor="dept:D1")]
    other = [*begun(), act("handle", AT + 1), act("close", AT + 2, actor="dept:D2")]
    assert each(*steps).state().status is Status.HANDLED
    allowed = replace(RULES, department_closes=True)
    for actions, status in ((steps, Status.CLOSED), (other, Status.HANDLED)):
        store = Store(allowed)
        store.take_each(actions)
        assert store.state().status is status


_KINDS = ("register", "dispatch", "accept", "handle", "verify", "close", "return", "rework")
_WRITTEN = st.sampled_from(((None, 0), (MIN, 0), (DAYS, 0), (S, 2000), (None, 2000)))
_STEPS = st.lists(
    st.tuples(st.sampled_from(_KINDS), st.integers(0, 3 * 24 * 60), _WRITTEN),
    min_size=1,
    max_size=6,
    unique_by=lambda step: step[1],
)


@given(_STEPS, st.randoms(use_true_random=False))
def test_arrival_does_not_matter(steps: list[Any], rng: Any) -> None:
    """For actions with times of their own: ties are in the order of arrival."""
    actions = [act("report", AT, action_id="report")]
    actions += [
        act(kind, AT - DAY + minute * MINUTE + n, action_id=f"s{n}", precision=p, skew=skew)
        for n, (kind, minute, (p, skew)) in enumerate(steps)
    ]
    mixed = list(actions)
    rng.shuffle(mixed)
    one, other = each(*mixed), one_batch(sorted(actions, key=lambda action: action.ts))
    assert one.outcomes() == other.outcomes()
    assert one.views() == other.views()
    assert one.state() == other.state()
    state = one.state()
    assert all(c is None or c.spent >= 0 for c in (state.respond, state.handle))
    steps_at = (state.reported_at, state.dispatched_at, state.accepted_at, state.handled_at)
    assert all(not at or at >= AT for at in steps_at)
