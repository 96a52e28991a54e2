"""The laws of the fold: repeats, batches, recounts, lazy escalation, refusals.

What single histories come to is held against a naive model in ``test_machine_pure.py``.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dashboard.core.fold import view_names, views
from dashboard.core.fold.batch import fold_batch
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.state import Held, Outcome, Standing, Tally
from tests.model.histories import histories
from tests.support.core.memory_store import Store, one_batch
from tests.support.core.shorthand import (
    DAY,
    HOUR,
    MINUTE,
    RULES,
    act,
    dispatched,
    later,
    life,
    ms,
    took,
)

quick = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
AT = ms("2018-03-07 09:00")


@quick
@given(histories(), st.integers(1, 12))
def test_batches_of_any_size_come_to_the_same(actions: list[Action], size: int) -> None:
    whole, parts, single = one_batch(actions), Store(), Store()
    for start in range(0, len(actions), size):
        parts.take(*actions[start : start + size])
    single.take_each(actions)
    assert whole.shape() == parts.shape() == single.shape()
    assert whole.standing_notices() == parts.standing_notices() == single.standing_notices()


@quick
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(actions: list[Action], chance: object) -> None:
    """Within one month: later, what is known too late moves no score (test_months.py)."""
    distinct = list({(a.event_id, a.action_id): a for a in reversed(actions)}.values())[::-1]
    first = min(a.ts for a in distinct)
    soon = [a for a in distinct if a.ts < first + 3 * DAY]
    # ties within one ms are broken by arrival, so those stay as they came
    moments = list(dict.fromkeys(a.ts for a in soon))
    chance.shuffle(moments)  # type: ignore[attr-defined]
    mixed = [a for ts in moments for a in soon if a.ts == ts]
    straight, odd = one_batch(soon), one_batch(mixed)
    assert straight.states == odd.states
    assert straight.views() == odd.views()
    assert straight.standing_notices() == odd.standing_notices()
    for event_id in straight.held:
        assert straight.outcomes(event_id) == odd.outcomes(event_id)


@quick
@given(histories())
def test_every_view_can_be_recounted_from_the_states(actions: list[Action]) -> None:
    store = Store()
    for start in range(0, len(actions), 7):
        changes = store.take(*actions[start : start + 7])
        assert changes.folded == len(changes.recent)
    total: dict[tuple[str, str | int], int] = {}
    states = list(store.states.values())
    for state in states:
        for key, amount in views.part(RULES, state).items():
            total[key] = total.get(key, 0) + amount
    assert store.counts == {key: n for key, n in total.items() if n}
    ranks = {s.event_id: views.queue_score(s) for s in states}
    assert store.queue == {k: v for k, v in ranks.items() if v is not None}
    moments = {s.event_id: views.deadline(RULES, s) for s in states}
    assert store.deadlines == {k: v for k, v in moments.items() if v is not None}
    assert store.points == dict(p for s in states if (p := views.point(s)) is not None)
    assert store.alerts == {s.event_id: r for s in states if (r := views.alert(s)) is not None}
    assert store.places == {
        (name, code, spot[0]): spot[1]
        for name, find in zip(view_names.RANKED, views.RANKS, strict=True)
        for s in states
        if (spot := find(s)) is not None
        for code in s.place
        if code
    }
    here = [s for s in states if s.grid and s.void is None]
    assert store.ledger == {(s.grid, s.event_id): s.reported_at for s in here}
    for state in states:
        # overdue comes from the late spans, and only the last one can be under way
        late = bool(state.late) and state.late[-1][1] == 0
        assert state.overdue == (late and state.void is None)
        assert all(end >= start > 0 for start, end in state.late[:-1])
        assert all(t.at > 0 and t.department and t.amount > 0 for t in state.tallies)
        assert len(state.past_ends) == state.reopens
        marks = store.held[state.event_id].marks
        assert len({mark.name for mark in marks}) == len(marks)
        assert all(mark.known >= mark.ts for mark in marks)


@quick
@given(histories())
def test_sending_everything_again_changes_nothing(actions: list[Action]) -> None:
    store = one_batch(actions)
    changes = store.take(*actions)
    assert changes.repeated == len(actions)
    assert (changes.held, changes.counts, changes.refused, changes.recent) == ({}, {}, [], [])
    assert (changes.notices, changes.links, changes.folded) == ([], [], 0)


@quick
@given(histories(backwards=False), st.sampled_from(["at once", "late", "twice"]))
def test_the_clock_may_be_on_time_late_double_or_dead(actions: list[Action], way: str) -> None:
    """The states do not depend on when, or whether, the clock writes what is due."""
    quiet, loud = Store(), Store()
    plain = [a for a in actions if a.kind is not Kind.ESCALATE]
    for action in plain:
        for event_id, due in sorted(loud.deadlines.items()):
            # as long as a deadline is before the next action, the clock gets its word in
            while due <= action.ts:
                ts = due if way != "late" else min(due + 3 * MINUTE, action.ts)
                for _ in range(2 if way == "twice" else 1):
                    loud.take(act("escalate", ts, event_id, actor="clock"))
                due = loud.deadlines.get(event_id, action.ts + 1)
                if way == "late" and ts == action.ts:
                    break
        loud.take(action)
        quiet.take(action)
    end = max(a.ts for a in actions) + 30 * DAY
    for event_id in sorted(loud.states):
        for store in (loud, quiet):
            store.take(act("escalate", end, event_id))
    assert quiet.states == loud.states
    assert quiet.views() == loud.views()
    assert quiet.standing_notices() == loud.standing_notices()
    assert Counter(quiet.refused) == Counter(loud.refused)


@quick
@given(histories())
def test_a_refusal_changes_nothing_but_the_memory_of_it(actions: list[Action]) -> None:
    store = Store()
    for action in actions:
        old = store.held.get(action.event_id, Held())
        latest = max((mark.ts for mark in old.marks), default=0)
        changes = store.take(action)
        new = store.held[action.event_id]
        if old.state is None or action.ts <= latest or not changes.refused:
            continue
        if action.voids and action.via:
            continue  # what it leaves out may have made others lawful: they are refused now
        assert len(new.marks) == len(old.marks) + 1
        assert new.marks[-1].outcome is Outcome.REFUSED
        assert changes.refused[0][1].reason
        assert (len(changes.refused), changes.links) == (1, [])
        waited = later(old.state, action.ts - 1)
        assert new.state is not None
        # one that is known too late has the months counted again: the same tallies, in other order
        now, then = (Counter(plain(t) for t in s.tallies) for s in (new.state, waited))
        frozen = any(t.standing for t in (*new.state.tallies, *waited.tallies))
        assert now == then or frozen
        assert replace(new.state, tallies=()) == replace(waited, tallies=())


def plain(tally: Tally) -> Tally:
    return replace(tally, standing=Standing.STANDS)


def test_a_batch_may_hold_a_whole_life() -> None:
    kinds = ["report", "register", "dispatch", "accept", "handle", "verify", "close"]
    actions = [act(kind, AT + i * MINUTE, lat=42.0, lon=119.0) for i, kind in enumerate(kinds)]
    changes = fold_batch(RULES, {}, [(f"{i}-0", a) for i, a in enumerate(actions)])
    # the last word counts: nothing to add to, and nothing to take from, where it never was
    assert changes.queue == changes.deadlines == changes.points == {}
    assert changes.counts["count", "status|closed"] == 1
    assert not any(key == ("count", "all|open") for key in changes.counts)
    assert [line.kind for _, line in changes.recent] == kinds
    assert [entry for entry, _ in changes.recent] == [f"{i}-0" for i in range(7)]
    assert (changes.folded, changes.repeated, changes.high) == (7, 0, actions[-1].ts)


def test_recent_lines_do_not_depend_on_batches() -> None:
    kinds = ["report", "register", "dispatch", "verify", "accept", "handle"]
    actions = [act(kind, AT + i * 10 * MINUTE) for i, kind in enumerate(kinds)]
    batch = Store().take(*actions).recent
    single = Store()
    singly = [line for action in actions for line in single.take(action).recent]
    assert batch == singly
    # what was refused has not been done, though time passed with it
    done = [kind for kind in kinds if kind != "verify"]
    assert [line.kind for _, line in batch] == done


def test_an_escalation_takes_what_is_due_and_nothing_more() -> None:
    state = dispatched(Level.RED, AT)
    early, verdict = took(state, act("escalate", AT + MINUTE))
    assert (early, verdict.outcome) == (state, Outcome.TIME)
    due, _ = took(state, act("escalate", AT + HOUR))
    assert due is not None
    assert due.step == 4
    assert due.updated_at == state.updated_at
    none, verdict = took(None, act("escalate", AT))
    assert (none, verdict.reason) == (None, "not reported yet")


def test_a_corrected_level_moves_the_point_and_not_adds_one() -> None:
    report = act("report", AT, level=Level.BLUE, lat=42.0, lon=119.0)
    for then, points in (
        ({"level": Level.RED}, {f"119.00000,42.00000,{AT},e1": 3e13 + AT}),
        ({"lat": 1.0, "lon": 2.0}, {f"119.00000,42.00000,{AT},e1": None,
                                    f"2.00000,1.00000,{AT},e1": float(AT)}),
    ):  # fmt: skip
        store = Store()
        store.take(report)
        assert store.take(act("correct", AT + 1, **then)).points == points


def test_a_corrected_place_moves_the_line_in_the_ledger() -> None:
    store = Store()
    store.take(act("report", AT, place=("150402", "", "", "g1")))
    assert store.ledger == {("g1", "e1"): AT}
    moved = store.take(act("correct", AT + 1, place=("150402", "", "", "g2")))
    assert moved.ledger == {("g1", "e1"): None, ("g2", "e1"): AT}
    assert store.take(act("correct", AT + 2, place=("150402",))).ledger == {("g2", "e1"): None}
    assert store.ledger == {}


def test_names_are_an_event_s_own() -> None:
    store = one_batch([act("report", AT, e, action_id="same") for e in ("e1", "e2", "e1")])
    assert store.counts["count", "all|reported"] == 2
    assert life(act("report", AT, "e3")).event_id == "e3"
