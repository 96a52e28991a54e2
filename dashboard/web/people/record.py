"""The audit record of who did what: writing lines, and reading them for those who may.

Within a request call `note("acknowledge", event_id)`; the guard has set the person and the address.
Elsewhere use :class:`Record`. A line that cannot be written is logged and blocks no one; a line
about an account is written in one step with the change itself.
"""

from __future__ import annotations

import datetime
from contextvars import ContextVar, Token
from dataclasses import dataclass

import structlog

from dashboard.core.model.calendars import LocalTime
from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import Capability, Person, current, require, within
from data_sources.accounts.log import Line, Lines, PeopleLog
from data_sources.accounts.people import folded
from data_sources.errors import RedisUnavailable
from data_sources.store.connection import Redis
from data_sources.store.entries import FIRST, entry_id

log = structlog.get_logger("audit")

#: lines on a page of the record
PAGE = 50
#: acts whose detail is text that a person wrote
_WITH_WORDS = ("comment", "void", "exclude", "restore")
_LOGGED = ("who", "how", "object", "detail", "area", "address")


def line(who: Person, what: str, object: str = "", detail: str = "", address: str = "") -> Line:
    """A line of the record."""
    return Line(who.name, who.how, what, object, detail, who.area, address)


class Record:
    """Writes lines; never raises if Redis is unreachable."""

    def __init__(self, r: Redis) -> None:
        self.lines = PeopleLog(r)

    def note(
        self, who: Person, what: str, object: str = "", detail: str = "", address: str = ""
    ) -> None:
        """Record that a person did `what` to `object`."""
        self.add(line(who, what, object, detail, address))

    def failed(self, about: str, why: str, address: str) -> None:
        """Record a failed sign-in."""
        self.add(Line("", "", "sign-in-failed", about, why, "", address))

    def add(self, entry: Line) -> None:
        """Write a line to Redis and to the log."""
        fields = {name: getattr(entry, name) for name in _LOGGED}
        if entry.what in _WITH_WORDS:  # what people write is in the record, not in the log
            fields.pop("detail")
        log.info(entry.what, **{name: value for name, value in fields.items() if value})
        try:
            self.lines.add(entry)
        except RedisUnavailable as error:
            log.warning("not recorded", what=entry.what, who=entry.who, reason=str(error))


@dataclass(frozen=True)
class Recording:
    """Where a request's lines are written, and the address it comes from."""

    record: Record
    address: str


_RECORDING: ContextVar[Recording | None] = ContextVar("gridwall_recording", default=None)


def recording(where: Recording) -> Token[Recording | None]:
    """Set where this request's lines are written; for the guard."""
    return _RECORDING.set(where)


def note(what: str, object: str = "", detail: str = "") -> None:
    """Record that the person of this request did `what` to `object`."""
    where = _RECORDING.get()
    if where is None:
        log.warning("nowhere to record", what=what, object=object)
        return
    where.record.note(current(), what, object, detail, where.address)


@dataclass(frozen=True)
class Wanted:
    """Which lines to read; an empty field sets no limit. `day`: 2018-01-15 in the city's zone."""

    who: str = ""
    what: str = ""
    day: str = ""
    before: str = ""


def read(log: PeopleLog, local: LocalTime, wanted: Wanted, limit: int = PAGE) -> Lines:
    """A page of the record, newest first, cut to the caller's area.

    Raises 400 for an invalid day or cursor.
    """
    who = require(Capability.AUDIT)
    since, until = _span(local, wanted.day)
    before = wanted.before and _entry(wanted.before)

    def keep(line: Line) -> bool:
        # a line without a person (a failed sign-in) is about the whole city
        seen = not who.area or bool(line.area and within(line.area, who))
        named = not wanted.who or folded(wanted.who) in (folded(line.who), folded(line.object))
        return seen and named and (not wanted.what or line.what == wanted.what)

    return log.page(keep, since=since, until=until, before=before, limit=limit)


def _entry(text: str) -> str:
    """The entry that a page ends before. Nothing is before the first one there can be."""
    try:
        found = entry_id(text)
    except ValueError:
        found = FIRST
    if found == FIRST:
        raise Refused(400, "invalid", "expected the `older` of another page", field="before")
    return found


def _span(local: LocalTime, day: str) -> tuple[int, int | None]:
    if not day:
        return 0, None
    try:
        first = int(datetime.date.fromisoformat(day).strftime("%Y%m%d"))
        return max(0, local.start_of_day(first)), max(0, local.next_day(first))
    except (ValueError, OverflowError) as error:
        raise Refused(400, "invalid", "expected YYYY-MM-DD", field="day") from error
