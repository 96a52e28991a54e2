"""What an action means for other events: forwarded actions, facts for the recurrence index. Pure.

They leave through a stream that is written in the same commit as the change itself, and the
linker carries them to whatever shard the other event lives on.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from dashboard.core.model import names
from dashboard.core.model.actions import Action, Kind, Status, encode
from dashboard.core.model.state import EventState, Outcome

#: kinds after which an event may be a recurrence, or may have one
_INDEXED = frozenset({Kind.REGISTER, Kind.CLOSE, Kind.CORRECT})


class Fact(msgspec.Struct, frozen=True):
    """An event in the recurrence index: registered or closed in a grid, under a category."""

    event_id: str
    grid: str
    category: str
    reported_at: int
    #: its last closing, ms; 0 if it has not been closed
    closed_at: int
    #: the time of the action behind it, and when that became known, ms
    ts: int
    known: int


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """That an event was voided, or put back (``void`` False): for the recurrence index."""

    event_id: str
    void: bool
    ts: int
    known: int
    why: str = ""


def links(
    action: Action, known: int, outcome: Outcome, state: EventState
) -> list[dict[str, bytes]]:
    """The entries for the links stream that an action leads to, ``state`` being its event's."""
    if outcome is Outcome.FORWARDED:
        return [{"a": encode(forwarded(action, known, state.survivor))}]
    if outcome is not Outcome.APPLIED:
        return []
    if action.kind is Kind.MERGE:
        merged = [{"a": encode(_absorb(action, known))}]
        if state.void is not None:
            at, why = state.void.at, state.void.why
            left_out = voiding(state.event_id, action.target, Kind.VOID, at, known, why)
            merged.append({"a": encode(left_out)})
        return merged
    if action.voids_itself:
        return _voided(action, known, state)
    if action.kind in _INDEXED and state.grid and state.category:
        fact = Fact(
            state.event_id,
            state.grid,
            state.category,
            state.reported_at,
            state.closed_at,
            action.ts,
            known,
        )
        return [{"f": msgspec.json.encode(fact)}]
    return []


def _voided(action: Action, known: int, state: EventState) -> list[dict[str, bytes]]:
    """What others are to learn when an event is voided or put back."""
    event_id, kind, at, why = action.event_id, action.kind, action.ts, action.reason
    void = kind is Kind.VOID
    fact = Voided(event_id=event_id, void=void, ts=at, known=known, why=why)
    out = [{"v": msgspec.json.encode(fact)}]
    if state.status is Status.MERGED:
        out.append({"a": encode(voiding(event_id, state.survivor, kind, at, known, why))})
    return out


def voiding(event_id: str, to: str, kind: Kind, at: int, known: int, why: str) -> Action:
    """Tells an event (``to``) that what came from ``event_id`` is left out, or counts again."""
    return Action(
        action_id=names.voiding(event_id, to, kind, at),
        event_id=to,
        kind=kind,
        ts=at,
        actor="source",
        target=event_id,
        via=(event_id,),
        reason=why,
        known=known,
    )


def forwarded(action: Action, known: int, survivor: str) -> Action:
    """The same action, addressed to the survivor of the merge."""
    return replace(
        action,
        action_id=names.forwarding(action.action_id, survivor),
        event_id=survivor,
        via=(*action.via, action.event_id),
        known=known,
    )


class Noted(msgspec.Struct, frozen=True):
    """An entry of the recurrence index: ``at`` is the report's or the closing's time, ms."""

    event_id: str
    at: int
    #: the time of the action behind it, and when that became known, ms
    ts: int
    known: int


def recurs_at(closing: Noted, report: Noted) -> int:
    """The moment (ms) at which a closing recurs by a report: both have happened."""
    return max(closing.at, closing.ts, report.at, report.ts)


def recurrence(closing: Noted, report: Noted) -> Action:
    """Tells an event that its matter was reported again after its closing."""
    at = recurs_at(closing, report)
    return Action(
        action_id=names.recurrence(closing.event_id, closing.at, report.event_id, at),
        event_id=closing.event_id,
        kind=Kind.RECUR,
        ts=at,
        actor="source",
        until=report.at,
        target=report.event_id,
        known=max(closing.known, report.known),
    )


def _absorb(action: Action, known: int) -> Action:
    return Action(
        action_id=names.absorption(action.event_id, action.target),
        event_id=action.target,
        kind=Kind.ABSORB,
        ts=action.ts,
        actor="source",
        target=action.event_id,
        known=known,
    )
