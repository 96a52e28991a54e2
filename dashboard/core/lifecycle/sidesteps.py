"""The side steps: put aside, extend, urge, acknowledge, hand over, check in, correct, appeal.

A comment changes nothing and has no function here.
"""

from __future__ import annotations

from msgspec.structs import replace

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle.due import end_late, stop_clocks
from dashboard.core.lifecycle.notify import Telling
from dashboard.core.lifecycle.tallies import tally
from dashboard.core.model.actions import DONE, Action, Kind, Level, Status
from dashboard.core.model.rules import OVERDUE_STEP, Rules
from dashboard.core.model.state import Answer, EventState


def suspend(told: Telling, state: EventState, action: Action) -> EventState:
    """Put aside for a reason: the clocks stand still."""
    return stop_clocks(told.rules, state, action.ts)


def resume(told: Telling, state: EventState, action: Action) -> EventState:
    """Taken up again where it was put aside."""
    state = replace(state, status=state.before or Status.REGISTERED, before=None)
    if state.status is Status.REGISTERED:  # not with a department: no clock was running
        return state
    # in rework the respond clock is over, even if nobody had accepted before handling
    waits = state.status is Status.DISPATCHED
    answered = not waits or state.accepted_at or state.acknowledged_at
    return replace(
        state,
        respond=state.respond if answered else clocks.go_on(state.respond, action.ts),
        handle=clocks.go_on(state.handle, action.ts),
    )


def extend(told: Telling, state: EventState, action: Action) -> EventState:
    """The handle clock ends later; steps that lie ahead again can be taken."""
    assert action.until is not None
    if state.is_late:
        state = tally(told, state, action.ts, "extended_late")
    state = replace(state, extensions=state.extensions + 1)
    if state.handle is None:
        return state
    handle = clocks.extend(told.rules, state.handle, action.until, action.ts)
    if handle is not state.handle:
        state = replace(state, round=action.ts)
    if handle.step < OVERDUE_STEP:
        state = end_late(state, action.ts)
    return replace(state, handle=handle)


def acknowledge(told: Telling, state: EventState, action: Action) -> EventState:
    """Somebody answers for the event: the respond ladder and the alarm end."""
    runs = state.respond is not None and state.respond.since is not None
    return replace(
        state,
        alarm=False,
        acknowledged_at=action.ts,
        respond=clocks.stop(told.rules, state.respond, action.ts),
        answer=Answer(state.alarm, state.acknowledged_at, runs),
    )


def unacknowledge(told: Telling, state: EventState, action: Action) -> EventState:
    """As if nobody had answered: what was ended goes on, and the time between counts.

    Otherwise it would be a way to stop the clock. Steps that fell due meanwhile are taken now.
    """
    answer, respond = state.answer, state.respond
    assert answer is not None  # the lifecycle refuses it otherwise
    if answer.running and respond is not None:
        between = told.rules.calendar(respond.working).between(state.acknowledged_at, action.ts)
        respond = replace(respond, spent=respond.spent + between, since=action.ts)
    return replace(
        state,
        alarm=state.alarm or answer.alarm,
        acknowledged_at=answer.acknowledged_at,
        respond=respond,
        answer=None,
    )


def urge(told: Telling, state: EventState, action: Action) -> EventState:
    """Somebody presses the department."""
    told.urge(state, action)
    return replace(state, urges=state.urges + 1)


def hand_over(told: Telling, state: EventState, action: Action) -> EventState:
    """Another unit answers for the event."""
    told.hand_over(state, action)
    return replace(state, handed_to=action.to)


def check_in(told: Telling, state: EventState, action: Action) -> EventState:
    """The reporter is still on site, or need not stay any longer."""
    if state.stable_at or state.status in DONE:
        return state
    if action.stable:
        return replace(state, stable_at=action.ts, watch_until=0)
    return replace(state, watch_until=action.ts + told.rules.on_site_every)


def correct(told: Telling, state: EventState, action: Action) -> EventState:
    """What was reported wrongly, put right from now on."""
    was = state.level
    state = replace(
        state,
        level=action.level or state.level,
        category=action.category or state.category,
        place=action.place or state.place,
        lat=state.lat if action.lat is None else action.lat,
        lon=state.lon if action.lon is None else action.lon,
    )
    if state.level is was:
        return state
    state = _new_limits(told.rules, state, action.ts)
    waits = state.respond is not None and state.respond.since is not None
    return replace(
        state,
        alarm=state.level is Level.RED and waits and state.status is Status.DISPATCHED,
        watch_until=state.watch_until if state.level.urgent else 0,
    )


def _new_limits(rules: Rules, state: EventState, at: int) -> EventState:
    """The limits of a corrected level begin when it is corrected; lateness is not undone."""
    handle, respond = state.handle, state.respond
    if handle is None or handle.since is None or handle.given or handle.step >= OVERDUE_STEP:
        return state
    if respond is not None and respond.since is not None:
        respond = clocks.start_respond(rules, state.level, at)
    handle = clocks.start_handle(rules, state.level, at, None, handle.share)
    return replace(state, respond=respond, handle=handle, round=at)


def exclude(told: Telling, state: EventState, action: Action) -> EventState:
    """An appeal takes the event out of the scores, or puts it back."""
    taken = action.kind is Kind.EXCLUDE
    return replace(state, excluded=taken, excluded_why=action.reason if taken else "")


def absorb(told: Telling, state: EventState, action: Action) -> EventState:
    """A duplicate was merged into this event."""
    return replace(state, absorbed=state.absorbed + 1)
