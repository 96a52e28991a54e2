"""Which step may follow which, who may take it and what it needs: a table of data.

A row says from which statuses an action is allowed, where it leads, which fields it must
carry and which roles may do it. What else it changes is in :mod:`dashboard.core.transition`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.events import ENDED, Action, Channel, Kind, Status
from dashboard.core.state import EventState

S = Status
_ALL = frozenset(Status)
_OPEN = _ALL - ENDED
_STANDING = _ALL - {S.MERGED}
_WITH_DEPARTMENT = frozenset({S.DISPATCHED, S.ACCEPTED, S.REWORK})

#: a connected system that speaks for everybody; an empty actor counts as one
SOURCE = "source"
DEPARTMENT = "dept"
GRID = "grid"
CLOCK = "clock"
#: the centres and the leaders above them
UNITS = frozenset({"centre", "township", "county", "city"})
REPORTERS = frozenset(str(channel) for channel in Channel)
ROLES = UNITS | REPORTERS | {SOURCE, DEPARTMENT, GRID, CLOCK}

_ANYBODY = UNITS | REPORTERS | {GRID, DEPARTMENT}
_WORKERS = UNITS | {DEPARTMENT}
_ENGINE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One row of the lifecycle; ``to`` None keeps the status (or restores the one before)."""

    allowed_from: frozenset[Status]
    to: Status | None
    #: roles besides a source, which may do all
    by: frozenset[str]
    needs: tuple[str, ...] = ()


def _of(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


LIFECYCLE: dict[Kind, Step] = {
    Kind.REPORT: Step(frozenset(), S.REPORTED, _ANYBODY, ("level", "category")),
    Kind.REGISTER: Step(_of(S.REPORTED), S.REGISTERED, UNITS),
    Kind.REJECT: Step(
        _of(S.REPORTED, S.REGISTERED, S.DISPATCHED, S.ACCEPTED, S.RETURNED), S.REJECTED, UNITS
    ),
    Kind.DISPATCH: Step(
        _of(S.REGISTERED, S.RETURNED, S.DISPATCHED), S.DISPATCHED, UNITS, ("department",)
    ),
    Kind.ACCEPT: Step(_of(S.DISPATCHED, S.REWORK), S.ACCEPTED, _WORKERS),
    Kind.HANDLE: Step(_WITH_DEPARTMENT, S.HANDLED, _WORKERS),
    Kind.VERIFY: Step(_of(S.HANDLED), S.VERIFIED, UNITS | {GRID}),
    Kind.REWORK: Step(_of(S.HANDLED, S.VERIFIED), S.REWORK, UNITS | {GRID}),
    # a source that keeps no verification closes what was handled
    Kind.CLOSE: Step(_of(S.HANDLED, S.VERIFIED), S.CLOSED, UNITS),
    Kind.REVISIT: Step(_of(S.CLOSED), None, UNITS | REPORTERS | {GRID}),
    Kind.RETURN: Step(_WITH_DEPARTMENT, S.RETURNED, _WORKERS),
    Kind.REOPEN: Step(_of(S.CLOSED, S.REJECTED), S.REGISTERED, UNITS),
    Kind.MERGE: Step(_OPEN, S.MERGED, UNITS, ("target",)),
    Kind.SUSPEND: Step(_WITH_DEPARTMENT | {S.REGISTERED}, S.SUSPENDED, _WORKERS),
    Kind.RESUME: Step(_of(S.SUSPENDED), None, _WORKERS),
    Kind.EXTEND: Step(_WITH_DEPARTMENT | {S.SUSPENDED}, None, _WORKERS, ("until",)),
    Kind.URGE: Step(_OPEN, None, UNITS | REPORTERS | {GRID}),
    Kind.ESCALATE: Step(_ALL, None, frozenset({CLOCK})),
    Kind.ACKNOWLEDGE: Step(_WITH_DEPARTMENT, None, _WORKERS),
    Kind.HAND_OVER: Step(_WITH_DEPARTMENT | {S.SUSPENDED}, None, _WORKERS, ("to",)),
    Kind.CHECK_IN: Step(_OPEN, None, _ANYBODY),
    Kind.CORRECT: Step(_STANDING, None, UNITS | {GRID}),
    Kind.EXCLUDE: Step(_STANDING, None, UNITS, ("reason",)),
    Kind.RESTORE: Step(_STANDING, None, UNITS, ("reason",)),
    Kind.RECUR: Step(_STANDING, None, _ENGINE, ("until",)),
    Kind.ABSORB: Step(_STANDING, None, _ENGINE, ("target",)),
}


def refusal(state: EventState | None, action: Action) -> str | None:
    """Why the lifecycle does not allow ``action`` now; None if it does.

    ``state`` is None for an event that has not been reported. What is addressed to a merged
    event is not judged here: it goes on to the survivor.
    """
    step = LIFECYCLE[action.kind]
    for name in step.needs:
        if getattr(action, name) in (None, ""):
            return f"{action.kind} needs {name}"
    if action.kind is Kind.REPORT and state is not None:
        return "already reported"
    if state is None and action.kind is not Kind.REPORT:
        return "not reported yet"
    return _actor_refusal(step, state, action) or _special_refusal(step, state, action)


def _actor_refusal(step: Step, state: EventState | None, action: Action) -> str | None:
    role, _, code = action.actor.partition(":")
    if role in ("", SOURCE):
        return None
    if role not in ROLES:
        return f"unknown role {role}"
    if role not in step.by:
        return f"{action.kind} may not be done by {role}"
    if role == DEPARTMENT and state is not None and state.department != code:
        return f"not with {action.actor}"
    return None


def _special_refusal(step: Step, state: EventState | None, action: Action) -> str | None:
    if state is None:
        return None
    if state.status not in step.allowed_from:
        return f"{action.kind} is not allowed from {state.status}"
    kind = action.kind
    if kind is Kind.DISPATCH and state.status is S.DISPATCHED:
        if state.department == action.department:
            return f"already with {action.department}"
    elif kind is Kind.EXCLUDE and state.excluded:
        return "already excluded"
    elif kind is Kind.RESTORE and not state.excluded:
        return "not excluded"
    elif kind is Kind.CHECK_IN and not state.level.urgent:
        return "nobody needs to stay on site"
    elif kind is Kind.REVISIT and action.ratings and not _own_grid(state, action.actor):
        return "ratings from outside the grid"
    return None


def _own_grid(state: EventState, actor: str) -> bool:
    role, _, code = actor.partition(":")
    return role in ("", SOURCE) or (role == GRID and bool(code) and code in state.place)
