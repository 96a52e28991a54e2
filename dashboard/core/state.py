"""The state of one event: what the fold remembers of it, and nothing about a person.

Compact on purpose: it is what a store keeps for every open event.
"""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from dashboard.core.events import DONE, ENDED, Level, Status


class Clock(msgspec.Struct, array_like=True, frozen=True):
    """A respond or handle clock; times in ms, ``limit`` and ``spent`` in clock time.

    It stands still while ``since`` is None (suspended, or the work is done).
    """

    limit: int
    since: int | None
    spent: int = 0
    #: counted in working hours
    working: bool = False
    #: the last escalation step that was reached, 0 to 4
    step: int = 0


class Tally(msgspec.Struct, array_like=True, frozen=True):
    """One entry in a department's score: what was measured, and when (ms UTC)."""

    at: int
    department: str
    measure: str
    amount: int


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
    #: whether this round's handling has been counted as in time or late
    decided: bool = False
    #: whether this dispatch has been counted as late or returned
    dispatch_failed: bool = False
    #: spans in which the event was overdue, as (from, to); to is 0 while it lasts
    late: tuple[tuple[int, int], ...] = ()
    #: what a resumed event goes back to
    before: Status | None = None
    survivor: str = ""
    returns: int = 0
    reworks: int = 0
    reopens: int = 0
    extensions: int = 0
    urges: int = 0
    tallies: tuple[Tally, ...] = ()
    #: fingerprints of the actions folded (or refused) so far
    seen: tuple[bytes, ...] = ()
    #: spans in which the event had ended before it was opened again, as (from, to)
    past_ends: tuple[tuple[int, int], ...] = ()

    @property
    def open(self) -> bool:
        return self.status not in ENDED

    @property
    def overdue(self) -> bool:
        """Open, not yet handled, and past the time it was due."""
        return self.status not in DONE and bool(self.late) and self.late[-1][1] == 0

    @property
    def step(self) -> int:
        """The highest escalation step of the clocks still running."""
        return max(
            (c.step for c in (self.respond, self.handle) if c and c.since is not None), default=0
        )

    def has_seen(self, mark: bytes) -> bool:
        return mark in self.seen


def fingerprint(action_id: str) -> bytes:
    """Eight bytes that stand for an action's name within its event."""
    return blake2b(action_id.encode(), digest_size=8).digest()
