"""What an action means for other events: forwarded actions, facts for the recurrence index. Pure.

They leave through a stream that is written in the same commit as the change itself, and the
linker carries them to whatever shard the other event lives on.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from dashboard.core.model import names
from dashboard.core.model.actions import Action, Kind, encode
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


def links(
    action: Action, known: int, outcome: Outcome, state: EventState
) -> list[dict[str, bytes]]:
    """The entries for the links stream that an action leads to, ``state`` being its event's."""
    if outcome is Outcome.FORWARDED:
        return [{"a": encode(forwarded(action, known, state.survivor))}]
    if outcome is not Outcome.APPLIED:
        return []
    if action.kind is Kind.MERGE:
        return [{"a": encode(_absorb(action, known))}]
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


def recurrence(closing: Noted, report: Noted) -> Action:
    """Tells an event that its matter was reported again after its closing."""
    return Action(
        action_id=names.recurrence(closing.event_id, closing.at),
        event_id=closing.event_id,
        kind=Kind.RECUR,
        ts=max(closing.at, closing.ts, report.at, report.ts),
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
