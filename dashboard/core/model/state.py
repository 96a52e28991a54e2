"""What the fold remembers of one event, and nothing about a person.

``EventState`` is what happened to the event, compact on purpose: a store keeps it for every
open event. ``Mark`` is one action received for it, so that repeats are known, and what came
late can be put in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from hashlib import blake2b

import msgspec

from dashboard.core.model.actions import DONE, ENDED, Level, Status


class Clock(msgspec.Struct, array_like=True, frozen=True):
    """A respond or handle clock; times in ms, ``limit`` and ``spent`` in clock time.

    It is stopped while ``since`` is None (suspended, or the work is done).
    """

    limit: int
    since: int | None
    spent: int = 0
    #: counted in working hours
    working: bool = False
    #: the last escalation step that was reached, 0 to 4
    step: int = 0
    #: made from the source's own due date
    given: bool = False
    #: share of the level's limit that it has; less for rework
    share: float = 1.0


class Answer(msgspec.Struct, array_like=True, frozen=True):
    """What an acknowledgement ended, so that it can be taken back."""

    alarm: bool
    #: of the acknowledgement before, 0 if there was none
    acknowledged_at: int
    #: whether the respond clock was running
    running: bool


class Void(msgspec.Struct, array_like=True, frozen=True):
    """That an event was voided: when (ms UTC), by which role, why."""

    at: int
    by: str
    why: str


class Standing(IntEnum):
    """How a tally counts, see :mod:`dashboard.core.lifecycle.replay`."""

    #: in its month's score
    STANDS = 0
    #: learned after its month was closed: it happened, but is not in the score
    LATE = 1
    #: in the score of a closed month, though it is known better by now
    FROZEN = 2


class Tally(msgspec.Struct, array_like=True, frozen=True):
    """One entry in a department's score: what was measured, and when (ms UTC)."""

    at: int
    department: str
    measure: str
    amount: int
    standing: Standing = Standing.STANDS


class Outcome(IntEnum):
    """What became of an action that was received."""

    APPLIED = 0
    #: an ``escalate``: time passed, nothing else
    TIME = 1
    REFUSED = 2
    #: sent on to the survivor of a merge
    FORWARDED = 3
    #: waits for the event's report
    PARKED = 4


class Mark(msgspec.Struct, array_like=True, frozen=True):
    """One action received: its place in the stream and what became of it."""

    entry: str
    #: eight bytes that stand for the action's name within its event
    name: bytes
    ts: int
    #: the latest time that the shard had seen when it arrived, ms
    known: int
    outcome: Outcome
    #: refused: until when it may still become lawful; else when it was applied, if that was later
    #: than its own time or the time is coarse; ms
    until: int = 0


class EventState(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An event as folded so far. Times are ms UTC; 0 means 'has not happened'."""

    event_id: str
    status: Status
    level: Level
    reported_at: int
    updated_at: int
    category: str = ""
    channel: str = ""
    place: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    department: str = ""
    dispatched_at: int = 0
    accepted_at: int = 0
    handled_at: int = 0
    #: when it was closed, rejected or merged
    ended_at: int = 0
    acknowledged_at: int = 0
    respond: Clock | None = None
    handle: Clock | None = None
    #: when a clock was last started or extended
    round: int = 0
    #: whether this round's handling has been counted as in time or late
    decided: bool = False
    #: whether this dispatch has been counted as late or returned
    dispatch_failed: bool = False
    #: red, and no unit has answered for it (again, once it is overdue)
    alarm: bool = False
    #: until when the reporter on site must have checked in again; 0 if no one need stay
    watch_until: int = 0
    #: when the scene was brought under control
    stable_at: int = 0
    #: how often a check-in was missed
    lapses: int = 0
    #: spans in which its handling was overdue, as (from, to); to is 0 while it lasts
    late: tuple[tuple[int, int], ...] = ()
    #: what a resumed event goes back to
    before: Status | None = None
    survivor: str = ""
    #: the unit that answers for it since a hand-over
    handed_to: str = ""
    returns: int = 0
    reworks: int = 0
    reopens: int = 0
    extensions: int = 0
    urges: int = 0
    #: duplicates merged into this event
    absorbed: int = 0
    #: the last closing, which revisits and recurrences speak of
    closed_at: int = 0
    #: what revisits have reported of the last closing: visit 1, the reporter's word 2, ratings 4
    heard: int = 0
    #: whether the last closing has been counted as a recurrence
    recurred: bool = False
    #: taken out of the scores by an appeal, and why
    excluded: bool = False
    excluded_why: str = ""
    tallies: tuple[Tally, ...] = ()
    #: spans in which the event had ended before it was opened again, as (from, to)
    past_ends: tuple[tuple[int, int], ...] = ()
    #: what the last acknowledgement ended, until another step makes it good
    answer: Answer | None = None
    #: the source could not have measured this round: it counts in no time and no score
    unmeasured: bool = False
    #: a short key of the row it was last brought in line with, see :class:`Action`
    row: str = ""
    #: spans in which its response was overdue, as (from, to); to is 0 while it lasts
    slow: tuple[tuple[int, int], ...] = ()
    #: voided: the event counts nowhere; what it would be is carried on all the same
    void: Void | None = None
    #: events whose consequences for this one are left out, because they were voided
    left_out: tuple[str, ...] = ()
    #: the texts of the last comments, masked when they were received; by them the event is found
    words: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.status not in ENDED and self.void is None

    @property
    def overdue(self) -> bool:
        """Open, not yet handled, and past the time the handling was due."""
        return self.status not in DONE and self.is_late and self.void is None

    @property
    def response_overdue(self) -> bool:
        """Dispatched, not yet accepted or acknowledged, and past the time that was due."""
        return self.status not in DONE and self.is_slow and self.void is None

    @property
    def is_slow(self) -> bool:
        """In a span of overdue response that has not ended."""
        return bool(self.slow) and self.slow[-1][1] == 0

    @property
    def is_late(self) -> bool:
        """In a span of lateness that has not ended."""
        return bool(self.late) and self.late[-1][1] == 0

    @property
    def step(self) -> int:
        """The highest escalation step of the clocks still running."""
        return max(
            (c.step for c in (self.respond, self.handle) if c and c.since is not None), default=0
        )

    @property
    def grid(self) -> str:
        """The grid's code, "" if it is not known."""
        return self.place[3] if len(self.place) == 4 else ""


def without_lists(state: EventState) -> EventState:
    """The state without what grows with each action, so that many of one event can be kept.

    An event of a thousand actions has thousands of tallies: a thousand lists of them would be
    most of the work of folding it.
    """
    return msgspec.structs.replace(state, tallies=(), late=(), slow=(), past_ends=(), words=())


class Held(msgspec.Struct, frozen=True, array_like=True):
    """All a store holds of one event; ``state`` is None while its report is still to come."""

    state: EventState | None = None
    marks: tuple[Mark, ...] = ()

    def has(self, name: bytes) -> bool:
        return any(mark.name == name for mark in self.marks)


NOTHING = Held()


def fingerprint(action_id: str) -> bytes:
    """Eight bytes that stand for an action's name within its event."""
    return blake2b(action_id.encode(), digest_size=8).digest()


def names(marks: Iterable[Mark]) -> set[bytes]:
    return {mark.name for mark in marks}
