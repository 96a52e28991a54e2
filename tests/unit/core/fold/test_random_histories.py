"""Whole random histories, in batches of any size, folded by the core against the naive model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from dashboard.core.fold.batch import fold_batch
from dashboard.core.model.actions import Action
from dashboard.core.model.rules import Limit, Rules
from dashboard.core.model.state import Held
from tests.model.histories import START, Draw, arrivals, draws
from tests.model.machines import PATIENCE, SEED, seeded, thorough
from tests.model.model import City
from tests.model.modelclock import DAY, HOUR, MINUTE
from tests.model.modelrules import LIMITS
from tests.model.modelscores import closes
from tests.model.modelviews import differences, expected, held_by_core, notice_of_core, reason_class
from tests.support.core.shorthand import RULES

EXAMPLES, QUIETER = 3000, 1500
#: from here on everybody has a little longer
_CHANGE = START + 3 * DAY
_LONGER = {level: (r + 3 * MINUTE, h + HOUR, w) for level, (r, h, w) in LIMITS[0][1].items()}
TWO_LIMITS = (*LIMITS, (_CHANGE, _LONGER))
TWO_RULES: Rules = replace(
    RULES,
    limits=(*RULES.limits, (_CHANGE, {lv: Limit(*_LONGER[str(lv)]) for lv in RULES.limits[0][1]})),
)


class Store:
    """What a store keeps, by applying the changes of batches; and every entry, to be asked for."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.high = 0
        self.held: dict[str, Held] = {}
        self.entries: list[tuple[str, Action]] = []
        self.counts: Counter[tuple[str, str | int]] = Counter()
        self.sets: dict[str, dict[Any, Any]] = {
            name: {} for name in ("queue", "deadlines", "points", "alerts", "ledger", "places")
        }
        self.rejected: Counter[tuple[str, str]] = Counter()
        self.notices: Counter[tuple[Any, ...]] = Counter()
        self.links: list[Action] = []

    def take(self, actions: Iterable[Action]) -> None:
        known = len(self.entries)
        batch = [(f"{known + i}-0", action) for i, action in enumerate(actions, start=1)]

        def history(event_id: str, held: Held) -> list[tuple[str, Action]]:
            entries = {mark.entry for mark in held.marks}
            assert event_id in self.held
            return [(e, a) for e, a in self.entries[:known] if e in entries]

        before = {a.event_id: self.held.get(a.event_id) for _, a in batch}
        changes = fold_batch(self.rules, before, batch, self.high, history)
        self.entries += batch
        self.high = changes.high
        self.held.update(changes.held)
        self.counts.update(changes.counts)
        for name, kept in self.sets.items():
            for member, value in getattr(changes, name).items():
                if value is None:
                    kept.pop(member, None)
                else:
                    kept[member] = value
        for _, refused in changes.refused:
            self.rejected[refused.action.action_id, reason_class(refused.reason)] += 1
        self.notices.update(map(notice_of_core, changes.notices))
        self.links += [
            msgspec.json.decode(link["a"], type=Action) for link in changes.links if "a" in link
        ]

    def contents(self) -> dict[str, Any]:
        return {
            "counts": {key: n for key, n in self.counts.items() if n},
            **self.sets,
            "queue": set(self.sets["queue"]),
            "places": {
                (kind, code, member.split(",", 3)[-1]) for kind, code, member in self.sets["places"]
            },
            **held_by_core(self.held),
            "rejected": self.rejected,
            "notices": self.notices,
        }


def agree(actions: list[Action], sizes: list[int], *, two: bool) -> None:
    """Fold in batches of these sizes, over and over; compare half way and at the end."""
    rules = TWO_RULES if two else RULES
    store, city = Store(rules), City(TWO_LIMITS if two else LIMITS)
    at, turn = 0, 0
    while at < len(actions):
        batch = actions[at : at + sizes[turn % len(sizes)]]
        half = at < len(actions) // 2 <= at + len(batch)
        at, turn = at + len(batch), turn + 1
        store.take(batch)
        city.take(*batch)
        if half or at == len(actions):
            found = list(differences(expected(city, rules.cell_zooms), store.contents()))
            assert not found, "\n".join(["model | core", *found])
            assert firsts(store.links) == firsts(city.links)


def firsts(links: Iterable[Action]) -> dict[str, Action]:
    """Name → the action as it was first made. One that is made again, because what came late was
    folded in, says a later time of knowing it and nothing else; it is a repeat where it arrives."""
    made: dict[str, Action] = {}
    for link in links:
        first = made.setdefault(link.action_id, link)
        assert msgspec.structs.replace(link, known=first.known) == first
    return made


@pytest.mark.timeout(PATIENCE)
def test_the_core_agrees_with_the_naive_model(capsys: pytest.CaptureFixture[str]) -> None:
    @seed(SEED)
    @thorough(EXAMPLES)
    @given(
        st.lists(draws, min_size=1, max_size=45),
        st.lists(st.sampled_from((1, 2, 3, 5, 8, 40)), min_size=1, max_size=3),
        st.booleans(),
    )
    def hold(happened: list[Draw], sizes: list[int], two: bool) -> None:
        agree(arrivals(happened, limits=TWO_LIMITS if two else LIMITS), sizes, two=two)

    with seeded(capsys, EXAMPLES):
        hold()


def closed_months(store: Store) -> dict[tuple[str, str | int], int]:
    """The departments' scores of the months that are closed, without what came later."""
    return {
        (view, name): n
        for (view, name), n in store.counts.items()
        if view.startswith("score:d:")
        and closes(int(view[-6:])) < store.high
        and not str(name).endswith(("late_news", "excluded"))
        and n
    }


def stays_closed(actions: list[Action]) -> None:
    """No action moves the score of a month that was closed before it came."""
    store = Store(RULES)
    for action in actions:
        before, high = closed_months(store), store.high
        store.take([action])
        after = closed_months(store)
        now = {key: n for key, n in after.items() if closes(int(key[0][-6:])) < high}
        assert not list(differences(before, now)), action


@pytest.mark.timeout(PATIENCE)
def test_the_score_of_a_closed_month_never_changes(capsys: pytest.CaptureFixture[str]) -> None:
    """Unless an appeal takes an event out, or puts it back; the clock is punctual here."""

    @seed(SEED)
    @thorough(QUIETER)
    @given(st.lists(draws, min_size=1, max_size=45))
    def hold(happened: list[Draw]) -> None:
        stays_closed(arrivals(happened, punctual=True))

    with seeded(capsys, QUIETER):
        hold()
