"""One event carried from one moment to a later one, as with a prompt clock. Pure.

Whatever falls due is taken when it falls due, whether or not an ``escalate`` told of it; so
these need not be given. Carried on from a state or folded from nothing comes to the same,
as long as nothing of the part that lies behind has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboard.core.lifecycle.due import advance, next_moment
from dashboard.core.lifecycle.notify import Telling
from dashboard.core.lifecycle.replay import Item, in_turn
from dashboard.core.model.actions import Kind
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that changed an event: an action, or (``item`` None) what fell due at ``at``."""

    at: int
    item: Item | None
    state: EventState


def carry(
    rules: Rules,
    state: EventState | None,
    items: Sequence[Item],
    until: int,
    turns: list[Turn] | None = None,
) -> tuple[EventState | None, int | None]:
    """The state at ``until`` (ms) and when the next thing falls due.

    ``state`` is the event's at an earlier moment, None before its report; ``items`` are what it
    received for the time from then to ``until``, in order of arrival. Each change is
    appended to ``turns``.
    """
    told = Telling(rules)
    turns = [] if turns is None else turns
    due: int | None = None
    ordered = sorted(items, key=lambda item: item.action.ts)  # stable: ties stay as they came
    for at, group in groupby(ordered, key=lambda item: item.action.ts):
        if state is not None:
            state, _ = _wait(told, state, at - 1, turns)
        actions = [item for item in group if item.action.kind is not Kind.ESCALATE]
        for item, fresh, verdict in in_turn(told, state, actions):
            if verdict.outcome is Outcome.APPLIED and fresh is not None:
                turns.append(Turn(at, item, fresh))
            state = fresh
    if state is not None:
        state, due = _wait(told, state, until, turns)
    return state, due


def _wait(
    told: Telling, state: EventState, until: int, turns: list[Turn]
) -> tuple[EventState, int | None]:
    """Take what falls due up to ``until``; also when the next will."""
    while (at := next_moment(told.rules, state)) is not None and at <= until:
        state = advance(told, state, at)
        turns.append(Turn(at, None, state))
    return state, at
