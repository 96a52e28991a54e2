"""The record of who did what: `note("acknowledge", event_id)` within a request, `Record` elsewhere.

Who and from where is known by the guard. A record that cannot be written is told in the log and
keeps nobody from reading; the lines of accounts are written with the change itself.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from dataclasses import dataclass

import redis
import structlog

from dashboard.web.people.model import Person, current
from data_sources.accounts.log import Line, PeopleLog

log = structlog.get_logger("audit")


_WORDS = ("who", "how", "object", "detail", "area", "address")


def line(who: Person, what: str, object: str = "", detail: str = "", address: str = "") -> Line:
    """A line of the record."""
    return Line(who.name, who.how, what, object, detail, who.area, address)


class Record:
    """Writes lines; never raises because Redis is away."""

    def __init__(self, r: redis.Redis) -> None:
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
        except redis.RedisError as error:
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
