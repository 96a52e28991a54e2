"""The fold against a naive model, and its laws: repeats, batches, recounts, lazy escalation."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dashboard.core import transition, views
from dashboard.core.events import Action, Kind, Level
from dashboard.core.projection import Changes, fold, fold_batch
from dashboard.core.state import EventState, fingerprint
from tests.unit.core import model, modelclock, recount
from tests.unit.core.histories import histories
from tests.unit.core.modelclock import DAY, HOUR, MINUTE
from tests.unit.core.support import RULES, act, life, ms

quick = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])

States = dict[str, EventState | None]


class Store:
    """What a store keeps: states and views, by applying the changes of batches."""

    def __init__(self) -> None:
        self.states: States = {}
        self.counts: dict[tuple[str, str | int], int] = {}
        self.queue: dict[str, float] = {}
        self.deadlines: dict[str, float] = {}
        self.points: dict[str, float] = {}
        self.results: list[str] = []

    def take(self, actions: Sequence[Action]) -> Changes:
        before = {a.event_id: self.states.get(a.event_id) for a in actions}
        changes = fold_batch(RULES, before, [(f"{i}-0", a) for i, a in enumerate(actions)])
        self.states.update(changes.states)
        for key, amount in changes.counts.items():
            self.counts[key] = self.counts.get(key, 0) + amount
            if not self.counts[key]:
                del self.counts[key]
        for kept, wanted in (
            (self.queue, changes.queue),
            (self.deadlines, changes.deadlines),
            (self.points, changes.points),
        ):
            for member, score in wanted.items():
                if score is None:
                    kept.pop(member, None)
                else:
                    kept[member] = score
        assert changes.folded + changes.repeated + len(changes.refused) == len(actions)
        assert len(changes.recent) == changes.folded
        return changes

    def shape(self) -> tuple[object, ...]:
        return self.states, self.counts, self.queue, self.deadlines, self.points


def one_batch(actions: Sequence[Action]) -> Store:
    store = Store()
    store.take(actions)
    return store


@settings(quick, max_examples=200)
@given(histories())
def test_the_core_agrees_with_the_naive_model(actions: list[Action]) -> None:
    store, city = Store(), model.City()
    for action in actions:
        changes = store.take([action])
        said = "refused" if changes.refused else "folded" if changes.folded else "repeated"
        assert city.take(action) == said, action
    assert store.counts == recount.count(city, RULES.cell_zooms)
    for event_id, event in city.events.items():
        state = store.states[event_id]
        assert state is not None
        assert state.status == event["status"]
        assert [list(span) for span in state.late] == [[a, b or 0] for a, b in event["late"]]
        for clock, other in ((state.respond, event["respond"]), (state.handle, event["handle"])):
            assert (clock is None) == (other is None)
            if clock is not None:
                assert (clock.limit, clock.step) == (other["limit"], other["steps"])
                assert (clock.since is not None) == modelclock.runs(other)
        due = [at for name in ("respond", "handle") if (at := modelclock.step_at(event[name]))]
        assert store.deadlines.get(event_id) == min(due, default=None)


@quick
@given(histories(), st.integers(1, 12))
def test_batches_of_any_size_come_to_the_same(actions: list[Action], size: int) -> None:
    whole, parts, single = one_batch(actions), Store(), Store()
    for start in range(0, len(actions), size):
        parts.take(actions[start : start + size])
    for action in actions:
        single.take([action])
    assert whole.shape() == parts.shape() == single.shape()


@quick
@given(histories())
def test_every_view_can_be_recounted_from_the_states(actions: list[Action]) -> None:
    store = one_batch(actions)
    states = [state for state in store.states.values() if state is not None]
    total: dict[tuple[str, str | int], int] = {}
    for state in states:
        for key, amount in views.part(RULES, state).items():
            total[key] = total.get(key, 0) + amount
    assert store.counts == {key: n for key, n in total.items() if n}
    ranks = {s.event_id: views.queue_score(s) for s in states}
    assert store.queue == {k: v for k, v in ranks.items() if v is not None}
    moments = {s.event_id: views.deadline(RULES, s) for s in states}
    assert store.deadlines == {k: v for k, v in moments.items() if v is not None}
    assert store.points == dict(p for s in states if (p := views.point(s)) is not None)
    for state in states:
        # overdue is told by the late spans, and only the last one can be under way
        assert state.overdue == (bool(state.late) and state.late[-1][1] == 0)
        assert all(end >= start > 0 for start, end in state.late[:-1])
        assert all(t.at > 0 and t.department and t.amount > 0 for t in state.tallies)
        assert len(set(state.seen)) == len(state.seen)
        assert len(state.past_ends) == state.reopens


@quick
@given(histories())
def test_sending_everything_again_changes_nothing(actions: list[Action]) -> None:
    store = one_batch(actions)
    # what was refused for want of its report may find it now; those are sent for the first time
    known = [
        a
        for a in actions
        if (state := store.states.get(a.event_id)) is not None
        and (a.kind is Kind.ESCALATE or state.has_seen(fingerprint(a.action_id)))
    ]
    latest = {e: s.updated_at for e, s in store.states.items() if s is not None}
    again = [a for a in known if a.kind is not Kind.ESCALATE or a.ts <= latest[a.event_id]]
    changes = store.take(again)
    assert changes.repeated == len(again)
    nothing = (changes.states, changes.counts, changes.refused, changes.recent)
    assert nothing == ({}, {}, [], [])


@quick
@given(histories(backwards=False), st.sampled_from(["at once", "late", "twice"]))
def test_the_clock_may_be_on_time_late_double_or_dead(actions: list[Action], way: str) -> None:
    """The states do not depend on when, or whether, the clock says what the time tells."""
    quiet, loud = Store(), Store()
    plain = [a for a in actions if a.kind is not Kind.ESCALATE]
    for action in plain:
        for event_id, due in sorted(loud.deadlines.items()):
            # as long as a deadline lies before the next action, the clock gets its word in
            while due <= action.ts:
                ts = int(due) if way != "late" else min(int(due) + 3 * MINUTE, action.ts)
                for _ in range(2 if way == "twice" else 1):
                    loud.take([act("escalate", ts, event_id, actor="clock")])
                due = loud.deadlines.get(event_id, float("inf"))
        loud.take([action])
        quiet.take([action])
    end = max(a.ts for a in actions) + 30 * DAY
    for event_id in loud.states:
        for store in (loud, quiet):
            store.take([act("escalate", end, event_id)])
    assert quiet.shape() == loud.shape()


@quick
@given(histories())
def test_a_refusal_changes_nothing_but_the_memory_of_it(actions: list[Action]) -> None:
    store = Store()
    for action in actions:
        old = store.states.get(action.event_id)
        if old is not None:
            old, _ = transition.advance(RULES, old, action.ts)
        changes = store.take([action])
        if changes.refused:
            state = store.states.get(action.event_id)
            assert changes.refused[0][1].reason
            assert (state is None) == (old is None)
            if old is not None and state is not None:
                assert replace(state, seen=old.seen) == old
                assert len(state.seen) == len(old.seen) + 1


def test_a_batch_may_hold_a_whole_life() -> None:
    at = ms("2018-03-07 09:00")
    kinds = ["report", "register", "dispatch", "accept", "handle", "verify", "close"]
    actions = [act(kind, at + i * MINUTE, lat=42.0, lon=119.0) for i, kind in enumerate(kinds)]
    changes = fold_batch(RULES, {}, [(f"{i}-0", a) for i, a in enumerate(actions)])
    # the last word counts: nothing to add to, and nothing to take from, where it never was
    assert changes.queue == changes.deadlines == changes.points == {}
    assert changes.counts["count", "status|closed"] == 1
    assert not any(key == ("count", "all|open") for key in changes.counts)
    assert [line.kind for _, line in changes.recent] == kinds
    assert [entry for entry, _ in changes.recent] == [f"{i}-0" for i in range(7)]


def test_an_escalation_that_takes_no_step_is_a_repeat() -> None:
    at = ms("2018-03-07 09:00")
    state = life(act("report", at), act("register", at), act("dispatch", at))
    early = fold(RULES, state, act("escalate", at + MINUTE))
    assert (early.changed, early.refused, early.state) == (False, None, state)
    due = fold(RULES, state, act("escalate", at + HOUR))
    assert due.changed
    assert due.state is not None
    assert due.state.step == 4
    unknown = fold(RULES, None, act("escalate", at))
    assert unknown.refused == "unknown event"


def test_a_corrected_level_moves_the_point_and_not_adds_one() -> None:
    at = ms("2018-03-07 09:00")
    report = act("report", at, level=Level.BLUE, lat=42.0, lon=119.0)
    old = fold(RULES, None, report).state
    changes = fold_batch(RULES, {"e1": old}, [("1-0", act("correct", at + 1, level=Level.RED))])
    assert list(changes.points.items()) == [(f"119.00000,42.00000,{at},e1", 3e13 + at)]
    moved = fold_batch(RULES, {"e1": old}, [("1-0", act("correct", at + 1, lat=1.0, lon=2.0))])
    assert moved.points == {
        f"119.00000,42.00000,{at},e1": None,
        f"2.00000,1.00000,{at},e1": float(at),
    }


def test_names_are_an_event_s_own() -> None:
    at = ms("2018-03-07 09:00")
    store = one_batch([act("report", at, e, action_id="same") for e in ("e1", "e2", "e1")])
    assert store.counts["count", "all|reported"] == 2
