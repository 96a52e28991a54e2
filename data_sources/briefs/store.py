"""Briefs in Redis: the requests, their progress, and the finished briefs.

Every change is one step, so that two requests, or two makers of which one was killed, leave one
brief. What the maker writes carries its fencing token. The oldest beyond ``KEPT`` are deleted.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from collections.abc import Mapping
from typing import Any, cast

import msgspec
import redis

from dashboard.core.briefs.model import Brief
from dashboard.core.model.notices import Notice
from data_sources.errors import LeaseLost
from data_sources.store import keys as names
from data_sources.store import lua
from data_sources.store.aside import Aside
from data_sources.store.keys import ShardKeys

#: briefs kept, about 5 KB each
KEPT = 5000
#: the most briefs that may wait at the request of people
WAITING = 50
#: a brief begun so often without an end is not tried again
TRIES = 3


class Cancelled(Exception):
    """A user cancelled this brief."""


class Full(Exception):
    """Too many briefs are waiting."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A brief in the list of briefs. Times are the server's, ms."""

    id: str
    area: str
    #: day, week or month
    period: str
    #: 2018-01-15, 2018-W03, 2018-01
    at: str
    #: who asked; "" is the schedule
    by: str = ""
    #: queued, running, done, failed or cancelled
    state: str = "queued"
    #: share of the work that is done, 0 to 1
    share: float = 0.0
    #: failed: interrupted, archive or error
    reason: str = ""
    asked: int = 0
    ended: int = 0
    tries: int = 0
    #: whether to send it once it is made
    send: bool = False
    #: how often it was sent
    sent: int = 0
    #: a user cancelled it while it is being made
    cancel: bool = False
    #: SHA-256 of the brief's JSON
    checksum: str = ""

    @property
    def subject(self) -> str:
        """The area and the range it is of."""
        return f"{self.area}|{self.at}"

    @property
    def over(self) -> bool:
        """True once it is done, failed or cancelled."""
        return self.state in ("done", "failed", "cancelled")


_FIELDS = [name for name in Entry.__struct_fields__ if name != "id"]
_PREFIX = names.brief("")
#: briefs of the queue that are looked at for one that can be made
_LOOKED_AT = 50


