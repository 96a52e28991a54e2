"""What a row of a snapshot changes in an event that is known: the actions that bring it in line.

In: an event's state, and the case that a row describes now. Out: actions such as reopen, correct,
dispatch, extend, close; none if the row reports what it reported before. Pure.

The last row that an event was brought in line with is part of its state (`EventState.row`): a key
of each part of the row, and how often it has changed. Only parts that differ from it are applied,
so that what people did in Gridwall holds until the source itself reports otherwise. The actions
are named after that row and the new one: the same file again changes nothing, and a row that goes
back to an earlier content is a change again.

A change is dated by the row's own time of change, else when the file became known. An end has
its own date. What must be moved to be lawful is marked as not measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from dashboard.config.cities import City
from dashboard.core.lifecycle.paths import path
from dashboard.core.model.actions import Action, Kind, Level, Status
from dashboard.core.model.names import row_step
from dashboard.core.model.state import EventState
from data_sources.intake.formats import PARTS, Case, Outcome, read_key, row_key

_STATUS: dict[Outcome, Status] = {
    "reported": Status.REPORTED,
    "open": Status.DISPATCHED,
    "accepted": Status.ACCEPTED,
    "closed": Status.CLOSED,
    "rejected": Status.REJECTED,
    "returned": Status.RETURNED,
}
_AT_WORK = frozenset(
    {Status.ACCEPTED, Status.REWORK, Status.SUSPENDED, Status.HANDLED, Status.VERIFIED}
)
#: where an event may be for a row that reports this outcome
_AGREES: dict[Outcome, frozenset[Status]] = {
    # it claims nothing
    "reported": frozenset(Status),
    "open": _AT_WORK | {Status.DISPATCHED},
    "accepted": _AT_WORK,
    "closed": frozenset({Status.CLOSED}),
    "rejected": frozenset({Status.REJECTED}),
    "returned": frozenset({Status.RETURNED}),
}
_CLOCKED = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.REWORK, Status.SUSPENDED})
#: the steps that an end consists of; what comes before prepares it
_ENDING: dict[Outcome, tuple[Kind, ...]] = {
    "reported": (),
    "open": (),
    "accepted": (Kind.ACCEPT,),
    "closed": (Kind.HANDLE, Kind.CLOSE),
    "rejected": (Kind.REJECT,),
    "returned": (Kind.RETURN,),
}

_OPEN = ("open", "accepted")
_STOPS = (Kind.HANDLE, Kind.RETURN, Kind.REJECT)


def changes(state: EventState, case: Case, city: City, now: int, source: str) -> list[Action]:
    """The actions that bring an event in line with its row; ``now`` (ms) is when it is known."""
    number, before = read_key(state.row)
    _, after = read_key(row_key(case))
    differing = {name for name in PARTS if before.get(name) != after[name]}
    if not differing or state.status is Status.MERGED or state.void is not None:
        # a merged event goes on as another one, which has a row of its own; a voided one is out
        return []
    key = row_key(case, number + 1)
    made = _Change(state, case, city, now, source, key, differing)
    steps = list(made.steps())
    if before and not steps:
        steps = [made.noted()]
    if steps:
        steps[-1] = msgspec.structs.replace(steps[-1], row=key)
    return steps


class _Change:
    """One row that differs from what is known of its event."""

    def __init__(
        self,
        state: EventState,
        case: Case,
        city: City,
        now: int,
        source: str,
        key: str,
        differing: set[str],
    ) -> None:
        self._state, self._case, self._city = state, case, city
        self._source, self._differing = source, differing
        self._name = blake2b(f"{state.row}>{key}".encode(), digest_size=9).hexdigest()
        self._count = 0
        reopened = state.past_ends[-1][1] if state.past_ends else 0
        #: the last step that the ways of the lifecycle depend on
        self._since = max(
            state.reported_at, state.dispatched_at, state.accepted_at, state.handled_at,
            state.ended_at, reopened,
        )  # fmt: skip
        stated = case.changed if case.changed > self._since else now
        #: when the row was changed, after all that has happened to the event
        self._at = max(stated, self._since + 1)

    def steps(self) -> Iterator[Action]:
        """The actions, in the order in which they are lawful."""
        yield from self._corrections()
        way = self._way()
        yield from self._along(way)
        if Kind.DISPATCH not in way:
            yield from self._new_due(way)

    def noted(self) -> Action:
        """What has no step of its own, such as a due date that was withdrawn, on record."""
        parts = ", ".join(name for name in PARTS if name in self._differing)
        return self._act(Kind.CORRECT, self._at, {"reason": f"not taken over: {parts}"})

    def _corrections(self) -> Iterator[Action]:
        """What was reported wrongly."""
        state, case, fields = self._state, self._case, dict[str, Any]()
        if "category" in self._differing and case.category != state.category:
            known = self._city.categories.get(case.category)
            fields.update(category=case.category, level=known.level if known else Level.BLUE)
        if "place" in self._differing and any(case.place) and case.place != state.place:
            fields.update(place=case.place)
        located = "position" in self._differing and case.lat is not None
        if located and (case.lat, case.lon) != (state.lat, state.lon):
            fields.update(lat=case.lat, lon=case.lon)
        if not state.open and self._moves and self._stays_ended:
            fields.update(department=case.department)
        if fields:
            yield self._act(Kind.CORRECT, self._at, fields)

    @property
    def _moves(self) -> bool:
        """Whether the row names another department."""
        return "department" in self._differing and self._case.department != self._state.department

    @property
    def _stays_ended(self) -> bool:
        """Whether an ended event has ended in the row as well, and no later."""
        state, case = self._state, self._case
        if state.open or state.status not in _AGREES[case.outcome]:
            return False
        later = state.status is Status.CLOSED and case.ended > state.ended_at
        return not (later and "outcome" in self._differing)

    def _way(self) -> tuple[Kind, ...]:
        """The steps from where the event is to where its row reports it."""
        state, case = self._state, self._case
        target, status = _STATUS[case.outcome], state.status
        if self._stays_ended:
            return ()
        way: tuple[Kind, ...] = ()
        if not state.open and status is target:
            # closed again, later: it must have been open in between
            way, status = (Kind.REOPEN,), Status.REGISTERED
        elif self._moves and state.open and target is not Status.REJECTED:
            leads = path(status, Status.DISPATCHED, state.before)
            way = (Kind.DISPATCH,) if status is Status.DISPATCHED else leads or ()
            status = Status.DISPATCHED
        if status not in _AGREES[case.outcome] and (way or "outcome" in self._differing):
            way += path(status, target, state.before) or ()
        return way

    def _along(self, way: tuple[Kind, ...]) -> Iterator[Action]:
        """The actions of a way, each at its time."""
        case = self._case
        cut = len(way)
        while cut and way[cut - 1] in _ENDING[case.outcome]:
            cut -= 1
        first, last = way[:cut], way[cut:]
        end = case.ended if last else 0
        moved = bool(last) and end < self._since
        end = max(end, self._since)
        # what prepares an end comes before it, even if it became known later
        at = min(self._at, end) if last else self._at
        for kind in first:
            yield self._act(kind, at, self._fields(kind), unmeasured=bool(last) and at < self._at)
        blind = moved or case.unmeasured or (bool(last) and bool(first) and at < self._at)
        for kind in last:
            yield self._act(kind, end, {}, unmeasured=blind)

    def _fields(self, kind: Kind) -> Mapping[str, Any]:
        if kind is not Kind.DISPATCH:
            return {}
        return {"department": self._case.department, "due": self._case.due, "no_respond": True}

    def _new_due(self, way: tuple[Kind, ...]) -> Iterator[Action]:
        """The source's own due date, if it has another one now."""
        case, state = self._case, self._state
        if "due" not in self._differing or case.due is None or case.outcome not in _OPEN:
            return
        if state.status in _CLOCKED and not any(kind in _STOPS for kind in way):
            yield self._act(Kind.EXTEND, self._at, {"until": case.due, "due": case.due})

    def _act(
        self, kind: Kind, at: int, fields: Mapping[str, Any], *, unmeasured: bool = False
    ) -> Action:
        self._count += 1
        return Action(
            action_id=row_step(self._state.event_id, kind, f"{self._name}.{self._count}"),
            event_id=self._state.event_id,
            kind=kind,
            ts=at,
            actor=f"source:{self._source}",
            source=self._source,
            unmeasured=unmeasured,
            **fields,
        )
