"""What each step of the lifecycle changes in an event's state, clocks and tallies included.

``step`` applies one lawful action, after time has passed up to it
(:func:`dashboard.core.lifecycle.due.advance`). Pure; tells :class:`Telling` whom to notify.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dashboard.core.lifecycle import clocks, sidesteps, tallies
from dashboard.core.lifecycle.due import end_late, over
from dashboard.core.lifecycle.notify import Telling
from dashboard.core.lifecycle.steps import LIFECYCLE
from dashboard.core.lifecycle.tallies import tally
from dashboard.core.model.actions import Action, Channel, Kind, Level, Status
from dashboard.core.model.state import EventState

_ON_SITE = frozenset({Channel.HANDHELD, Channel.PATROL})
#: after these an acknowledgement can still be taken back
_KEEPS_ANSWER = frozenset(
    {Kind.URGE, Kind.COMMENT, Kind.HAND_OVER, Kind.CHECK_IN, Kind.UNACKNOWLEDGE}
)


def first(told: Telling, action: Action) -> EventState:
    """The state after a report."""
    assert action.level is not None  # the lifecycle table requires it
    stays = action.level.urgent and action.channel in _ON_SITE
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
        watch_until=action.ts + told.rules.on_site_every if stays else 0,
    )


def step(told: Telling, state: EventState, action: Action) -> EventState:
    """The state after a lawful action (see :func:`dashboard.core.lifecycle.steps.refusal`)."""
    target = LIFECYCLE[action.kind].to
    state = replace(
        state,
        before=state.status if action.kind is Kind.SUSPEND else state.before,
        status=state.status if target is None else target,
        updated_at=max(state.updated_at, action.ts),
        answer=state.answer if action.kind in _KEEPS_ANSWER else None,
    )
    effect = _EFFECTS.get(action.kind)
    return state if effect is None else effect(told, state, action)


def _dispatch(told: Telling, state: EventState, action: Action) -> EventState:
    at, rules = action.ts, told.rules
    state = end_late(state, at)
    respond = None if action.no_respond else clocks.start_respond(rules, state.level, at)
    state = replace(
        state,
        department=action.department,
        dispatched_at=at,
        accepted_at=0,
        acknowledged_at=0,
        handled_at=0,
        handed_to="",
        decided=False,
        dispatch_failed=False,
        round=at,
        alarm=respond is not None and state.level is Level.RED,
        respond=respond,
        handle=clocks.start_handle(rules, state.level, at, action.due),
    )
    told.dispatch(state)
    return tally(told, state, at, "dispatched")


def _accept(told: Telling, state: EventState, action: Action) -> EventState:
    return replace(
        state,
        alarm=False,
        accepted_at=state.accepted_at or action.ts,
        respond=clocks.stop(told.rules, state.respond, action.ts),
    )


def _handle(told: Telling, state: EventState, action: Action) -> EventState:
    in_time, no_respond = not state.is_late, state.respond is None
    state = replace(over(told, state, action), handled_at=action.ts, watch_until=0)
    state = tallies.decide(told, state, action.ts, in_time=in_time)
    state = tally(told, state, action.ts, "handled")
    return state if no_respond else tallies.quick(told, state, action.ts)


def _rework(told: Telling, state: EventState, action: Action) -> EventState:
    rules = told.rules
    state = replace(
        state,
        reworks=state.reworks + 1,
        handled_at=0,
        decided=False,
        round=action.ts,
        handle=clocks.start_handle(rules, state.level, action.ts, None, rules.rework_share),
    )
    return tally(told, state, action.ts, "reworked")


def _return(told: Telling, state: EventState, action: Action) -> EventState:
    state = tallies.returned_late(told, state, action.ts)
    state = replace(over(told, state, action), returns=state.returns + 1)
    return tallies.fail_dispatch(told, state, action.ts)


def _end(told: Telling, state: EventState, action: Action) -> EventState:
    survivor = action.target if action.kind is Kind.MERGE else state.survivor
    return replace(over(told, state, action), ended_at=action.ts, survivor=survivor, watch_until=0)


def _close(told: Telling, state: EventState, action: Action) -> EventState:
    state = replace(_end(told, state, action), closed_at=action.ts, heard=0, recurred=False)
    return tallies.closed(told, state, action.ts)


def _reopen(told: Telling, state: EventState, action: Action) -> EventState:
    if state.closed_at and state.closed_at == state.ended_at:
        state = tally(told, state, action.ts, "reopened")
    return replace(
        state,
        ended_at=0,
        handled_at=0,
        stable_at=0,
        reopens=state.reopens + 1,
        past_ends=(*state.past_ends, (state.ended_at, action.ts)),
        respond=None,
        handle=None,
    )


_EFFECTS: dict[Kind, Callable[[Telling, EventState, Action], EventState]] = {
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPT: _accept,
    Kind.HANDLE: _handle,
    Kind.REWORK: _rework,
    Kind.RETURN: _return,
    Kind.CLOSE: _close,
    Kind.REJECT: _end,
    Kind.MERGE: _end,
    Kind.REOPEN: _reopen,
    Kind.SUSPEND: sidesteps.suspend,
    Kind.RESUME: sidesteps.resume,
    Kind.EXTEND: sidesteps.extend,
    Kind.ACKNOWLEDGE: sidesteps.acknowledge,
    Kind.UNACKNOWLEDGE: sidesteps.unacknowledge,
    Kind.REVISIT: tallies.revisit,
    Kind.URGE: sidesteps.urge,
    Kind.HAND_OVER: sidesteps.hand_over,
    Kind.CHECK_IN: sidesteps.check_in,
    Kind.CORRECT: sidesteps.correct,
    Kind.EXCLUDE: sidesteps.exclude,
    Kind.RESTORE: sidesteps.exclude,
    Kind.RECUR: tallies.recur,
    Kind.ABSORB: sidesteps.absorb,
}
