"""A second, naive model of the domain, to compare the core with.

An event is everything ever received for it, sorted by time and folded again from its report on,
whenever it is needed. Clocks are lists of spans, working hours a list of windows, local time
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
from tests.model.modelrules import ALLOWED, LEADS_TO, LIMITS, NEEDS, hopes, judge, last_moment, turn
from tests.model.modeltime import Event, moment, tick

__all__ = ["ALLOWED", "LEADS_TO", "NEEDS", "City", "Folded", "Received", "fold"]

_WITHDRAWABLE = ("step", "alarm", "onsite_lapsed", "dispatched")


class Received(NamedTuple):
    """An action, its place in the order of arrival, and what time it was known to be then."""

    number: int
    action: Action
    known: int


@dataclass
class Folded:
    """An event folded from all that was received for it."""

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


def fold(received: Iterable[Received], until: int | None = None, limits: Any = LIMITS) -> Folded:
    """Everything from the beginning, in order of time; then time up to ``until``."""
    folded = Folded()
    everything = sorted(received, key=lambda r: (r.action.ts, r.number))
    in_order = without(everything)
    patient: list[Received] = []
    for ts, group in groupby(in_order, key=lambda r: r.action.ts):
        together = list(group)
        waiting = [r for r in together if r.action.kind != Kind.ESCALATE]
        if waiting and folded.event:
            tick(folded.event, ts - 1)
        if waiting:  # something happens: what was not lawful before may be now
            waiting += [r for r in patient if last_moment(r.action) >= ts]
            patient = []
        waiting.sort(key=lambda r: turn(r.action))
        while lawful := [r for r in waiting if judge(folded.event, r.action)[0] == "applied"]:
            first = lawful[0]
            waiting.remove(first)
            folded.outcomes[first.number] = "applied", ""
            folded.known = max(folded.known, first.known)
            action = replace(first.action, ts=ts)
            if folded.event is None:
                folded.event = begin(action, first.known, limits)
            else:
                apply(folded.event, action, first.known)
            if first.action.kind == Kind.MERGE:
                _link(folded, _absorbed(action))
            _tell_of_void(folded, action)
        patient += [r for r in waiting if hopes(folded.event, r.action)]
        patient.sort(key=lambda r: (r.action.ts, r.number))
        for r in waiting + [r for r in together if r.action.kind == Kind.ESCALATE]:
            folded.outcomes[r.number] = judge(folded.event, r.action)
            what = folded.outcomes[r.number][0]
            if what == "forwarded" and folded.event:
                _link(folded, _forwarded(r.action, folded.event["survivor"]), r.known)
            if what == "time" and r.action.kind == Kind.ESCALATE and folded.event:
                tick(folded.event, ts)
    if folded.event is None:
        parked = [r.number for r in in_order if r.action.kind != Kind.REPORT]
        folded.outcomes.update(dict.fromkeys(parked, ("parked", "")))
    elif until is not None:
        tick(folded.event, until)
    fate = "time" if folded.event else "parked"
    folded.outcomes.update({r.number: (fate, "") for r in everything if r not in in_order})
    if folded.event:
        folded.event["left_out"] = tuple(sorted(left_out(everything)))
        if folded.event["void"]:
            folded.event["notices"] = {}
    return folded


def left_out(in_order: Iterable[Received]) -> set[str]:
    """The events that were voided and not put back, of those that sent something here."""
    gone: set[str] = set()
    for r in in_order:
        if r.action.via and r.action.kind == Kind.VOID:
            gone.add(r.action.target)
        if r.action.via and r.action.kind == Kind.UNVOID:
            gone.discard(r.action.target)
    return gone


def without(received: Iterable[Received]) -> list[Received]:
    """All but what came from events that were voided."""
    received = list(received)
    gone = left_out(sorted(received, key=lambda r: (r.action.ts, r.number)))
    return [r for r in received if not _made_by(r.action, gone)]


def _made_by(a: Action, events: set[str]) -> bool:
    if a.kind in (Kind.VOID, Kind.UNVOID):
        return False
    by = {*a.via, *([a.target] if a.kind in (Kind.ABSORB, Kind.RECUR) else [])}
    return bool(by & events)


def _tell_of_void(folded: Folded, a: Action) -> None:
    """A survivor learns that the duplicate is void, or is not any more."""
    event = folded.event
    assert event is not None
    own = a.kind in (Kind.VOID, Kind.UNVOID) and not a.via
    if own and event["status"] == "merged":
        _link(folded, _voiding(a.kind, event["id"], event["survivor"], a.ts, a.reason))
    if a.kind == Kind.MERGE and event["void"]:
        at, _, why = event["void"]
        _link(folded, _voiding(Kind.VOID, event["id"], a.target, at, why))


def _voiding(kind: Kind, event: str, to: str, at: int, why: str) -> Action:
    return Action(action_id=f"{event}:{kind}>{to}:{at}", event_id=to, kind=kind, ts=at,
                  actor="source", target=event, via=(event,), reason=why)  # fmt: skip


def _link(folded: Folded, action: Action, known: int = 0) -> None:
    """A link is known only once all that led to the merge is."""
    folded.links[action.action_id] = replace(action, known=max(known, folded.known))


def _absorbed(a: Action) -> Action:
    name = f"{a.event_id}:absorb>{a.target}"
    return Action(action_id=name, event_id=a.target, kind=Kind.ABSORB, ts=a.ts, actor="source",
                  target=a.event_id)  # fmt: skip


def _forwarded(a: Action, survivor: str) -> Action:
    name = f"{a.action_id}>{survivor}"
    return replace(a, action_id=name, event_id=survivor, via=(*a.via, a.event_id))


class City:
    """All that one shard was sent, in order of arrival, and its events."""

    def __init__(self, limits: Any = LIMITS) -> None:
        self.limits = limits
        self.high = 0
        self.number = 0
        self.received: dict[str, list[Received]] = {}
        self.folded: dict[str, Folded] = {}
        #: (action id, reason) in the order in which they were refused
        self.rejected: list[tuple[str, str]] = []
        self.links: list[Action] = []
        self.notices: list[dict[str, Any]] = []

    @property
    def events(self) -> dict[str, Event]:
        return {name: folded.event for name, folded in self.folded.items() if folded.event}

    def copy(self) -> City:
        """Another one that was sent the same."""
        other = City(self.limits)
        other.high, other.number, other.folded = self.high, self.number, dict(self.folded)
        other.received = {name: list(received) for name, received in self.received.items()}
        return other

    def take(self, *actions: Action) -> str:
        """A batch arrives; what became of its last action, or "repeated"."""
        before: dict[str, Folded] = {}
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
                before.setdefault(action.event_id, self.folded.get(action.event_id, Folded()))
        for event, old in before.items():
            self._fold_again(event, old, start)
        outcome = self.folded[actions[-1].event_id].outcomes.get(self.number, ("repeated", ""))
        return outcome[0]

    def _fold_again(self, event: str, old: Folded, start: int) -> None:
        received = self.received[event]
        new = self.folded[event] = fold(received, limits=self.limits)
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
            if name not in new.notices and n["what"] in _WITHDRAWABLE
        ]

    @staticmethod
    def tick(event: Event, now: int) -> None:
        """Let an event's time come to ``now``."""
        tick(event, now)

    def due(self, now: int) -> list[tuple[int, str]]:
        """What the clock process would see: (moment, event) up to ``now``, earliest first."""
        found = [(moment(e), name) for name, e in self.events.items() if not e["void"]]
        return sorted((at, name) for at, name in found if at is not None and at <= now)