class BriefStore:
    """The briefs of one store; thread-safe. Its methods raise ``redis.RedisError``."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, fence_field: str = "") -> None:
        self._r, self._keys, self._fence = r, keys, fence_field
        self._aside = Aside(r, keys, "briefs")
        self._ask = lua.script(r, "briefs/store_ask")
        self._step = lua.script(r, "briefs/store_step")
        self._end = lua.script(r, "briefs/store_end")
        self._cancel = lua.script(r, "briefs/store_cancel")

    # ---- for people

    def ask(
        self,
        area: str,
        period: str,
        at: str,
        *,
        by: str = "",
        send: bool = False,
        planned: bool = False,
    ) -> str:
        """Ask for a brief; returns its id, or that of the one already waiting for the same.

        ``planned``: for the schedule, which asks once only; returns "" if it has asked before.

        Raises: `Full` if too many briefs are waiting.
        """
        new = f"{at.lower()}-{secrets.token_hex(4)}"
        fields = {"area": area, "period": period, "at": at, "by": by, "send": str(int(send))}
        due = f"{period}|{at}" if planned else ""
        args: list[str | int] = [new, f"{area}|{at}", due, WAITING]
        found = self._ask(
            keys=[
                names.brief(new),
                names.BRIEFS_ORDER,
                names.BRIEFS_QUEUE,
                names.BRIEFS_ACTIVE,
                names.BRIEFS_DUE,
            ],
            args=[*args, *(part for pair in fields.items() for part in pair)],
        )
        if found == b"full":
            raise Full
        return cast(bytes, found).decode()

    def entry(self, brief_id: str) -> Entry | None:
        """The brief's entry in the list; None if there is none."""
        return self._entries([brief_id])[0]

    def listed(self, limit: int = 200, before: int = 0) -> list[Entry]:
        """The newest entries, asked for before ``before`` (ms; 0: all), at most ``limit``."""
        end: Any = f"({before}" if before else "+inf"
        found = self._r.zrevrangebyscore(names.BRIEFS_ORDER, end, "-inf", 0, limit)
        ids = [one.decode() for one in cast(list[bytes], found)]
        return [entry for entry in self._entries(ids) if entry is not None]

    def brief(self, brief_id: str) -> Brief | None:
        """The finished brief; None if there is none."""
        raw = cast(bytes | None, self._r.hget(names.brief(brief_id), "body"))
        return None if raw is None else msgspec.json.decode(zlib.decompress(raw), type=Brief)

    def cancel(self, entry: Entry) -> str:
        """Cancel a brief; returns ``cancelled``, ``asked`` (its maker will stop) or ``over``."""
        done = self._cancel(
            keys=[names.brief(entry.id), names.BRIEFS_QUEUE, names.BRIEFS_ACTIVE],
            args=[entry.id, entry.subject],
        )
        return cast(bytes, done).decode()

    def send(self, entry: Entry, notice: Notice) -> int:
        """Put a notice of it into the outbox; returns how often it has been sent now."""
        pipe = self._r.pipeline(transaction=True)
        pipe.xadd(self._keys.outbox, {"n": msgspec.json.encode(notice)})
        pipe.hincrby(names.brief(entry.id), "sent", 1)
        return int(pipe.execute()[1])

    # ---- for the maker

    def since(self, now: int) -> int:
        """Since when there is a schedule (domain ms); ``now`` if there was none.

        Also ``now`` if the clock went back, for that is another feed.
        """
        was = cast(bytes | None, self._r.hget(names.BRIEFS_DUE, "since"))
        if was is not None and int(was) <= now:
            return int(was)
        self._r.hset(names.BRIEFS_DUE, "since", str(now))
        return now

    def next(self) -> Entry | None:
        """The brief that has waited longest; None if none is waiting."""
        for raw in cast(list[bytes], self._r.zrange(names.BRIEFS_QUEUE, 0, _LOOKED_AT - 1)):
            # one that cannot be read must not keep those behind it waiting
            name = raw.decode("utf-8", "replace")
            try:
                entry = self.entry(name)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                self._aside.put(name, error)
                continue
            if entry is not None:
                return entry
            self._aside.put(name, LookupError("a brief without its entry"))
        return None

    def begin(self, token: int, entry: Entry) -> int:
        """Begin a brief; returns how often it was begun.

        Raises: `LeaseLost`, `Cancelled`.
        """
        return int(self._report(token, entry, 0.0, "begin"))

    def step(self, token: int, entry: Entry, share: float) -> None:
        """Store the progress (``share``, 0 to 1). Raises: `LeaseLost`, `Cancelled`."""
        self._report(token, entry, share, "")

    def _report(self, token: int, entry: Entry, share: float, what: str) -> str:
        reply = self._step(
            keys=[names.brief(entry.id), self._keys.meta],
            args=[self._fence, token, f"{share:.3f}", what],
        )
        word = cast(bytes, reply).decode()
        if word == "lost":
            raise LeaseLost("another maker of briefs is at work")
        if word == "cancel":
            raise Cancelled
        return word

    def end(
        self,
        token: int,
        entry: Entry,
        state: str,
        *,
        reason: str = "",
        made: Brief | None = None,
        notice: Notice | None = None,
    ) -> None:
        """End a brief as done, failed or cancelled and send ``notice``, in one step.

        Raises: `LeaseLost`.
        """
        fields: dict[str, str | bytes] = {"reason": reason}
        if made is not None:
            body = msgspec.json.encode(made)
            fields["body"] = zlib.compress(body, 6)
            fields["checksum"] = hashlib.sha256(body).hexdigest()
        args: list[Any] = [self._fence, token, entry.id, entry.subject, KEPT, _PREFIX, state]
        args.append("" if notice is None else msgspec.json.encode(notice))
        kept = self._end(
            keys=[
                names.brief(entry.id),
                names.BRIEFS_ORDER,
                names.BRIEFS_QUEUE,
                names.BRIEFS_ACTIVE,
                self._keys.meta,
                self._keys.outbox,
            ],
            args=[*args, *(part for pair in fields.items() for part in pair)],
        )
        if not int(kept):
            raise LeaseLost("another maker of briefs is at work")

    def _entries(self, ids: list[str]) -> list[Entry | None]:
        pipe = self._r.pipeline(transaction=False)
        for brief_id in ids:
            pipe.hmget(names.brief(brief_id), _FIELDS)
        return [_entry(*pair) for pair in zip(ids, pipe.execute(), strict=True)]


def _entry(brief_id: str, values: list[bytes | None]) -> Entry | None:
    found = {n: v.decode() for n, v in zip(_FIELDS, values, strict=True) if v is not None}
    if "state" not in found:
        return None
    flags: Mapping[str, bool] = {n: found.pop(n, "0") == "1" for n in ("send", "cancel")}
    return msgspec.convert({"id": brief_id, **found, **flags}, Entry, strict=False)
