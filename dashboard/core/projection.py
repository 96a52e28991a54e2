"""The fold: actions in, new states and the changes to the views out. Pure.

``Batch`` folds any number of actions over the states of the events they touch and sums
the changes in memory, so that a store writes each key once per batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from dashboard.core import transition, views
from dashboard.core.events import Action, Kind
from dashboard.core.lifecycle import refusal
from dashboard.core.rules import Rules
from dashboard.core.state import EventState, fingerprint


class Recent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line for the ticker: one action that was folded."""

    ts: int
    event_id: str
    kind: Kind
    level: str
    category: str
    department: str
    #: codes from county down to grid
    path: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class Refused:
    """An action the lifecycle did not allow, and why."""

    action: Action
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of one action: ``changed``, or refused with a reason, or a repeat (neither)."""

    state: EventState | None
    changed: bool = False
    refused: str | None = None


def fold(rules: Rules, state: EventState | None, action: Action) -> Outcome:
    """One action over one event's state."""
    mark = fingerprint(action.action_id)
    if state is not None and state.has_seen(mark):
        return Outcome(state)
    taken = 0
    if state is not None:
        state, taken = transition.advance(rules, state, action.ts)
    if action.kind is Kind.ESCALATE and state is not None:
        return Outcome(state, changed=taken > 0)
    reason = refusal(None if state is None else state.status, action)
    if reason is not None:
        if state is not None:
            state = replace(state, seen=(*state.seen, mark))
        return Outcome(state, refused=reason)
    state = transition.first(action) if state is None else transition.step(rules, state, action)
    return Outcome(replace(state, seen=(*state.seen, mark)), changed=True)


@dataclass
class Changes:
    """What a batch of actions changes; every key once."""

    states: dict[str, EventState] = field(default_factory=dict)
    counts: views.Part = field(default_factory=dict)
    #: event id → rank in the queue, None to take it out
    queue: dict[str, float | None] = field(default_factory=dict)
    #: event id → time of the next step in ms, None for none
    deadlines: dict[str, int | None] = field(default_factory=dict)
    #: map member → rank, None to take it out
    points: dict[str, float | None] = field(default_factory=dict)
    recent: list[tuple[str, Recent]] = field(default_factory=list)
    refused: list[tuple[str, Refused]] = field(default_factory=list)
    folded: int = 0
    repeated: int = 0


def fold_batch(
    rules: Rules,
    before: Mapping[str, EventState | None],
    actions: Iterable[tuple[str, Action]],
) -> Changes:
    """Fold ``(stream id, action)`` pairs over the states ``before``; sums all changes."""
    changes = Changes()
    now: dict[str, EventState | None] = dict(before)
    for entry, action in actions:
        event_id = action.event_id
        outcome = fold(rules, now.get(event_id), action)
        now[event_id] = outcome.state
        if outcome.refused is not None:
            changes.refused.append((entry, Refused(action, outcome.refused)))
        elif outcome.changed and outcome.state is not None:
            changes.folded += 1
            changes.recent.append((entry, _recent(action, outcome.state)))
        else:
            changes.repeated += 1
    for event_id, state in now.items():
        old = before.get(event_id)
        if state is not None and state is not old:
            _difference(rules, changes, old, state)
    return changes


def _difference(rules: Rules, changes: Changes, old: EventState | None, new: EventState) -> None:
    event_id = new.event_id
    changes.states[event_id] = new
    for key, amount in views.difference(views.part(rules, new), views.part(rules, old)).items():
        changes.counts[key] = changes.counts.get(key, 0) + amount
    if (rank := views.queue_score(new)) != views.queue_score(old):
        changes.queue[event_id] = rank
    if (moment := views.deadline(rules, new)) != views.deadline(rules, old):
        changes.deadlines[event_id] = moment
    spot, was = views.point(new), views.point(old)
    if spot != was:
        if was is not None:
            changes.points[was[0]] = None
        if spot is not None:
            changes.points[spot[0]] = spot[1]


def _recent(action: Action, state: EventState) -> Recent:
    return Recent(
        ts=action.ts,
        event_id=action.event_id,
        kind=action.kind,
        level=state.level,
        category=state.category,
        department=state.department,
        path=state.place,
        status=state.status,
    )
