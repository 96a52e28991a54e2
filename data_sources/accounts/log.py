"""The audit record: one capped stream of who did what and when, read backwards and filtered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import redis

from dashboard.core.model.persons import masked
from data_sources.store import keys

#: lines that are kept, roughly
LENGTH = 200_000
#: lines that one page looks through; the next page goes on from there
_MOST_READ = 20_000
_CHUNK = 1000
_LONGEST = 500
#: what a line begins with whose object is the name of an account
_ABOUT_ACCOUNTS = ("account-", "sign-", "session", "password-", "locked-")


class Line(msgspec.Struct, frozen=True):
    """One line of the record."""

    who: str
    #: local, oidc, proxy, demo, device, token or command
    how: str
    what: str
    object: str = ""
    detail: str = ""
    #: the area of that person
    area: str = ""
    address: str = ""
    #: the stream entry's id; its first part is the time in ms
    id: str = ""

    @property
    def at(self) -> int:
        """The time, ms UTC."""
        return int(self.id.partition("-")[0] or 0)


class Lines(msgspec.Struct, frozen=True):
    """A page of the record; `older` is the next page's `before`, "" at the end."""

    lines: list[Line]
    older: str


def fields(line: Line) -> dict[Any, Any]:
    """A line as the fields of a stream entry, without what names a person but accounts."""
    values = msgspec.to_builtins(line)
    values["detail"] = masked(line.detail).text
    if not line.what.startswith(_ABOUT_ACCOUNTS):
        values["object"] = masked(line.object).text
    return {k: str(v)[:_LONGEST] for k, v in values.items() if v and k != "id"} or {"what": "?"}


class PeopleLog:
    """The record in Redis; every method raises ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def add(self, line: Line) -> None:
        """Append a line."""
        self._r.xadd(keys.PEOPLE_LOG, fields(line), maxlen=LENGTH)

    def page(
        self,
        keep: Callable[[Line], bool],
        *,
        since: int = 0,
        until: int | None = None,
        before: str = "",
        limit: int = 50,
    ) -> Lines:
        """Lines that `keep` accepts, newest first: at most `limit`, older than the id `before`.

        `since` and `until` are ms UTC, `until` is not included.
        """
        newest = f"({before}" if before else "+" if until is None else f"({until}"
        kept: list[Line] = []
        read = 0
        while read < _MOST_READ:
            found: Any = self._r.xrevrange(keys.PEOPLE_LOG, newest, str(since), count=_CHUNK)
            for at, entry in found:
                line = _line(at, entry)
                if keep(line):
                    if len(kept) == limit:
                        return Lines(kept, kept[-1].id)
                    kept.append(line)
            read += len(found)
            if len(found) < _CHUNK:
                return Lines(kept, "")
            newest = f"({found[-1][0].decode()}"
        return Lines(kept, newest[1:])


def _line(at: bytes, entry: dict[bytes, bytes]) -> Line:
    values = {k.decode(): v.decode("utf-8", "replace") for k, v in entry.items()}
    known = {k: v for k, v in values.items() if k in Line.__struct_fields__}
    return Line(**{"who": "", "how": "", "what": "", **known, "id": at.decode()})
