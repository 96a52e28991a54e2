"""What each step changes in an event's state, clocks and tallies included.

``advance`` lets time pass up to a moment: it takes the escalation steps that have come
due, in order. ``step`` then applies one lawful action. Both are pure.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dashboard.core import sla
from dashboard.core.events import Action, Kind, Status
from dashboard.core.lifecycle import LIFECYCLE
from dashboard.core.rules import OVERDUE_STEP, Rules
from dashboard.core.state import EventState, Tally


def first(action: Action) -> EventState:
    """The state after a report."""
    assert action.level is not None  # the lifecycle table requires it
    return EventState(
        event_id=action.event_id,
        status=Status.REPORTED,
        level=action.level,
        reported_at=action.ts,
        updated_at=action.ts,
        category=action.category,
        channel=str(action.channel or ""),
        place=action.place,
        lat=action.lat,
        lon=action.lon,
    )


def advance(rules: Rules, state: EventState, until: int) -> tuple[EventState, int]:
    """The state once every step due at or before ``until`` is taken, and how many were."""
    taken = 0
    while True:
        moments = [
            (at, name)
            for name in ("respond", "handle")
            if (at := sla.next_step(rules, getattr(state, name))) is not None and at <= until
        ]
        if not moments:
            return state, taken
        at, name = min(moments)
        state = _take_step(rules, state, name, at)
        taken += 1


def next_moment(rules: Rules, state: EventState) -> int | None:
    """When the next escalation step of either clock falls due; None if none will."""
    moments = [sla.next_step(rules, clock) for clock in (state.respond, state.handle)]
    return min((m for m in moments if m is not None), default=None)


def step(rules: Rules, state: EventState, action: Action) -> EventState:
    """The state after a lawful action (see :func:`dashboard.core.lifecycle.refusal`)."""
    target = LIFECYCLE[action.kind].to
    state = replace(
        state,
        before=state.status if action.kind is Kind.SUSPEND else state.before,
        status=state.status if target is None else target,
        updated_at=max(state.updated_at, action.ts),
    )
    effect = _EFFECTS.get(action.kind)
    return state if effect is None else effect(rules, state, action)


def _take_step(rules: Rules, state: EventState, name: str, at: int) -> EventState:
    clock = getattr(state, name)
    state = replace(state, **{name: replace(clock, step=clock.step + 1)})
    if clock.step + 1 != OVERDUE_STEP:
        return state
    if name == "respond":
        return _fail_dispatch(state)
    state = replace(state, late=(*state.late, (at, 0)))
    return _decide(rules, state, at, in_time=False)


def _tally(state: EventState, at: int, measure: str, amount: int = 1) -> EventState:
    if not state.department:
        return state
    entry = Tally(at, state.department, measure, amount)
    return replace(state, tallies=(*state.tallies, entry))


def _fail_dispatch(state: EventState) -> EventState:
    """Count this dispatch as late or returned, once, on the day of the dispatch."""
    if state.dispatch_failed:
        return state
    state = replace(state, dispatch_failed=True)
    return _tally(state, state.dispatched_at, "dispatch_failed")


def _decide(rules: Rules, state: EventState, at: int, *, in_time: bool) -> EventState:
    """Count this round's handling as in time or late, once."""
    if state.decided:
        return state
    weight = rules.weights[state.level]
    state = _tally(replace(state, decided=True), at, "decided")
    state = _tally(state, at, "due_weight", weight)
    if in_time:
        state = _tally(state, at, "on_time")
        state = _tally(state, at, "on_time_weight", weight)
    return state


def _end_late(state: EventState, at: int) -> EventState:
    if not state.late or state.late[-1][1]:
        return state
    start = state.late[-1][0]
    return replace(state, late=(*state.late[:-1], (start, max(at, start))))


def _stop_clocks(rules: Rules, state: EventState, at: int) -> EventState:
    return replace(
        state,
        respond=sla.stop(rules, state.respond, at),
        handle=sla.stop(rules, state.handle, at),
    )


def _dispatch(rules: Rules, state: EventState, action: Action) -> EventState:
    at = action.ts
    state = _end_late(state, at)
    state = replace(
        state,
        department=action.department,
        dispatched_at=at,
        accepted_at=0,
        acknowledged_at=0,
        decided=False,
        dispatch_failed=False,
        respond=None if action.no_respond else sla.start_respond(rules, state.level, at),
        handle=sla.start_handle(rules, state.level, at, action.due),
    )
    return _tally(state, at, "dispatched")


