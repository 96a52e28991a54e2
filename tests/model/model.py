"""A second, naive telling of the domain, to hold the core against.

An event is everything ever received for it, sorted by time and told again from its report on,
each time somebody asks. Clocks are lists of spans, working hours a list of windows, local time
is UTC+8. It knows the operating rules, and nothing of the core but the words of actions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from msgspec.structs import replace

from dashboard.core.model.actions import Action, Kind
from tests.model.modellife import apply, begin
from tests.model.modelrules import ALLOWED, LEADS_TO, LIMITS, NEEDS, judge
from tests.model.modeltime import Event, moment, tick

__all__ = ["ALLOWED", "LEADS_TO", "NEEDS", "City", "Received", "Told", "tell"]

_TAKEN_BACK = ("step", "alarm", "onsite_lapsed", "dispatched")


class Received(NamedTuple):
    """An action, its place in the order of arrival, and what time it was known to be then."""

    number: int
    action: Action
    known: int


@dataclass
class Told:
    """An event told from all that was received for it."""

    event: Event | None = None
    #: number → (applied, time, refused, forwarded or parked; the reason)
    outcomes: dict[int, tuple[str, str]] = field(default_factory=dict)
    #: when the last of what was applied became known
    known: int = 0
    #: what goes on to other events, by name
    links: dict[str, Action] = field(default_factory=dict)

    @property
    def notices(self) -> dict[str, dict[str, Any]]:
        return self.event["notices"] if self.event else {}


def tell(received: Iterable[Received], until: int | None = None, limits: Any = LIMITS) -> Told:
    """Everything from the beginning, in order of time; then time up to ``until``."""
    told = Told()
    in_order = sorted(received, key=lambda r: (r.action.ts, r.number))
    for ts, group in groupby(in_order, key=lambda r: r.action.ts):
        together = list(group)
        waiting = [r for r in together if r.action.kind != Kind.ESCALATE]
        if waiting and told.event:
            tick(told.event, ts - 1)
        while lawful := [r for r in waiting if judge(told.event, r.action)[0] == "applied"]:
            first = lawful[0]
            waiting.remove(first)
            told.outcomes[first.number] = "applied", ""
            told.known = max(told.known, first.known)
            if told.event is None:
                told.event = begin(first.action, first.known, limits)
            else:
                apply(told.event, first.action, first.known)
            if first.action.kind == Kind.MERGE:
                _link(told, _absorbed(first.action))
        for r in waiting + [r for r in together if r.action.kind == Kind.ESCALATE]:
            told.outcomes[r.number] = judge(told.event, r.action)
            what = told.outcomes[r.number][0]
            if what == "forwarded" and told.event:
                _link(told, _forwarded(r.action, told.event["survivor"]), r.known)
            if what == "time" and r.action.kind == Kind.ESCALATE and told.event:
                tick(told.event, ts)
    if told.event is None:
        parked = [r.number for r in in_order if r.action.kind != Kind.REPORT]
        told.outcomes.update(dict.fromkeys(parked, ("parked", "")))
    elif until is not None:
        tick(told.event, until)
    return told


def _link(told: Told, action: Action, known: int = 0) -> None:
    """Nobody knew where it goes before all that led to the merge was known."""
    told.links[action.action_id] = replace(action, known=max(known, told.known))


def _absorbed(a: Action) -> Action:
    name = f"{a.event_id}:absorb>{a.target}"
    return Action(action_id=name, event_id=a.target, kind=Kind.ABSORB, ts=a.ts, actor="source",
                  target=a.event_id)  # fmt: skip


def _forwarded(a: Action, survivor: str) -> Action:
    name = f"{a.action_id}>{survivor}"
    return replace(a, action_id=name, event_id=survivor, via=(*a.via, a.event_id))


class City:
    """All that one shard was sent, in order of arrival, and what came of it."""

    def __init__(self, limits: Any = LIMITS) -> None:
        self.limits = limits
        self.high = 0
        self.number = 0
        self.received: dict[str, list[Received]] = {}
        self.told: dict[str, Told] = {}
        #: (action id, reason) in the order in which they were refused
        self.rejected: list[tuple[str, str]] = []
        self.links: list[Action] = []
        self.notices: list[dict[str, Any]] = []

    @property
    def events(self) -> dict[str, Event]:
        return {name: told.event for name, told in self.told.items() if told.event}

    def copy(self) -> City:
        """Another one that was sent the same."""
        other = City(self.limits)
        other.high, other.number, other.told = self.high, self.number, dict(self.told)
        other.received = {name: list(received) for name, received in self.received.items()}
        return other

    def take(self, *actions: Action) -> str:
        """A batch arrives; what became of its last action, or "repeated"."""
        before: dict[str, Told] = {}
        start = self.number
        for action in actions:
            self.number += 1
            self.high = max(self.high, action.ts)
            received = self.received.setdefault(action.event_id, [])
            if all(r.action.action_id != action.action_id for r in received):
                # what the engine made of another action is as old as that one
                made = action.via or action.kind in (Kind.RECUR, Kind.ABSORB)
                known = action.known if made and action.known else self.high
                received.append(Received(self.number, action, known))
                before.setdefault(action.event_id, self.told.get(action.event_id, Told()))
        for event, old in before.items():
            self._tell_again(event, old, start)
        outcome = self.told[actions[-1].event_id].outcomes.get(self.number, ("repeated", ""))
        return outcome[0]

    def _tell_again(self, event: str, old: Told, start: int) -> None:
        received = self.received[event]
        new = self.told[event] = tell(received, limits=self.limits)
        for r in received:
            what, why = new.outcomes[r.number]
            if what == "refused" and old.outcomes.get(r.number, ("", ""))[0] != "refused":
                self.rejected.append((r.action.action_id, why))
        self.links += [a for name, a in new.links.items() if name not in old.links]
        self.notices += [n for name, n in new.notices.items() if name not in old.notices]
        late = min(r.action.ts for r in received if r.number > start)
        self.notices += [
            {"id": f"{name}:withdrawn", "what": "withdrawn", "to": n["to"], "at": late}
            for name, n in old.notices.items()
            if name not in new.notices and n["what"] in _TAKEN_BACK
        ]

    @staticmethod
    def tick(event: Event, now: int) -> None:
        """Let an event's time come to ``now``."""
        tick(event, now)

    def due(self, now: int) -> list[tuple[int, str]]:
        """What the clock process would see: (moment, event) up to ``now``, earliest first."""
        found = [(moment(event), name) for name, event in self.events.items()]
        return sorted((at, name) for at, name in found if at is not None and at <= now)
