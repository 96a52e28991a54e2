"""Events of many actions, and one event as a store holds it, without a store."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.core.fold.batch import Changes, fold_batch
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.state import Held
from tests.support.core.shorthand import DAY, RULES

T0 = 1_700_000_000_000
#: kinds that follow each other for ever
ROUNDS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "comment": [("comment", {"text": "hello"})],
    "urge": [("urge", {})],
    "rework": [("handle", {}), ("rework", {})],
    "dispatch": [("dispatch", {"department": "a"}), ("dispatch", {"department": "b"})],
    "reopen": [("handle", {}), ("close", {}), ("reopen", {}), ("dispatch", {"department": "a"})],
}


def story(rounds: str, count: int, days: int = 20) -> list[Action]:
    """A red event with so many actions over so many days."""

    def act(kind: str, ts: int, **more: object) -> Action:
        name = f"{kind}:{ts}"
        return Action(action_id=name, event_id="e", kind=Kind(kind), ts=ts, **more)  # type: ignore[arg-type]

    place = ("150402", "150402001", "150402001001", "150402001001001")
    out = [
        act("report", T0, level=Level.RED, category="gas-leak", place=place),
        act("register", T0 + 1),
        act("dispatch", T0 + 2, department="a"),
    ]
    steps = ROUNDS[rounds]
    for number in range(count - len(out)):
        kind, more = steps[number % len(steps)]
        out.append(act(kind, T0 + 1000 + number * (days * DAY // count), **more))
    return out


class Stored:
    """One event as a store holds it."""

    def __init__(self) -> None:
        self.held: Held | None = None
        self.received: list[tuple[str, Action]] = []
        self.high = 0

    def take(self, *actions: Action) -> Changes:
        new = [(f"{len(self.received) + n}-0", a) for n, a in enumerate(actions, start=1)]
        changes = fold_batch(RULES, {"e": self.held}, new, self.high, self._history)
        self.received += new
        self.high, self.held = changes.high, changes.held.get("e", self.held)
        return changes

    def _history(self, event_id: str, held: Held) -> list[tuple[str, Action]]:
        wanted = {mark.entry for mark in held.marks}
        return [one for one in self.received if one[0] in wanted]

    def items(self) -> Iterator[Item]:
        high = 0
        for entry, action in self.received:
            high = max(high, action.ts)
            yield Item(entry, action, high)
