"""The grid ledger (网格台账): what happened in one grid, and its monthly sums. Pure.

A row holds roles and units, never a person, no free text and no coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.state import EventState, Outcome, Standing
from dashboard.core.model.vocabulary import Status

MEASURES = ("reported", "closed", "overdue", "returned", "reworked")
_COUNTED = {Kind.CLOSE: "closed", Kind.RETURN: "returned", Kind.REWORK: "reworked"}


class LedgerAction(msgspec.Struct, kw_only=True):
    """One action in a row; times are ms UTC."""

    at: int
    kind: str
    actor: str
    outcome: str
    #: dispatch: to whom
    department: str = ""


class LedgerRow(msgspec.Struct, kw_only=True):
    """One event's present state, and its actions in order of time. Times in ms UTC, 0 for none."""

    event_id: str
    reported_at: int
    level: str
    category: str
    channel: str
    status: str
    department: str
    dispatched_at: int
    handled_at: int
    ended_at: int
    #: whether it has ever been overdue, and whether it is
    was_overdue: bool
    overdue: bool
    returns: int
    reworks: int
    reopens: int
    excluded: bool
    actions: list[LedgerAction]
    #: actions that are not shown, the latest ones
    left_out: int = 0


class LedgerSums(msgspec.Struct, kw_only=True):
    """What happened in a month (YYYY-MM): counts by :data:`MEASURES`, each on its own day.

    Level and category are those the event has now.
    """

    month: str
    all: dict[str, int]
    by_level: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    by_category: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    #: kind of action → how many had an effect
    steps: dict[str, int] = msgspec.field(default_factory=dict)
    #: measures of the scores (docs/scoring.md), as they count there
    scored: dict[str, int] = msgspec.field(default_factory=dict)
    #: of the month's events, those that are open or overdue now
    open: int = 0
    overdue_now: int = 0
    #: events closed in the month, and still closed
    closed: int = 0
    #: events reported in the month that are open or overdue now
    reported_open: int = 0
    reported_overdue: int = 0


def empty(month: str) -> LedgerSums:
    return LedgerSums(month=month, all=dict.fromkeys(MEASURES, 0))


def count(
    sums: LedgerSums, state: EventState, applied: Iterable[Action], start: int, end: int
) -> None:
    """Add an event: its state, and its applied actions of the time from ``start`` to ``end``."""
    found = dict.fromkeys(MEASURES, 0)
    found["reported"] = int(start <= state.reported_at < end)
    found["overdue"] = sum(start <= since < end for since, _ in state.late)
    for action in applied:
        sums.steps[action.kind] = sums.steps.get(action.kind, 0) + 1
        if action.kind in _COUNTED:
            found[_COUNTED[action.kind]] += 1
    for measure, n in _scored(state, start, end):
        sums.scored[measure] = sums.scored.get(measure, 0) + n
    if state.open:
        sums.open += 1
        sums.overdue_now += int(state.overdue)
        sums.reported_open += found["reported"]
        sums.reported_overdue += found["reported"] * int(state.overdue)
    elif state.status == Status.CLOSED:
        sums.closed += int(start <= state.ended_at < end)
    groups = (
        sums.all,
        sums.by_level.setdefault(str(state.level), dict.fromkeys(MEASURES, 0)),
        sums.by_category.setdefault(state.category, dict.fromkeys(MEASURES, 0)),
    )
    for group in groups:
        for measure, n in found.items():
            group[measure] += n


def _scored(state: EventState, start: int, end: int) -> Iterator[tuple[str, int]]:
    """What the event adds to the scores of the month: nothing if it is excluded or void."""
    if state.excluded or state.void is not None:
        return
    for tally in state.tallies:
        if start <= tally.at < end and tally.standing is not Standing.LATE:
            yield tally.measure, tally.amount


def row(state: EventState, actions: Iterable[tuple[Action, Outcome]], left_out: int) -> LedgerRow:
    """An event's row; ``actions`` with what became of each, in the order of time."""
    return LedgerRow(
        event_id=state.event_id,
        reported_at=state.reported_at,
        level=str(state.level),
        category=state.category,
        channel=state.channel,
        status=str(state.status),
        department=state.department,
        dispatched_at=state.dispatched_at,
        handled_at=state.handled_at,
        ended_at=state.ended_at,
        was_overdue=bool(state.late),
        overdue=state.overdue,
        returns=state.returns,
        reworks=state.reworks,
        reopens=state.reopens,
        excluded=state.excluded,
        actions=[
            LedgerAction(
                at=action.ts,
                kind=str(action.kind),
                actor=action.actor,
                outcome=outcome.name.lower(),
                department=action.department,
            )
            for action, outcome in actions
        ],
        left_out=left_out,
    )
