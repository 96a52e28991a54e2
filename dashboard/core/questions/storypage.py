"""What an event's page is made from besides its story: deliveries, neighbours, times. Pure."""

from __future__ import annotations

import msgspec

from dashboard.core.questions.clockviews import ClockView
from dashboard.core.questions.story import EventStory

#: how far a neighbour may be, metres, and how many days before or after it was reported
NEAR_M = 500
DAYS = 30
MOST = 8


class Sent(msgspec.Struct, frozen=True):
    """One notice with what became of it on each channel: (channel, state)."""

    at: int
    what: str
    to: str
    clock: str
    step: int
    channels: tuple[tuple[str, str], ...] = ()
    #: taken back later
    withdrawn: bool = False


class Neighbour(msgspec.Struct, frozen=True):
    """Another event; ``metres`` is None where it is the grid that they share."""

    event_id: str
    level: str
    status: str
    category: str
    department: str
    reported_at: int
    overdue: bool
    metres: int | None = None


class Neighbours(msgspec.Struct, frozen=True):
    """The first of those found, and how many there are."""

    rows: tuple[Neighbour, ...]
    total: int


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """An event's page."""

    story: EventStory
    clocks: tuple[ClockView, ...]
    now: int
    #: where its tracks begin and end, ms
    begin: int
    end: int
    sent: tuple[Sent, ...]
    #: no channel is set up at all
    silent: bool
    #: None while they cannot be counted
    near: Neighbours | None = None
    same_grid: Neighbours | None = None
    #: how far the desk has read, 0 to 1; None if it answers
    loading: float | None = None
