"""A late action's work is bounded: by its event's actions, of which there is a most."""

from __future__ import annotations

import pytest

from dashboard.core.fold.recount import recount
from dashboard.core.lifecycle import notify as notifying
from dashboard.core.lifecycle import replay as replaying
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import MAX_ACTIONS, TOO_MANY, Folding, Item
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.state import Outcome
from tests.support.core.long_stories import ROUNDS, T0, Stored, story
from tests.support.core.shorthand import DAY, RULES


def comment(name: str, ts: int) -> Action:
    return Action(action_id=name, event_id="e", kind=Kind.COMMENT, ts=ts, text="late")


@pytest.mark.parametrize("days", [20, 400])
@pytest.mark.parametrize("rounds", sorted(ROUNDS))
def test_late_actions_come_to_what_all_of_them_come_to(rounds: str, days: int) -> None:
    """Early, in the middle, at the end; of this month, and of months that are closed."""
    store = Stored()
    store.take(*story(rounds, 300, days))
    first = max(a.ts for _, a in store.received)
    for number, share in enumerate((0.0, 0.4, 0.9, 0.1, 0.4)):
        at = T0 + 1500 + round(share * (first - T0 - 5000))
        again = {"actor": "", "department": "c"} if number % 2 else {}
        kind = Kind.DISPATCH if number % 2 else Kind.COMMENT
        late = Action(action_id=f"l{number}", event_id="e", kind=kind, ts=at + number, text="x")
        store.take(Action(**{**{f: getattr(late, f) for f in late.__struct_fields__}, **again}))
        assert store.held is not None
        whole = replay(RULES, list(store.items()))
        assert store.held.state == whole.state
        outcomes = {mark.entry: mark.outcome for mark in store.held.marks}
        assert outcomes == {entry: v.outcome for entry, v in whole.verdicts.items()}


@pytest.mark.parametrize("rounds", sorted(ROUNDS))
def test_each_moment_is_folded_at_most_twice(rounds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """5,000 actions took 5 to 6 s, a year of them once more for each month."""
    counted = {"moments": 0}
    moment = Folding.moment

    def noted(self: Folding, *args: object) -> None:
        counted["moments"] += 1
        moment(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Folding, "moment", noted)
    store = Stored()
    store.take(*story(rounds, 1000, 400))
    # with it, without it, and once more as it was known at the end of each month
    store.take(comment("early", T0 + 1500))
    assert counted["moments"] <= 3 * 1000
    counted["moments"] = 0
    store.take(comment("again", T0 + 1600))
    assert counted["moments"] <= 2 * 1000, "months that were frozen are not counted again"
    counted["moments"] = 0
    store.take(comment("newest", store.high - 1))
    assert counted["moments"] <= 1000 + 10, "what lies before is folded once"


@pytest.mark.parametrize("rounds", sorted(ROUNDS))
def test_what_is_kept_of_each_step_does_not_grow_with_the_steps(rounds: str) -> None:
    """A thousand states with up to two thousand tallies each were kept: most of the work."""
    found = replay(RULES, [Item(f"{n}-0", a, a.ts) for n, a in enumerate(story(rounds, 400), 1)])
    assert found.state is not None
    assert rounds in ("comment", "urge") or len(found.state.tallies) > 300
    kept = [state for state in found.after.values() if state is not None]
    assert len(kept) == 400
    assert not any(s.tallies or s.late or s.slow or s.past_ends for s in kept)


def test_notices_of_before_a_late_action_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """They were sent already; a late action that changes nothing makes none at all."""
    store = Stored()
    store.take(*story("dispatch", 300))
    made: list[str] = []
    of = notifying._Noted

    def noted(event_id: str, what: str, *more: object) -> notifying._Noted:
        made.append(what)
        return of(event_id, what, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(notifying, "_Noted", noted)
    changes = store.take(comment("late", store.high - 5000))
    assert (changes.notices, len(made) < 20) == ([], True)


def test_an_event_has_a_most_of_actions_and_says_so() -> None:
    store = Stored()
    store.take(*story("comment", MAX_ACTIONS))
    changes = store.take(comment("one-more", store.high + 1), comment("two-more", store.high - 1))
    assert [(r.action.action_id, r.reason) for _, r in changes.refused] == [
        ("one-more", TOO_MANY), ("two-more", TOO_MANY)
    ]  # fmt: skip
    assert store.held is not None
    assert len(store.held.marks) == MAX_ACTIONS
    # a repeat of one that was taken is a repeat; time passes for such an event, too
    changes = store.take(
        store.received[-3][1],
        Action(action_id="t", event_id="e", kind=Kind.ESCALATE, ts=store.high + DAY, actor="clock"),
    )
    assert (changes.repeated, changes.refused) == (1, [])
    assert store.held.marks[-1].outcome is Outcome.TIME
    found = recount(RULES, store.items())
    assert (found.state, found.marks) == (store.held.state, store.held.marks)
    assert set(found.beyond) == {entry for entry, a in store.received if "more" in a.action_id}


def test_the_actions_of_one_moment_are_tried_a_bounded_number_of_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each lawful one had all refused ones tried again: a million tries for 2,000 actions."""
    tries = {"count": 0}
    apply = replaying.apply

    def noted(*args: object) -> object:
        tries["count"] += 1
        return apply(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(replaying, "apply", noted)
    store = Stored()
    start = story("comment", 3)
    store.take(*start)
    at = store.high + 5
    wrong = [Action(action_id=f"r{n}", event_id="e", kind=Kind.VERIFY, ts=at) for n in range(900)]
    to = [
        Action(action_id=f"d{n}", event_id="e", kind=Kind.DISPATCH, ts=at, department="ab"[n % 2])
        for n in range(1, 900)
    ]
    store.take(*wrong, *to)
    assert tries["count"] < 100_000
    assert store.held is not None
    applied = [mark for mark in store.held.marks if mark.outcome is Outcome.APPLIED]
    assert len(applied) == 3 + 899
    assert recount(RULES, store.items()).state == store.held.state