def _accept(rules: Rules, state: EventState, action: Action) -> EventState:
    return replace(
        state,
        accepted_at=state.accepted_at or action.ts,
        respond=sla.stop(rules, state.respond, action.ts),
    )


def _handle(rules: Rules, state: EventState, action: Action) -> EventState:
    in_time = not state.late or bool(state.late[-1][1])
    state = _stop_clocks(rules, _end_late(state, action.ts), action.ts)
    state = _decide(rules, state, action.ts, in_time=in_time)
    state = replace(state, handled_at=action.ts)
    return _tally(state, action.ts, "handled")


def _rework(rules: Rules, state: EventState, action: Action) -> EventState:
    state = replace(
        state,
        reworks=state.reworks + 1,
        handled_at=0,
        decided=False,
        handle=sla.start_handle(rules, state.level, action.ts, None, rules.rework_share),
    )
    return _tally(state, action.ts, "reworked")


def _return(rules: Rules, state: EventState, action: Action) -> EventState:
    state = _stop_clocks(rules, _end_late(state, action.ts), action.ts)
    return _fail_dispatch(replace(state, returns=state.returns + 1))


def _end(rules: Rules, state: EventState, action: Action) -> EventState:
    state = _stop_clocks(rules, _end_late(state, action.ts), action.ts)
    survivor = action.target if action.kind is Kind.MERGE else state.survivor
    return replace(state, ended_at=action.ts, survivor=survivor)


def _reopen(rules: Rules, state: EventState, action: Action) -> EventState:
    return replace(
        state,
        ended_at=0,
        handled_at=0,
        reopens=state.reopens + 1,
        past_ends=(*state.past_ends, (state.ended_at, action.ts)),
        respond=None,
        handle=None,
    )


def _suspend(rules: Rules, state: EventState, action: Action) -> EventState:
    return _stop_clocks(rules, state, action.ts)


def _resume(rules: Rules, state: EventState, action: Action) -> EventState:
    state = replace(state, status=state.before or Status.REGISTERED, before=None)
    if state.status is Status.REGISTERED:  # not with a department: no clock was running
        return state
    # in rework the respond clock is over, even if nobody had accepted before handling
    waits = state.status is Status.DISPATCHED
    answered = not waits or state.accepted_at or state.acknowledged_at
    return replace(
        state,
        respond=state.respond if answered else sla.go_on(state.respond, action.ts),
        handle=sla.go_on(state.handle, action.ts),
    )


def _extend(rules: Rules, state: EventState, action: Action) -> EventState:
    assert action.until is not None
    state = replace(state, extensions=state.extensions + 1)
    if state.handle is None:
        return state
    handle = sla.extend(rules, state.handle, action.until, action.ts)
    if handle.step < OVERDUE_STEP:
        state = _end_late(state, action.ts)
    return replace(state, handle=handle)


def _acknowledge(rules: Rules, state: EventState, action: Action) -> EventState:
    return replace(
        state,
        acknowledged_at=action.ts,
        respond=sla.stop(rules, state.respond, action.ts),
    )


def _revisit(rules: Rules, state: EventState, action: Action) -> EventState:
    if action.satisfied is None:
        return state
    state = _tally(state, action.ts, "revisited")
    return _tally(state, action.ts, "satisfied") if action.satisfied else state


def _urge(rules: Rules, state: EventState, action: Action) -> EventState:
    return replace(state, urges=state.urges + 1)


def _correct(rules: Rules, state: EventState, action: Action) -> EventState:
    return replace(
        state,
        level=action.level or state.level,
        category=action.category or state.category,
        place=action.place or state.place,
        lat=state.lat if action.lat is None else action.lat,
        lon=state.lon if action.lon is None else action.lon,
    )


_EFFECTS: dict[Kind, Callable[[Rules, EventState, Action], EventState]] = {
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPT: _accept,
    Kind.HANDLE: _handle,
    Kind.REWORK: _rework,
    Kind.RETURN: _return,
    Kind.CLOSE: _end,
    Kind.REJECT: _end,
    Kind.MERGE: _end,
    Kind.REOPEN: _reopen,
    Kind.SUSPEND: _suspend,
    Kind.RESUME: _resume,
    Kind.EXTEND: _extend,
    Kind.ACKNOWLEDGE: _acknowledge,
    Kind.REVISIT: _revisit,
    Kind.URGE: _urge,
    Kind.CORRECT: _correct,
}
