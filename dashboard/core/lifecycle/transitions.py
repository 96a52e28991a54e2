"""What each step of the lifecycle changes in an event's state, clocks and tallies included.

:func:`first` makes the state of a report; :func:`step` applies any other lawful action, once due
steps before it have been taken (:func:`dashboard.core.lifecycle.due.advance`). Notices go to the
:class:`~dashboard.core.lifecycle.notify.Notifier`. A comment
changes nothing but what the event can be found by. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dashboard.core.lifecycle import clocks, tallies
from dashboard.core.lifecycle.due import end_late, over, stop_clocks, weigh_response
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.steps import LIFECYCLE
from dashboard.core.lifecycle.tallies import UNMEASURED, tally
from dashboard.core.model.actions import DONE, Action, Channel, Kind, Level, Status
from dashboard.core.model.rules import OVERDUE_STEP, Rules
from dashboard.core.model.state import Answer, EventState, Void


def suspend(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Put the event aside for a reason: the clocks stop."""
    return stop_clocks(notifier.rules, state, action.ts)


def resume(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Take the event up again where it was put aside."""
    state = replace(state, status=state.before or Status.REGISTERED, before=None)
    if state.status is Status.REGISTERED:  # with no department: no clock was running
        return state
    # in rework the respond clock is over, even without an acceptance before the handling
    waits = state.status is Status.DISPATCHED
    answered = not waits or state.accepted_at or state.acknowledged_at
    return replace(
        state,
        respond=state.respond if answered else clocks.go_on(state.respond, action.ts),
        handle=clocks.go_on(state.handle, action.ts),
    )


def extend(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Move the end of the handle clock; steps that are ahead again can be taken."""
    assert action.until is not None
    if state.is_late:
        state = tally(notifier, state, action.ts, "extended_late")
    state = replace(state, extensions=state.extensions + 1)
    if state.handle is None:
        return state
    if action.due is None:
        handle = clocks.extend(notifier.rules, state.handle, action.until, action.ts)
    else:
        handle = clocks.due_at(notifier.rules, state.handle, action.due, action.ts)
    if handle is not state.handle:
        state = replace(state, round=action.ts)
    if handle.step < OVERDUE_STEP:
        state = end_late(state, action.ts)
    return replace(state, handle=handle)


def acknowledge(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """A unit answers for the event: the respond ladder and the alarm end."""
    runs = state.respond is not None and state.respond.since is not None
    return replace(
        state,
        alarm=False,
        acknowledged_at=action.ts,
        respond=clocks.stop(notifier.rules, state.respond, action.ts),
        answer=Answer(state.alarm, state.acknowledged_at, runs),
    )


def unacknowledge(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Undo an acknowledgement: the ladder and the alarm go on, and the time between counts.

    If it did not count, this would be a way to stop the clock. Steps that fell due in between are
    taken now.
    """
    answer, respond = state.answer, state.respond
    assert answer is not None  # the lifecycle refuses it otherwise
    if answer.running and respond is not None:
        between = notifier.rules.calendar(respond.working).between(state.acknowledged_at, action.ts)
        respond = replace(respond, spent=respond.spent + between, since=action.ts)
    return replace(
        state,
        alarm=state.alarm or answer.alarm,
        acknowledged_at=answer.acknowledged_at,
        respond=respond,
        answer=None,
    )


def urge(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Urge the department."""
    notifier.urge(state, action)
    return replace(state, urges=state.urges + 1)


def hand_over(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Let another unit answer for the event."""
    notifier.hand_over(state, action)
    return replace(state, handed_to=action.to)


def check_in(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Note that the reporter is still on site, or need not stay any longer."""
    if state.stable_at or state.status in DONE:
        return state
    if action.stable:
        return replace(state, stable_at=action.ts, watch_until=0)
    return replace(state, watch_until=action.ts + notifier.rules.on_site_every)


def correct(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Correct what was reported wrongly, from now on."""
    was = state.level
    state = replace(
        state,
        level=action.level or state.level,
        category=action.category or state.category,
        place=action.place or state.place,
        department=action.department or state.department,
        lat=state.lat if action.lat is None else action.lat,
        lon=state.lon if action.lon is None else action.lon,
    )
    if state.level is was:
        return state
    state = _new_limits(notifier.rules, state, action.ts)
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


def exclude(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Take the event out of the scores after an appeal, or put it back."""
    taken = action.kind is Kind.EXCLUDE
    return replace(state, excluded=taken, excluded_why=action.reason if taken else "")


def void(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Take the event out of every count, or put it back.

    What another event's voiding leaves out is worked out from the whole history, see
    :func:`dashboard.core.lifecycle.voids.left_out`.
    """
    if not action.voids_itself:
        return state
    voided = action.kind is Kind.VOID
    return replace(state, void=Void(action.ts, action.actor, action.reason) if voided else None)


def absorb(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Count a duplicate that was merged into this event."""
    return replace(state, absorbed=state.absorbed + 1)


def comment(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """Keep the text of a comment, so that its event can be found by it; nothing else changes."""
    return replace(state, words=(*state.words, action.text)[-MOST_WORDS:])


#: comments of an event that can be found by their words
MOST_WORDS = 20
_ON_SITE = frozenset({Channel.HANDHELD, Channel.PATROL})
#: steps whose own times make scores; each of the first two begins a round
_ROUND = frozenset({Kind.DISPATCH, Kind.REWORK})
_TIMED = _ROUND | {Kind.HANDLE, Kind.CLOSE, Kind.RETURN, Kind.REJECT}
#: after these an acknowledgement can still be taken back
_KEEPS_ANSWER = frozenset(
    {
        *(Kind.URGE, Kind.COMMENT, Kind.HAND_OVER, Kind.CHECK_IN, Kind.UNACKNOWLEDGE),
        *(Kind.VOID, Kind.UNVOID),
    }
)


def first(notifier: Notifier, action: Action) -> EventState:
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
        watch_until=action.ts + notifier.rules.on_site_every if stays else 0,
        row=action.row,
    )


def step(notifier: Notifier, state: EventState, action: Action) -> EventState:
    """The state after a lawful action (see :func:`dashboard.core.lifecycle.steps.refusal`)."""
    target = LIFECYCLE[action.kind].to
    blind = action.unmeasured and action.kind in _TIMED
    begins = action.kind in _ROUND
    before = state.unmeasured and not begins
    state = replace(
        state,
        before=state.status if action.kind is Kind.SUSPEND else state.before,
        status=state.status if target is None else target,
        updated_at=max(state.updated_at, action.ts),
        answer=state.answer if action.kind in _KEEPS_ANSWER else None,
        unmeasured=blind or before,
        row=action.row or state.row,
    )
    effect = _EFFECTS.get(action.kind)
    if effect is not None:
        state = effect(notifier, state, action)
    state = weigh_response(state, action.ts)
    return tally(notifier, state, action.ts, UNMEASURED) if blind and not before else state


def _dispatch(notifier: Notifier, state: EventState, action: Action) -> EventState:
    at, rules = action.ts, notifier.rules
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
    notifier.dispatch(state)
    return tally(notifier, state, at, "dispatched")


def _accept(notifier: Notifier, state: EventState, action: Action) -> EventState:
    return replace(
        state,
        alarm=False,
        accepted_at=state.accepted_at or action.ts,
        respond=clocks.stop(notifier.rules, state.respond, action.ts),
    )


def _handle(notifier: Notifier, state: EventState, action: Action) -> EventState:
    in_time, no_respond = not state.is_late, state.respond is None
    state = replace(over(notifier, state, action), handled_at=action.ts, watch_until=0)
    state = tallies.decide(notifier, state, action.ts, in_time=in_time)
    state = tally(notifier, state, action.ts, "handled")
    return state if no_respond else tallies.quick(notifier, state, action.ts)


def _rework(notifier: Notifier, state: EventState, action: Action) -> EventState:
    rules = notifier.rules
    state = replace(
        state,
        reworks=state.reworks + 1,
        handled_at=0,
        decided=False,
        round=action.ts,
        handle=clocks.start_handle(rules, state.level, action.ts, None, rules.rework_share),
    )
    return tally(notifier, state, action.ts, "reworked")


def _return(notifier: Notifier, state: EventState, action: Action) -> EventState:
    state = tallies.returned_late(notifier, state, action.ts)
    state = replace(over(notifier, state, action), returns=state.returns + 1)
    return tallies.fail_dispatch(notifier, state, action.ts)


def _end(notifier: Notifier, state: EventState, action: Action) -> EventState:
    survivor = action.target if action.kind is Kind.MERGE else state.survivor
    return replace(
        over(notifier, state, action), ended_at=action.ts, survivor=survivor, watch_until=0
    )


def _close(notifier: Notifier, state: EventState, action: Action) -> EventState:
    state = replace(_end(notifier, state, action), closed_at=action.ts, heard=0, recurred=False)
    return tallies.closed(notifier, state, action.ts)


def _reopen(notifier: Notifier, state: EventState, action: Action) -> EventState:
    if state.closed_at and state.closed_at == state.ended_at:
        state = tally(notifier, state, action.ts, "reopened")
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


_EFFECTS: dict[Kind, Callable[[Notifier, EventState, Action], EventState]] = {
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPT: _accept,
    Kind.HANDLE: _handle,
    Kind.REWORK: _rework,
    Kind.RETURN: _return,
    Kind.CLOSE: _close,
    Kind.REJECT: _end,
    Kind.MERGE: _end,
    Kind.REOPEN: _reopen,
    Kind.SUSPEND: suspend,
    Kind.RESUME: resume,
    Kind.EXTEND: extend,
    Kind.ACKNOWLEDGE: acknowledge,
    Kind.UNACKNOWLEDGE: unacknowledge,
    Kind.REVISIT: tallies.revisit,
    Kind.URGE: urge,
    Kind.COMMENT: comment,
    Kind.HAND_OVER: hand_over,
    Kind.CHECK_IN: check_in,
    Kind.CORRECT: correct,
    Kind.EXCLUDE: exclude,
    Kind.RESTORE: exclude,
    Kind.VOID: void,
    Kind.UNVOID: void,
    Kind.RECUR: tallies.recur,
    Kind.ABSORB: absorb,
}
