"""Which step may follow which, who may take it and what it needs: a table of data.

A row has the statuses from which an action is allowed, the status it leads to, the fields it must
carry and the roles that may do it. What else it changes is in
:mod:`dashboard.core.lifecycle.transitions`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.model.actions import ENDED, Action, Channel, Kind, Precision, Status
from dashboard.core.model.state import EventState

S = Status
_ALL = frozenset(Status)
_OPEN = _ALL - ENDED
_NOT_MERGED = _ALL - {S.MERGED}
_WITH_DEPARTMENT = frozenset({S.DISPATCHED, S.ACCEPTED, S.REWORK})

#: a connected system, which may do everything; an empty actor counts as one
SOURCE = "source"
DEPARTMENT = "dept"
GRID = "grid"
CLOCK = "clock"
#: the centres and the leaders above them
UNITS = frozenset({"centre", "township", "county", "city"})
REPORTERS = frozenset(str(channel) for channel in Channel)
ROLES = UNITS | REPORTERS | {SOURCE, DEPARTMENT, GRID, CLOCK}

#: why an action is refused whose name is known
OTHER_CONTENT = "known by this name with other content, which is kept"

_EVERY_ROLE = UNITS | REPORTERS | {GRID, DEPARTMENT}
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
    #: what else happens, for people
    changes: str = ""


def _of(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


LIFECYCLE: dict[Kind, Step] = {
    Kind.REPORT: Step(
        frozenset(),
        S.REPORTED,
        _EVERY_ROLE,
        ("level", "category"),
        changes="the event begins; an orange or red one reported from the site starts the watch",
    ),
    Kind.REGISTER: Step(
        _of(S.REPORTED), S.REGISTERED, UNITS, changes="the centre takes the event on"
    ),
    Kind.REJECT: Step(
        _of(S.REPORTED, S.REGISTERED, S.DISPATCHED, S.ACCEPTED, S.RETURNED),
        S.REJECTED,
        UNITS,
        changes="the event ends; clocks and watch stop",
    ),
    Kind.DISPATCH: Step(
        _of(S.REGISTERED, S.RETURNED, S.DISPATCHED),
        S.DISPATCHED,
        UNITS,
        ("department",),
        changes="both clocks restart; the alarm of a red event is on until it is accepted or "
        "acknowledged; counted as dispatched. From dispatched only to another department",
    ),
    Kind.ACCEPT: Step(
        _of(S.DISPATCHED, S.REWORK),
        S.ACCEPTED,
        _WORKERS,
        changes="the respond clock and the alarm stop",
    ),
    Kind.HANDLE: Step(
        _WITH_DEPARTMENT,
        S.HANDLED,
        _WORKERS,
        changes="clocks and watch stop; counted as in time or late",
    ),
    Kind.VERIFY: Step(_of(S.HANDLED), S.VERIFIED, UNITS | {GRID}, changes="the result is good"),
    Kind.REWORK: Step(
        _of(S.HANDLED, S.VERIFIED),
        S.REWORK,
        UNITS | {GRID},
        changes="the result is not good: the handle clock restarts with a share of the time",
    ),
    # a source that keeps no verification closes what was handled
    Kind.CLOSE: Step(
        _of(S.HANDLED, S.VERIFIED), S.CLOSED, UNITS, changes="the event ends; counted as closed"
    ),
    Kind.REVISIT: Step(
        _of(S.CLOSED),
        None,
        UNITS | REPORTERS | {GRID},
        changes="the reporter's answer and the grid member's ratings count for the closing, once; "
        "ratings only from the event's own grid",
    ),
    Kind.RETURN: Step(
        _WITH_DEPARTMENT,
        S.RETURNED,
        _WORKERS,
        changes="clocks stop; the dispatch counts as failed",
    ),
    Kind.REOPEN: Step(
        _of(S.CLOSED, S.REJECTED), S.REGISTERED, UNITS, changes="the event is open again"
    ),
    Kind.MERGE: Step(
        _OPEN,
        S.MERGED,
        UNITS,
        ("target",),
        changes="the event ends; its later actions are forwarded to the surviving event",
    ),
    Kind.SUSPEND: Step(
        _WITH_DEPARTMENT | {S.REGISTERED}, S.SUSPENDED, _WORKERS, changes="the clocks pause"
    ),
    Kind.RESUME: Step(_of(S.SUSPENDED), None, _WORKERS, changes="the clocks continue"),
    Kind.EXTEND: Step(
        _WITH_DEPARTMENT | {S.SUSPENDED},
        None,
        _WORKERS,
        ("until",),
        changes="the handle clock ends later; steps that are not due any more can be taken again. "
        "With `due` (the source's own date has changed) it ends exactly then, also if that is "
        "earlier",
    ),
    Kind.URGE: Step(
        _OPEN, None, UNITS | REPORTERS | {GRID}, changes="the department is urged to hurry"
    ),
    Kind.ESCALATE: Step(
        _ALL, None, frozenset({CLOCK}), changes="time passes: every step that is due is taken"
    ),
    Kind.ACKNOWLEDGE: Step(
        _WITH_DEPARTMENT,
        None,
        _WORKERS,
        changes="a unit takes responsibility: the respond clock and the alarm stop",
    ),
    Kind.UNACKNOWLEDGE: Step(
        _WITH_DEPARTMENT,
        None,
        _WORKERS,
        changes="takes back an acknowledgement: the alarm and the respond clock are as before it, "
        "the time in between counts; not after another step has followed",
    ),
    Kind.HAND_OVER: Step(
        _WITH_DEPARTMENT | {S.SUSPENDED},
        None,
        _WORKERS,
        ("to",),
        changes="another unit is responsible until the ladder names the next",
    ),
    Kind.CHECK_IN: Step(
        _OPEN,
        None,
        _EVERY_ROLE,
        changes="orange and red: the watch continues, or ends when the scene is stable",
    ),
    Kind.COMMENT: Step(
        _NOT_MERGED,
        None,
        UNITS | {GRID, DEPARTMENT},
        ("text",),
        changes="a note for readers of the event; at most 500 characters, what names a person "
        "is masked",
    ),
    Kind.CORRECT: Step(
        _NOT_MERGED,
        None,
        UNITS | {GRID},
        changes="level, category, place or position have the new value from now on; limits of a "
        "new level begin now, an overdue event stays overdue. Of an ended one also the department",
    ),
    Kind.EXCLUDE: Step(
        _NOT_MERGED,
        None,
        UNITS,
        ("reason",),
        changes="a granted appeal excludes the event from the scores",
    ),
    Kind.RESTORE: Step(_NOT_MERGED, None, UNITS, ("reason",), changes="the event counts again"),
    Kind.VOID: Step(
        _ALL,
        None,
        UNITS,
        ("reason",),
        changes="the event is out of every count as if it had not been, and no one is notified of "
        "it; what came from it to other events is left out there",
    ),
    Kind.UNVOID: Step(
        _ALL, None, UNITS, ("reason",), changes="takes the voiding back: the event counts again"
    ),
    Kind.RECUR: Step(
        _NOT_MERGED,
        None,
        _ENGINE,
        ("until",),
        changes="the event's last closing counts as a recurrence",
    ),
    Kind.ABSORB: Step(
        _NOT_MERGED, None, _ENGINE, ("target",), changes="a duplicate is merged into the event"
    ),
}


_IN_TURN = (
    "report correct register accept acknowledge unacknowledge urge comment check_in extend "
    "hand_over return rework dispatch suspend resume handle verify close revisit reopen exclude "
    "restore reject merge void unvoid recur absorb escalate"
)
_TURNS = {Kind(name): turn for turn, name in enumerate(_IN_TURN.split(), 1)}
_COARSE = frozenset({Precision.MIN, Precision.DAY})


def turn(action: Action) -> int:
    """Its turn among the actions of one moment: 0 if its time is exact, those come first.

    For the others the order of arrival means nothing. A step back (return, rework) is before the
    step onward that could follow it, so that most of them are lawful.
    """
    return _TURNS[action.kind] if action.precision in _COARSE else 0


def refusal(
    state: EventState | None, action: Action, *, department_closes: bool = False
) -> str | None:
    """Why the lifecycle does not allow ``action`` now; None if it does.

    ``department_closes``: in this city a department may close what is with it.
    ``state`` is None for an event that has not been reported. What is addressed to a merged
    event is not judged here: it goes on to the survivor.
    """
    step = LIFECYCLE[action.kind]
    if action.differs:
        return OTHER_CONTENT
    if (lacks := missing(action)) is not None:
        return lacks
    if action.kind is Kind.REPORT and state is not None:
        return "already reported"
    if state is None and action.kind is not Kind.REPORT:
        return "not reported yet"
    if action.voids_itself and (action.source or _role(action) == SOURCE):
        return f"{action.kind} may not be done by a source"
    reason = _actor_refusal(step, state, action, department_closes)
    return reason or _special_refusal(step, state, action)


def missing(action: Action) -> str | None:
    """Which field the action lacks, as a reason to refuse it; None if none."""
    for name in LIFECYCLE[action.kind].needs:
        if getattr(action, name) in (None, ""):
            return f"{action.kind} needs {name}"
    return None


def may_wait(state: EventState | None, action: Action) -> bool:
    """Whether a refused action may become lawful by what happens next, within its time.

    Not one that asks for what is so already: then the same step was sent twice, and would be taken
    again after, say, a return.
    """
    if action.differs or action.latest == action.ts:
        return False
    if action.kind in (Kind.REPORT, Kind.ESCALATE):
        return False
    if missing(action) is not None:
        return False
    if state is None or action.voids:
        return state is None
    # opened again and registered are one status, but not one step
    repeats = LIFECYCLE[action.kind].to is state.status and action.kind is not Kind.REOPEN
    elsewhere = action.kind is Kind.DISPATCH and state.department != action.department
    return state.status is not S.MERGED and (not repeats or elsewhere)


def _role(action: Action) -> str:
    return action.actor.partition(":")[0]


def _actor_refusal(
    step: Step, state: EventState | None, action: Action, department_closes: bool
) -> str | None:
    role, _, code = action.actor.partition(":")
    if role in ("", SOURCE):
        return None
    if role not in ROLES:
        return f"unknown role {role}"
    closes = department_closes and action.kind is Kind.CLOSE and role == DEPARTMENT
    if role not in step.by and not closes:
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
    elif kind is Kind.CORRECT and action.department and state.open:
        return "an open event is dispatched to another department, not corrected"
    elif kind is Kind.UNACKNOWLEDGE and state.answer is None:
        return "no acknowledgement to take back"
    elif kind is Kind.EXCLUDE and state.excluded:
        return "already excluded"
    elif kind is Kind.RESTORE and not state.excluded:
        return "not excluded"
    elif action.voids_itself and (kind is Kind.VOID) is (state.void is not None):
        return "already voided" if kind is Kind.VOID else "not voided"
    elif kind is Kind.CHECK_IN and not state.level.urgent:
        return "nobody needs to stay on site"
    elif kind is Kind.REVISIT and action.ratings and not _own_grid(state, action.actor):
        return "ratings from outside the grid"
    return None


def _own_grid(state: EventState, actor: str) -> bool:
    role, _, code = actor.partition(":")
    return role in ("", SOURCE) or (role == GRID and bool(code) and code in state.place)
