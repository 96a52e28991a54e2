"""What an event adds to the scores of its department: tallies, each on the day it counts for.

The measures are defined in docs/metrics.md.
"""

from __future__ import annotations

from msgspec.structs import replace

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle.notify import Telling
from dashboard.core.model.actions import Action
from dashboard.core.model.state import EventState, Standing, Tally

_DAY = 86_400_000
#: handled this soon after the acceptance is worth a look
QUICK_MS = 60_000
#: a return with this share of the time used is worth a look
LAST_SHARE = 0.9
_RATED = ("dispatch", "handling", "outcome")
_VISITED, _WORD, _RATINGS = 1, 2, 4


def tally(
    told: Telling, state: EventState, at: int, measure: str, amount: int = 1, known: int = 0
) -> EventState:
    """One more tally, if the event is with a department.

    ``known`` is when its cause became known; the action's own time of arrival if 0.
    """
    if not state.department:
        return state
    late = told.rules.closed_by(at, known or told.known or at)
    standing = Standing.LATE if late else Standing.STANDS
    entry = Tally(at, state.department, measure, amount, standing)
    return replace(state, tallies=(*state.tallies, entry))


def fail_dispatch(told: Telling, state: EventState, at: int) -> EventState:
    """Count this dispatch as late or returned (at ``at``), once, on the day of the dispatch."""
    if state.dispatch_failed:
        return state
    state = replace(state, dispatch_failed=True)
    return tally(told, state, state.dispatched_at, "dispatch_failed", known=told.known or at)


def decide(told: Telling, state: EventState, at: int, *, in_time: bool) -> EventState:
    """Count this round's handling as in time or late, once."""
    if state.decided:
        return state
    state = tally(told, replace(state, decided=True), at, f"decided.{state.level}")
    return tally(told, state, at, f"on_time.{state.level}") if in_time else state


def quick(told: Telling, state: EventState, at: int) -> EventState:
    """Count a handling that came within a minute of the acceptance."""
    taken = state.accepted_at or state.dispatched_at
    return tally(told, state, at, "quick") if at - taken < QUICK_MS else state


def returned_late(told: Telling, state: EventState, at: int) -> EventState:
    """Count a return shortly before the deadline."""
    clock = state.handle
    if clock is None or state.is_late or clocks.share_used(told.rules, clock, at) < LAST_SHARE:
        return state
    return tally(told, state, at, "returned_late")


def closed(told: Telling, state: EventState, at: int) -> EventState:
    """Count a closing, and that it can be seen whether the matter recurs."""
    state = tally(told, state, at, "closed")
    return tally(told, state, at, "closed_in_grid") if state.grid and state.category else state


def recur(told: Telling, state: EventState, action: Action) -> EventState:
    """Count the last closing as a recurrence, if the later report came soon enough."""
    assert action.until is not None
    since = action.until - state.closed_at
    seen = any(t.at == state.closed_at and t.measure == "closed_in_grid" for t in state.tallies)
    if not seen or state.recurred:
        return state
    if not 0 < since <= told.rules.recurrence_days * _DAY:
        return state
    return tally(told, replace(state, recurred=True), state.closed_at, "recurred")


def revisit(told: Telling, state: EventState, action: Action) -> EventState:
    """Count what is heard of the last closing: each thing once, the first word counts."""
    fresh = _VISITED
    fresh |= _WORD if action.satisfied is not None else 0
    fresh |= _RATINGS if action.ratings else 0
    fresh &= ~state.heard
    at = state.closed_at
    state = replace(state, heard=state.heard | fresh)
    if fresh & _VISITED:
        state = tally(told, state, at, "visited")
    if fresh & _WORD:
        state = tally(told, state, at, "revisited")
        if action.satisfied:
            state = tally(told, state, at, "satisfied")
    if fresh & _RATINGS:
        for name, rating in zip(_RATED, action.ratings, strict=False):
            state = tally(told, state, at, f"rated.{name}")
            if rating > 1:
                state = tally(told, state, at, f"rating.{name}", rating - 1)
    return state
