"""Merged events: what comes for one goes on to its survivor, along chains and never in a circle."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dashboard.core.lifecycle.links import Fact, Noted, forwarded, links, recurrence
from dashboard.core.model.actions import Action, Kind, Level, Status, decode, encode
from dashboard.core.model.state import Outcome
from tests.support.core.memory_store import Store
from tests.support.core.shorthand import DAY, HOUR, MINUTE, act, life, ms

AT = ms("2018-03-07 09:00")
PLACE = ("150402", "150402001", "150402001001", "g1")


def report(event_id: str, ts: int = AT, **more: Any) -> Action:
    return act("report", ts, event_id, **{"level": Level.BLUE, "place": PLACE, **more})


def merge(event_id: str, target: str, ts: int = AT + MINUTE) -> Action:
    return act("merge", ts, event_id, action_id=f"{event_id}:merge", target=target)


def carry(store: Store) -> int:
    """Carry every link within one store until nothing is left; returns how many that were."""
    done = 0
    while done < len(store.links):
        link = store.links[done]
        done += 1
        if isinstance(link, Action):
            store.take(decode(encode(link)))
    return done


def actions(store: Store) -> list[Action]:
    return [link for link in store.links if isinstance(link, Action)]


def test_a_merge_tells_its_survivor() -> None:
    store = Store()
    store.take(report("e1"), report("e2"), merge("e1", "e2"))
    assert store.state("e1").status is Status.MERGED
    assert (store.state("e1").survivor, store.state("e1").ended_at) == ("e2", AT + MINUTE)
    (sent,) = actions(store)
    assert sent == Action(
        action_id="e1:absorb>e2", event_id="e2", kind=Kind.ABSORB, ts=AT + MINUTE, actor="source",
        target="e1", known=AT + MINUTE,
    )  # fmt: skip
    carry(store)
    assert store.state("e2").absorbed == 1
    assert store.state("e2").status is Status.REPORTED
    store.take(sent)
    assert store.state("e2").absorbed == 1


def test_what_comes_later_goes_on_and_what_came_before_does_not() -> None:
    store = Store()
    store.take(report("e1"), report("e2"), merge("e1", "e2"))
    before = store.state("e1")
    store.take(
        act("urge", AT + 30_000, "e1", action_id="earlier"),
        act("urge", AT + HOUR, "e1", action_id="later"),
        act("escalate", AT + HOUR, "e1", action_id="tick"),
    )
    assert [a.action_id for a in actions(store)] == ["e1:absorb>e2", "later>e2"]
    assert store.outcomes("e1") == {
        store.entries[0][1].action_id: Outcome.APPLIED,
        "e1:merge": Outcome.APPLIED,
        "earlier": Outcome.APPLIED,
        "later": Outcome.FORWARDED,
        "tick": Outcome.TIME,
    }
    (copy,) = [a for a in actions(store) if a.kind is Kind.URGE]
    assert (copy.event_id, copy.via, copy.ts) == ("e2", ("e1",), AT + HOUR)
    carry(store)
    assert store.state("e2").urges == 1
    assert (store.state("e1").urges, store.state("e1").status) == (1, Status.MERGED)
    assert (store.state("e1").updated_at, before.urges) == (AT + MINUTE, 0)
    assert store.refused == []


def test_what_was_done_to_a_duplicate_is_sent_on_when_the_merge_comes_late() -> None:
    store = Store()
    store.take(report("e1"), report("e2"))
    store.take(act("register", AT + HOUR, "e1", action_id="register"))
    assert store.state("e1").status is Status.REGISTERED
    changes = store.take(merge("e1", "e2"))
    assert store.state("e1").status is Status.MERGED
    assert store.outcomes("e1")["register"] is Outcome.FORWARDED
    assert (changes.refused, len(changes.links)) == ([], 2)
    carry(store)
    assert store.state("e2").status is Status.REGISTERED
    assert store.state("e2").updated_at == AT + HOUR


def test_a_chain_of_merges_leads_to_the_last() -> None:
    store = Store()
    for name in ("e1", "e2", "e3"):
        store.take(report(name))
    store.take(merge("e1", "e2", AT + 1), merge("e2", "e3", AT + 2))
    store.take(act("urge", AT + HOUR, "e1", action_id="u"))
    carry(store)
    last = [a for a in actions(store) if a.event_id == "e3" and a.kind is Kind.URGE]
    assert [(a.action_id, a.via) for a in last] == [("u>e2>e3", ("e1", "e2"))]
    assert [store.state(e).urges for e in ("e1", "e2", "e3")] == [0, 0, 1]
    # the first merge was received before the second event went: it stays with that one
    assert [store.state(e).absorbed for e in ("e1", "e2", "e3")] == [0, 1, 1]


@pytest.mark.parametrize("names", [("e1", "e2"), ("e1", "e2", "e3")])
def test_a_circle_of_merges_ends(names: tuple[str, ...]) -> None:
    """Each was merged into the next by a user who did not know of the others."""
    store = Store()
    for name in names:
        store.take(report(name))
    for name, target in zip(names, (*names[1:], names[0]), strict=True):
        store.take(merge(name, target))
    store.take(act("urge", AT + HOUR, "e1", action_id="u"))
    assert carry(store) < 20
    assert [store.state(name).status for name in names] == [Status.MERGED] * len(names)
    (lost,) = [refused for refused in store.refused if refused[0].startswith("u")]
    assert lost == (">".join(("u", *names[1:])), "merged in a circle")
    # so do the words of the merges themselves
    assert len(store.refused) == 1 + len(names)
    assert [store.state(name).urges for name in names] == [0] * len(names)


def test_a_chain_may_be_longer_than_an_action_can_follow() -> None:
    """It is refused somewhere on its way; what is sent on can always be read."""
    store, names = Store(), [f"e{n}" for n in range(60)]
    for name, target in pairwise(names):
        store.take(report(name), merge(name, target))
    store.take(report(names[-1]), act("urge", AT + HOUR, "e0", action_id="u"))
    carry(store)
    assert store.state(names[-1]).urges + sum(n.startswith("u") for n, _ in store.refused) == 1


def test_forwarding_keeps_everything_but_whom_it_is_addressed_to() -> None:
    action = act("extend", AT, "e1", action_id="x", until=AT + DAY, actor="centre", reason="rain")
    copy = forwarded(action, AT + HOUR, "e2")
    assert (copy.action_id, copy.event_id, copy.via) == ("x>e2", "e2", ("e1",))
    assert (copy.ts, copy.until, copy.actor, copy.reason, copy.kind) == (
        AT, AT + DAY, "centre", "rain", Kind.EXTEND,
    )  # fmt: skip
    assert copy.known == AT + HOUR
    again = forwarded(copy, copy.known, "e3")
    assert (again.action_id, again.via) == ("x>e2>e3", ("e1", "e2"))
    assert decode(encode(again)) == again


def test_a_role_is_judged_where_the_action_ends_up() -> None:
    store = Store()
    store.take(report("e1"), report("e2"), merge("e1", "e2"))
    store.take(act("accept", AT + HOUR, "e1", action_id="a", actor="dept:D1"))
    assert store.refused == []
    carry(store)
    assert store.refused == [("a>e2", "not with dept:D1")]


def test_a_reopened_survivor_and_an_ended_duplicate() -> None:
    store = Store()
    store.take(report("e1"), report("e2"), act("reject", AT + 5, "e2"), merge("e1", "e2"))
    store.take(act("reopen", AT + HOUR, "e1", action_id="r"))
    carry(store)
    assert store.state("e2").status is Status.REGISTERED
    assert store.state("e1").status is Status.MERGED
    # what has ended by itself can't be merged any more
    store.take(report("e4"), act("reject", AT + 1, "e4"), merge("e4", "e2"))
    assert store.refused[-1] == ("e4:merge", "merge is not allowed from rejected")


def test_facts_for_the_recurrence_index() -> None:
    registered = act("register", AT + 1)
    state = life(report("e1"), registered)
    (link,) = links(registered, AT + DAY, Outcome.APPLIED, state)
    assert list(link) == ["f"]
    assert b"%d" % (AT + DAY) in link["f"]
    store = Store()
    store.take(report("e1"))
    store.take(act("register", AT + 1))
    store.take(act("dispatch", AT + 2))
    store.take(act("handle", AT + 3))
    store.take(act("close", AT + 4))
    store.take(act("correct", AT + 5, category="waste"))
    assert store.links == [
        Fact("e1", "g1", "water", AT, 0, AT + 1, AT + 1),
        Fact("e1", "g1", "water", AT, AT + 4, AT + 4, AT + 4),
        Fact("e1", "g1", "waste", AT, AT + 4, AT + 5, AT + 5),
    ]
    for outcome in (Outcome.REFUSED, Outcome.TIME, Outcome.PARKED):
        assert links(registered, AT, outcome, state) == []


def test_facts_do_not_depend_on_how_the_stream_is_cut() -> None:
    whole = [report("e1"), act("register", AT + 1), act("dispatch", AT + 2),
             act("handle", AT + 3), act("close", AT + 4)]  # fmt: skip
    one, each = Store(), Store()
    one.take(*whole)
    each.take_each(whole)
    assert one.links == each.links


def test_an_event_without_a_grid_has_no_recurrence() -> None:
    store = Store()
    store.take(report("e1", place=("150402", "150402001", "150402001001", "")))
    store.take(act("register", AT + 1))
    assert store.links == []


def test_the_word_of_a_recurrence() -> None:
    closing = Noted("e1", AT + HOUR, AT + HOUR, AT + 3 * DAY)
    report = Noted("e2", AT + DAY, AT + DAY + MINUTE, AT + 2 * DAY)
    sent = recurrence(closing, report)
    assert (sent.event_id, sent.kind, sent.until) == ("e1", Kind.RECUR, AT + DAY)
    assert sent.ts >= max(closing.at, report.at)
    assert sent.known == AT + 3 * DAY
    # the same however often it is sent, another one for another report
    other = Noted("e3", AT + 2 * DAY, AT + 2 * DAY, AT + 2 * DAY)
    assert recurrence(closing, report) == sent
    assert recurrence(closing, other).action_id != sent.action_id
    assert decode(encode(sent)) == sent


def test_what_is_sent_on_is_known_since_it_was_known_first() -> None:
    """However long it takes on its way: what was heard in time counts in its month."""
    store = Store()
    store.take(report("e1"), report("e2"), merge("e1", "e2"), act("urge", AT + HOUR, "e1"))
    store.take(report("e3", AT + 60 * DAY))
    carry(store)
    for mark in store.held["e2"].marks:
        assert mark.known <= AT + HOUR
    # a client can't say so of its own actions
    store.take(act("urge", AT + HOUR + 1, "e2", known=AT + HOUR + 1))
    assert store.held["e2"].marks[-1].known == AT + 60 * DAY
