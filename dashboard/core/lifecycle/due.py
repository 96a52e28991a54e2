"""Time in an event's life: steps and check-ins that fall due, clocks that stop. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from dashboard.core.lifecycle import clocks, tallies
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.model.actions import Action, Level, Status
from dashboard.core.model.rules import OVERDUE_STEP, Rules
from dashboard.core.model.state import EventState

_ALARMED = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.REWORK})


def advance(notifier: Notifier, state: EventState, until: int) -> EventState:
    """The state once everything due at or before ``until`` has been taken, in order."""
    while True:
        due = _next(notifier.rules, state)
        if due is None or due[0] > until:
            return state
        at, name = due
        state = (
            _lapse(notifier, state) if name == "watch" else _take_step(notifier, state, name, at)
        )


def next_moment(rules: Rules, state: EventState) -> int | None:
    """When the next step of a clock or the next check-in falls due; None if none will."""
    due = _next(rules, state)
    return None if due is None else due[0]


def _next(rules: Rules, state: EventState) -> tuple[int, str] | None:
    found: tuple[int, str] | None = None
    # of one moment the handle clock is first, then the respond clock
    for name, clock in (("handle", state.handle), ("respond", state.respond)):
        if clock is not None and clock.since is not None:
            at = clocks.next_step(rules, clock)
            if at is not None and (found is None or at < found[0]):
                found = at, name
    watch = state.watch_until
    return (watch, "watch") if watch and (found is None or watch < found[0]) else found


def _take_step(notifier: Notifier, state: EventState, name: str, at: int) -> EventState:
    clock = getattr(state, name)
    number = clock.step + 1
    # a new rung of the ladder names who answers for it
    state = replace(state, handed_to="", **{name: replace(clock, step=number)})
    again = name == "handle" and number >= OVERDUE_STEP and state.level is Level.RED
    if again:
        state = replace(state, alarm=state.status in _ALARMED)
    if number == OVERDUE_STEP and name == "respond":
        state = weigh_response(tallies.fail_dispatch(notifier, state, at), at)
    elif number == OVERDUE_STEP:
        state = replace(state, late=(*state.late, (at, 0)))
        state = tallies.decide(notifier, state, at, in_time=False)
    notifier.step(state, name, number, at, alarm=again)
    return state


def _lapse(notifier: Notifier, state: EventState) -> EventState:
    notifier.lapse(state)
    return replace(state, watch_until=0, lapses=state.lapses + 1)


def end_late(state: EventState, at: int) -> EventState:
    """End a running span of lateness at ``at`` (ms)."""
    if not state.is_late:
        return state
    start = state.late[-1][0]
    return replace(state, late=(*state.late[:-1], (start, max(at, start))))


def weigh_response(state: EventState, at: int) -> EventState:
    """Begin or end a span of overdue response at ``at`` (ms), as the respond clock shows.

    It is overdue while the clock runs past its end. An event that is put aside stays what it was.
    """
    clock = state.respond
    if clock is not None and clock.since is not None:
        slow = clock.step >= OVERDUE_STEP
    else:
        slow = state.is_slow and state.status is Status.SUSPENDED
    if slow is state.is_slow:
        return state
    if slow:
        return replace(state, slow=(*state.slow, (at, 0)))
    start = state.slow[-1][0]
    return replace(state, slow=(*state.slow[:-1], (start, max(at, start))))


def stop_clocks(rules: Rules, state: EventState, at: int) -> EventState:
    """Both clocks stopped, and no alarm."""
    return replace(
        state,
        alarm=False,
        respond=clocks.stop(rules, state.respond, at),
        handle=clocks.stop(rules, state.handle, at),
    )


def over(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """The department's work is over: clocks stop, lateness ends."""
    return stop_clocks(notifier.rules, end_late(state, action.ts), action.ts)
