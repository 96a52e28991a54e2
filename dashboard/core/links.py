"""What other events must hear of: forwarded actions, and facts for the recurrence index. Pure.

They leave through a stream that is written in the same commit as the change itself, and the
linker carries them to whatever shard the other event lives on.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from dashboard.core.events import Action, Kind, encode
from dashboard.core.state import EventState, Outcome

#: kinds after which an event may be a recurrence, or may have one
_TELLING = frozenset({Kind.REGISTER, Kind.CLOSE, Kind.CORRECT})


class Fact(msgspec.Struct, frozen=True):
    """An event in the recurrence index: registered or closed in a grid, under a category."""

    event_id: str
    grid: str
    category: str
    reported_at: int
    #: its last closing, ms; 0 if it has not been closed
    closed_at: int
    #: the time of the action that told of it
    ts: int


def links(action: Action, outcome: Outcome, state: EventState) -> list[dict[str, bytes]]:
    """The entries for the links stream that an action leads to, ``state`` being its event's."""
    if outcome is Outcome.FORWARDED:
        return [{"a": encode(forwarded(action, state.survivor))}]
    if outcome is not Outcome.APPLIED:
        return []
    if action.kind is Kind.MERGE:
        return [{"a": encode(_absorb(action))}]
    if action.kind in _TELLING and state.grid and state.category:
        fact = Fact(
            state.event_id,
            state.grid,
            state.category,
            state.reported_at,
            state.closed_at,
            action.ts,
        )
        return [{"f": msgspec.json.encode(fact)}]
    return []


def forwarded(action: Action, survivor: str) -> Action:
    """The same action, addressed to the survivor of the merge."""
    return replace(
        action,
        action_id=f"{action.action_id}>{survivor}",
        event_id=survivor,
        via=(*action.via, action.event_id),
        target="" if action.target == survivor else action.target,
    )


def recurrence(earlier: Fact, later: Fact) -> Action:
    """Tells an event that its matter was reported again."""
    return Action(
        action_id=f"{earlier.event_id}:recur:{earlier.closed_at}",
        event_id=earlier.event_id,
        kind=Kind.RECUR,
        ts=max(earlier.closed_at, later.reported_at, earlier.ts, later.ts),
        actor="source",
        until=later.reported_at,
        target=later.event_id,
    )


def _absorb(action: Action) -> Action:
    return Action(
        action_id=f"{action.event_id}:absorb>{action.target}",
        event_id=action.target,
        kind=Kind.ABSORB,
        ts=action.ts,
        actor="source",
        target=action.event_id,
    )
