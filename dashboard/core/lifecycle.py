"""Which step may follow which: the lifecycle as a table of data.

A row says from which statuses an action is allowed, where it leads, and which fields
it must carry. What else it changes is in :mod:`dashboard.core.transition`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.events import ENDED, Action, Kind, Status

S = Status
_ALL = frozenset(Status)
_OPEN = _ALL - ENDED
_WITH_DEPARTMENT = frozenset({S.DISPATCHED, S.ACCEPTED, S.REWORK})


@dataclass(frozen=True)
class Step:
    """One row of the lifecycle; ``to`` None keeps the status (or restores the one before)."""

    allowed_from: frozenset[Status]
    to: Status | None
    needs: tuple[str, ...] = ()


def _of(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


LIFECYCLE: dict[Kind, Step] = {
    Kind.REPORT: Step(frozenset(), S.REPORTED, ("level", "category")),
    Kind.REGISTER: Step(_of(S.REPORTED), S.REGISTERED),
    Kind.REJECT: Step(
        _of(S.REPORTED, S.REGISTERED, S.DISPATCHED, S.ACCEPTED, S.RETURNED), S.REJECTED
    ),
    Kind.DISPATCH: Step(_of(S.REGISTERED, S.RETURNED, S.DISPATCHED), S.DISPATCHED, ("department",)),
    Kind.ACCEPT: Step(_of(S.DISPATCHED, S.REWORK), S.ACCEPTED),
    Kind.HANDLE: Step(_WITH_DEPARTMENT, S.HANDLED),
    Kind.VERIFY: Step(_of(S.HANDLED), S.VERIFIED),
    Kind.REWORK: Step(_of(S.HANDLED, S.VERIFIED), S.REWORK),
    # a source that keeps no verification closes what was handled
    Kind.CLOSE: Step(_of(S.HANDLED, S.VERIFIED), S.CLOSED),
    Kind.REVISIT: Step(_of(S.CLOSED), None),
    Kind.RETURN: Step(_WITH_DEPARTMENT, S.RETURNED),
    Kind.REOPEN: Step(_of(S.CLOSED, S.REJECTED), S.REGISTERED),
    Kind.MERGE: Step(_OPEN, S.MERGED, ("target",)),
    Kind.SUSPEND: Step(_WITH_DEPARTMENT | {S.REGISTERED}, S.SUSPENDED),
    Kind.RESUME: Step(_of(S.SUSPENDED), None),
    Kind.EXTEND: Step(_WITH_DEPARTMENT | {S.SUSPENDED}, None, ("until",)),
    Kind.URGE: Step(_OPEN, None),
    Kind.ESCALATE: Step(_ALL, None),
    Kind.ACKNOWLEDGE: Step(_WITH_DEPARTMENT, None),
    Kind.CORRECT: Step(_ALL, None),
}


def refusal(status: Status | None, action: Action) -> str | None:
    """Why the lifecycle does not allow ``action`` now; None if it does.

    ``status`` is None for an event that has not been reported.
    """
    step = LIFECYCLE[action.kind]
    for name in step.needs:
        if getattr(action, name) in (None, ""):
            return f"{action.kind} needs {name}"
    if action.kind is Kind.REPORT:
        return None if status is None else "already reported"
    if status is None:
        return "unknown event"
    if status not in step.allowed_from:
        return f"{action.kind} is not allowed from {status}"
    return None
