"""What an event adds to the scores of its department: tallies, each on the day it counts for.

The measures are defined in docs/metrics.md.
"""

from __future__ import annotations

from msgspec.structs import replace

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.model.actions import Action
from dashboard.core.model.state import EventState, Standing, Tally

_DAY = 86_400_000
#: a handling this soon after the acceptance is suspicious, ms
QUICK_MS = 60_000
#: a return with this share of the time used is suspicious
LAST_SHARE = 0.9
_RATED = ("dispatch", "handling", "outcome")
_VISITED, _WORD, _RATINGS = 1, 2, 4
#: once for each round that the source could not have measured; nothing else of it is tallied
UNMEASURED = "unmeasured"


def tally(
    notifier: Notifier, state: EventState, at: int, measure: str, amount: int = 1, known: int = 0
) -> EventState:
    """One more tally, if the event is with a department and was measured.

    ``known`` is when its cause became known; the action's own time of arrival if 0.
    """
    if not state.department or (state.unmeasured and measure != UNMEASURED):
        return state
    late = notifier.rules.closed_by(at, known or notifier.known or at)
    standing = Standing.LATE if late else Standing.STANDS
    entry = Tally(at, state.department, measure, amount, standing)
    return replace(state, tallies=(*state.tallies, entry))


def fail_dispatch(notifier: Notifier, state: EventState, at: int) -> EventState:
    """Count this dispatch as late or returned (at ``at``), once, on the day of the dispatch."""
    if state.dispatch_failed:
        return state
    state = replace(state, dispatch_failed=True)
    return tally(
        notifier, state, state.dispatched_at, "dispatch_failed", known=notifier.known or at
    )


def decide(notifier: Notifier, state: EventState, at: int, *, in_time: bool) -> EventState:
    """Count this round's handling as in time or late, once."""
    if state.decided:
        return state
    state = tally(notifier, replace(state, decided=True), at, f"decided.{state.level}")
    return tally(notifier, state, at, f"on_time.{state.level}") if in_time else state


def quick(notifier: Notifier, state: EventState, at: int) -> EventState:
    """Count a handling that came within a minute of the acceptance."""
    taken = state.accepted_at or state.dispatched_at
    return tally(notifier, state, at, "quick") if at - taken < QUICK_MS else state


def returned_late(notifier: Notifier, state: EventState, at: int) -> EventState:
    """Count a return shortly before the deadline."""
    clock = state.handle
    if clock is None or state.is_late or clocks.share_used(notifier.rules, clock, at) < LAST_SHARE:
        return state
    return tally(notifier, state, at, "returned_late")


def closed(notifier: Notifier, state: EventState, at: int) -> EventState:
    """Count a closing; and once more if it is known well enough to see whether it recurs."""
    state = tally(notifier, state, at, "closed")
    return tally(notifier, state, at, "closed_in_grid") if state.grid and state.category else state


def recur(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Count the last closing as a recurrence, if the later report came soon enough."""
    assert action.until is not None
    since = action.until - state.closed_at
    seen = any(t.at == state.closed_at and t.measure == "closed_in_grid" for t in state.tallies)
    if not seen or state.recurred:
        return state
    if not 0 < since <= notifier.rules.recurrence_days * _DAY:
        return state
    return tally(notifier, replace(state, recurred=True), state.closed_at, "recurred")


def revisit(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Count what a revisit reports of the last closing: each part once, the first one counts."""
    new = _VISITED
    new |= _WORD if action.satisfied is not None else 0
    new |= _RATINGS if action.ratings else 0
    new &= ~state.heard
    at = state.closed_at
    state = replace(state, heard=state.heard | new)
    if new & _VISITED:
        state = tally(notifier, state, at, "visited")
    if new & _WORD:
        state = tally(notifier, state, at, "revisited")
        if action.satisfied:
            state = tally(notifier, state, at, "satisfied")
    if new & _RATINGS:
        for name, rating in zip(_RATED, action.ratings, strict=False):
            state = tally(notifier, state, at, f"rated.{name}")
            if rating > 1:
                state = tally(notifier, state, at, f"rating.{name}", rating - 1)
    return state
