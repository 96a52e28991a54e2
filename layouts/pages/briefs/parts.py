"""What the briefs' pages are given, in words already. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Brief


@dataclass(frozen=True)
class Line:
    """A brief in the list."""

    id: str
    #: the place's code and the period, as asked for
    area: str
    at: str
    #: the kind's name, such as 'Monthly brief'
    kind: str
    #: the period's name, such as 'January 2018'
    when: str
    place: str
    #: who asked; "" is the schedule
    by: str
    #: queued, running, done, failed or cancelled
    state: str
    share: float
    reason: str
    #: when it was asked for
    asked: str
    sent: int
    #: somebody called it off, but it is being made still
    cancelled: bool = False

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Offer:
    """A brief that can be made with one press."""

    at: str
    kind: str
    when: str
    #: not over yet
    running: bool = False


@dataclass(frozen=True)
class Listing:
    """The list."""

    lines: Sequence[Line]
    offers: Sequence[Offer]
    #: the area that would be told of: code and name
    area: str
    place: str
    may_make: bool
    #: the schedule in words: when which are made; "" if none is
    planned: str
    #: today, 2018-01-31
    today: str


@dataclass(frozen=True)
class One:
    """One brief, or how far it has come."""

    line: Line
    brief: Brief | None
    words: Words
    may_make: bool
    may_take: bool
