"""Voided events: what came from one to another is left out there, as if it had not been. Pure.

An event that is voided (``EventState.void``) goes on as it would, so that it can be put back, but
counts nowhere. To other events it has sent actions, that a duplicate was merged, that a matter
was reported again; when it is voided the engine notifies these events with a ``void`` of their own,
whose ``target`` it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.core.model.actions import Action, Kind

_MADE_OF = frozenset({Kind.ABSORB, Kind.RECUR})


def left_out(actions: Iterable[Action]) -> frozenset[str]:
    """The events whose consequences for this one are left out.

    ``actions`` are all that this one has received, in order of time.
    """
    last: dict[str, Kind] = {}
    for action in actions:
        if action.voids and action.via:
            last[action.target] = action.kind
    return frozenset(name for name, kind in last.items() if kind is Kind.VOID)


def comes_from(action: Action, events: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether an action came from one of these events."""
    if not events or action.voids:
        return False
    if action.kind in _MADE_OF and action.target in events:
        return True
    return any(event in events for event in action.via)
