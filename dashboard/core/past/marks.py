"""The notable moments of a day, for the time machine: escalation steps and red reports. Pure.

Made from the same turns as the wall of a moment, so a mark is where the wall changed. A busy day
has thousands; they are grouped by five minutes, with the gravest of each by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from dashboard.core.lifecycle.replay import Turn
from dashboard.core.model.actions import Kind, Level
from dashboard.core.model.state import EventState

SLOT_MS = 300_000
STEPS = 4
#: marks of a slot that are listed one by one
NAMED = 8


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """One notable change of an event or a warning. Times are ms UTC."""

    at: int
    #: red (a red report), step, raised or ended (a warning)
    what: str
    event_id: str = ""
    #: step: which clock reached which step
    clock: str = ""
    step: int = 0
    level: str = ""
    category: str = ""
    #: the finest place
    place: str = ""
    #: a warning's counts: seen, and usual
    observed: int = 0
    expected: float = 0.0

    @property
    def weight(self) -> tuple[int, int, int]:
        """The gravest first: red reports, warnings, then steps from the highest down."""
        first = {"red": 0, "raised": 1, "ended": 3}.get(self.what, 2)
        rank = Level(self.level).rank if self.level else 0
        return first, -self.step, -rank


class Slot(msgspec.Struct, kw_only=True):
    """Five minutes (from ``at``, ms) with at least one mark."""

    at: int
    red: int = 0
    #: how many clocks reached step 1 … 4
    steps: list[int] = msgspec.field(default_factory=lambda: [0] * STEPS)
    raised: int = 0
    ended: int = 0
    named: list[Mark] = msgspec.field(default_factory=list)


def marks_of(before: EventState | None, turns: Iterable[Turn], start: int, end: int) -> list[Mark]:
    """Marks from ``start`` until before ``end`` (ms) in an event's turns, in order."""
    out = []
    last = before
    for turn in turns:
        if start <= turn.at < end:
            out += _marks(last, turn)
        last = turn.state
    return out


def _marks(before: EventState | None, turn: Turn) -> list[Mark]:
    state, out = turn.state, []
    reported = turn.item is not None and turn.item.action.kind is Kind.REPORT
    if reported and state.level is Level.RED:
        out.append(_mark(turn.at, "red", state))
    for name in ("respond", "handle"):
        clock = getattr(state, name)
        was = None if before is None else getattr(before, name)
        if clock is not None and clock.step > (0 if was is None else was.step):
            out.append(_mark(turn.at, "step", state, name, clock.step))
    return out


def _mark(at: int, what: str, state: EventState, clock: str = "", step: int = 0) -> Mark:
    return Mark(
        at=at,
        what=what,
        event_id=state.event_id,
        clock=clock,
        step=step,
        level=str(state.level),
        category=state.category,
        place=next((code for code in reversed(state.place) if code), ""),
    )


def slots(marks: Iterable[Mark], start: int) -> list[Slot]:
    """The marks of a day that begins at ``start`` (ms), gathered; empty stretches are left out."""
    found: dict[int, Slot] = {}
    held: dict[int, list[Mark]] = {}
    for mark in marks:
        at = start + (mark.at - start) // SLOT_MS * SLOT_MS
        slot = found.setdefault(at, Slot(at=at))
        held.setdefault(at, []).append(mark)
        if mark.what == "step":
            slot.steps[min(mark.step, STEPS) - 1] += 1
        else:
            setattr(slot, mark.what, getattr(slot, mark.what) + 1)
    for at, slot in found.items():
        slot.named = _gravest(held[at])
    return [found[at] for at in sorted(found)]


def _gravest(marks: Sequence[Mark]) -> list[Mark]:
    ordered = sorted(marks, key=lambda mark: (mark.weight, mark.at, mark.event_id))[:NAMED]
    return sorted(ordered, key=lambda mark: (mark.at, mark.weight, mark.event_id))
