"""What a store keeps, in memory: everything received, what is held, and views by their changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dashboard.core.fold.batch import Changes, fold_batch
from dashboard.core.lifecycle.links import Fact, Voided
from dashboard.core.model.actions import Action
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Held, Outcome
from tests.support.core.shorthand import RULES

#: what a field of a link is
_LINKS: dict[str, type[Action | Fact | Voided]] = {"a": Action, "f": Fact, "v": Voided}


class Store:
    """Takes batches of actions as a projector does."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.entries: list[tuple[str, Action]] = []
        self.high = 0
        self.held: dict[str, Held] = {}
        self.counts: dict[tuple[str, str | int], int] = {}
        self.queue: dict[str, float] = {}
        self.deadlines: dict[str, int] = {}
        self.points: dict[str, float] = {}
        self.alerts: dict[str, float] = {}
        self.places: dict[tuple[str, str, str], float] = {}
        self.ledger: dict[tuple[str, str], int] = {}
        self.refused: list[tuple[str, str]] = []
        self.notices: list[Notice] = []
        self.links: list[Action | Fact | Voided] = []

    def take(self, *actions: Action) -> Changes:
        """Fold one batch and keep what it changes."""
        known = len(self.entries)
        batch = [(f"{known + i}-0", action) for i, action in enumerate(actions, start=1)]
        before = {a.event_id: self.held.get(a.event_id) for a in actions}
        changes = fold_batch(self.rules, before, batch, self.high, self._history)
        self.entries += batch
        self.high = changes.high
        self.held.update(changes.held)
        for key, amount in changes.counts.items():
            self.counts[key] = self.counts.get(key, 0) + amount
            if not self.counts[key]:
                del self.counts[key]
        for kept, wanted in self._sets(changes):
            for member, score in wanted.items():
                if score is None:
                    kept.pop(member, None)
                else:
                    kept[member] = score
        self.refused += [(r.action.action_id, r.reason) for _, r in changes.refused]
        self.notices += changes.notices
        self.links += [
            msgspec.json.decode(raw, type=_LINKS[name])
            for link in changes.links
            for name, raw in link.items()
        ]
        return changes

    def take_each(self, actions: Iterable[Action]) -> None:
        for action in actions:
            self.take(action)

    def _history(self, event_id: str, held: Held) -> list[tuple[str, Action]]:
        marked = {mark.entry for mark in held.marks}
        found = [(entry, action) for entry, action in self.entries if entry in marked]
        assert {action.event_id for _, action in found} == {event_id}
        return found

    def _sets(self, changes: Changes) -> Sequence[tuple[dict[Any, Any], dict[Any, Any]]]:
        return (
            (self.queue, changes.queue),
            (self.deadlines, changes.deadlines),
            (self.points, changes.points),
            (self.alerts, changes.alerts),
            (self.places, changes.places),
            (self.ledger, changes.ledger),
        )

    @property
    def states(self) -> dict[str, EventState]:
        return {name: h.state for name, h in self.held.items() if h.state is not None}

    def state(self, event_id: str = "e1") -> EventState:
        return self.states[event_id]

    def outcomes(self, event_id: str = "e1") -> dict[str, Outcome]:
        """action id → what became of it, in order of arrival."""
        by_entry = {entry: action.action_id for entry, action in self.entries}
        return {by_entry[mark.entry]: mark.outcome for mark in self.held[event_id].marks}

    def standing_notices(self) -> set[str]:
        """The ids of the notices not withdrawn in the end, of those that may be."""
        stand: set[str] = set()
        for notice in self.notices:
            if notice.what == "withdrawn":
                stand.discard(notice.ref)
            elif notice.what not in ("urged", "handed_over"):
                stand.add(notice.id)
        return stand

    def shape(self) -> tuple[object, ...]:
        """All that must not depend on how the stream was cut into batches."""
        return (self.held, *self.views())

    def views(self) -> tuple[object, ...]:
        return (
            *(self.counts, self.queue, self.deadlines, self.points, self.ledger),
            *(self.alerts, self.places),
        )


def one_batch(actions: Sequence[Action]) -> Store:
    store = Store()
    store.take(*actions)
    return store
