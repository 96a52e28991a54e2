"""The record of who did what: `note("acknowledge", event_id)` within a request, `Record` elsewhere.

Who and from where is known by the guard. A record that cannot be written is told in the log and
keeps nobody from reading; the lines of accounts are written with the change itself.

Reading the record: who did what on which day, for those who may, cut to their area.
"""

from __future__ import annotations

import datetime
from contextvars import ContextVar, Token
from dataclasses import dataclass

import structlog

from dashboard.core.model.calendars import LocalTime
from dashboard.web.errors import Refused
from dashboard.web.people.model import Capability, Person, current, require, within
from data_sources.accounts.log import Line, Lines, PeopleLog
from data_sources.accounts.people import folded
from data_sources.errors import RedisUnavailable
from data_sources.store.connection import Redis

log = structlog.get_logger("audit")


_WORDS = ("who", "how", "object", "detail", "area", "address")


def line(who: Person, what: str, object: str = "", detail: str = "", address: str = "") -> Line:
    """A line of the record."""
    return Line(who.name, who.how, what, object, detail, who.area, address)


class Record:
    """Writes lines; never raises because Redis is away."""

    def __init__(self, r: Redis) -> None:
        self.lines = PeopleLog(r)

    def note(
        self, who: Person, what: str, object: str = "", detail: str = "", address: str = ""
    ) -> None:
        """Note what somebody did to what."""
        self.add(line(who, what, object, detail, address))

    def failed(self, about: str, why: str, address: str) -> None:
        """Somebody did not get in."""
        self.add(Line("", "", "sign-in-failed", about, why, "", address))

    def add(self, entry: Line) -> None:
        """Note it, in Redis and in the log."""
        words = {
            k: getattr(entry, k) for k in ("who", "how", "object", "detail", "area", "address")
        }
        log.info(entry.what, **{k: v for k, v in words.items() if v})
        try:
            self.lines.add(entry)
        except RedisUnavailable as error:
            log.warning("not recorded", what=entry.what, who=entry.who, reason=str(error))


@dataclass(frozen=True)
class Recording:
    """Where a request's lines go, and where it comes from."""

    record: Record
    address: str


_RECORDING: ContextVar[Recording | None] = ContextVar("gridwall_recording", default=None)


def recording(where: Recording) -> Token[Recording | None]:
    """From here on lines go there; for the guard."""
    return _RECORDING.set(where)


def note(what: str, object: str = "", detail: str = "") -> None:
    """The person of this request did this to that."""
    where = _RECORDING.get()
    if where is None:
        log.warning("nowhere to record", what=what, object=object)
        return
    where.record.note(current(), what, object, detail, where.address)


PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty: all. ``day`` is 2018-01-15 in the city's zone."""

    who: str = ""
    what: str = ""
    day: str = ""
    before: str = ""


def read(log: PeopleLog, local: LocalTime, wanted: Wanted, limit: int = PAGE) -> Lines:
    """A page of the record, newest first; 400 for a day or a place in the record that is none."""
    who = require(Capability.AUDIT)
    since, until = _span(local, wanted.day)
    if wanted.before and not all(part.isdigit() for part in wanted.before.split("-", 1)):
        raise Refused(400, "invalid", "expected the `older` of another page", field="before")

    def keep(line: Line) -> bool:
        # what nobody did (failed sign-ins) is the whole city's
        seen = not who.area or bool(line.area and within(line.area, who))
        named = not wanted.who or folded(wanted.who) in (folded(line.who), folded(line.object))
        return seen and named and (not wanted.what or line.what == wanted.what)

    return log.page(keep, since=since, until=until, before=wanted.before, limit=limit)


def _span(local: LocalTime, day: str) -> tuple[int, int | None]:
    if not day:
        return 0, None
    try:
        first = int(datetime.date.fromisoformat(day).strftime("%Y%m%d"))
        return max(0, local.start_of_day(first)), max(0, local.next_day(first))
    except (ValueError, OverflowError) as error:
        raise Refused(400, "invalid", "expected YYYY-MM-DD", field="day") from error
