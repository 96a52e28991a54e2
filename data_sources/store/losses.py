"""Lost data: a store that holds less than it has acknowledged and counted.

A `Witness` remembers how far a shard had been, in memory or in a file next to the logs, and finds
that the store is behind that, or that its parts no longer fit each other. What is found is noted in
the store (`gridwall:lost`) and stays there until an operator accepts it (`gridwall lost --accept`):
until then walls and pages show it, `/readyz` answers 503, and nothing is folded or archived.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

import msgspec
import redis
import structlog

from data_sources.store.connection import server_ms
from data_sources.store.keys import LOST, LOST_LOG, ShardKeys

log = structlog.get_logger("losses")

#: the field of a shard's meta with the time (server, ms) of the last loss that was accepted
ACCEPTED = "accepted"
#: how often the file of a witness is written, s
_WRITE_S = 2.0


class Mark(msgspec.Struct, frozen=True):
    """How far a shard is."""

    #: id of the last entry of the action stream that was folded
    position: str = "0-0"
    #: entries of the action stream that were folded, and that there are
    read: int = 0
    entries: int = 0
    #: whether the marks of events were there before the rest was read, and after
    trails: tuple[bool, bool] = (False, False)
    #: latest time of an action, ms; and whether items were set aside, which leave no marks
    high: int = 0
    aside: bool = False
    #: when a loss was last accepted, server's ms
    accepted: int = 0


class Loss(msgspec.Struct, frozen=True):
    """What is missing."""

    #: stream: actions that were counted; views: what was counted of them; past: the store is as it
    #: was earlier, or empty; evicted: Redis has removed keys to make room
    kind: str
    #: what was known, and what was found
    was: str
    found: str
    #: the server's time when it was found, ms
    at: int = 0


def order(position: str) -> tuple[int, int]:
    """A stream id as numbers that can be compared."""
    ms, _, seq = position.partition("-")
    return int(ms or 0), int(seq or 0)


def mark_of(meta: Mapping[bytes, bytes], entries: int, before: int, after: int) -> Mark:
    """The mark from a shard's meta hash, the size of its stream, and whether it has marks.

    ``before`` and ``after`` were read before and after the rest: a commit in between is no loss.
    """
    return Mark(
        position=meta.get(b"position", b"0-0").decode(),
        read=int(meta.get(b"read", 0)),
        entries=entries,
        trails=(bool(before), bool(after)),
        high=int(meta.get(b"high", 0)),
        aside=any(name.startswith(b"aside:") for name in meta),
        accepted=int(meta.get(ACCEPTED.encode(), 0)),
    )


def loss_of(now: Mark, before: Mark | None = None) -> Loss | None:
    """What is missing at ``now``, and compared with ``before``; None if nothing is.

    An accepted loss makes earlier marks void.
    """
    if now.entries < now.read:
        return Loss("stream", f"{now.read} actions folded", f"{now.entries} in the stream")
    if now.read and now.high and not now.trails[1] and not now.aside:
        return Loss("views", f"{now.read} actions folded", "no marks of any event")
    if not now.read and now.trails[0]:
        return Loss("views", "marks of events", "no position")
    if before is None or now.accepted > before.accepted:
        return None
    if order(now.position) < order(before.position):
        return Loss("past", f"folded up to {before.position}", f"folded up to {now.position}")
    if now.entries < before.entries:
        return Loss("past", f"{before.entries} actions", f"{now.entries} actions")
    return None


class Witness:
    """Remembers how far each shard had been; ``path`` is its file, None for memory only."""

    def __init__(self, path: Path | None = None) -> None:
        self._path, self._written = path, 0.0
        self._known: dict[str, Mark] = {}
        if path is not None:
            with suppress(OSError, msgspec.DecodeError):
                self._known = msgspec.json.decode(path.read_bytes(), type=dict[str, Mark])

    def judge(self, shard: str, now: Mark) -> Loss | None:
        """What is missing of a shard; remembers ``now`` if nothing is."""
        found = loss_of(now, self._known.get(shard))
        if found is None:
            self._known[shard] = now
            self._write()
        return found

    def _write(self) -> None:
        if self._path is None or time.monotonic() - self._written < _WRITE_S:
            return
        self._written = time.monotonic()
        new = self._path.with_suffix(".new")
        with suppress(OSError):  # a full disk: what is known in memory still counts
            new.write_bytes(msgspec.json.encode(self._known))
            os.replace(new, self._path)


def read_mark(r: redis.Redis, keys: ShardKeys) -> Mark:
    """How far a shard is now."""
    pipe = r.pipeline(transaction=False)
    pipe.exists(keys.trails)
    pipe.hgetall(keys.meta)
    pipe.xlen(keys.actions)
    pipe.exists(keys.trails)
    before, meta, entries, after = pipe.execute()
    return mark_of(meta, entries, before, after)


def note(r: redis.Redis, shard: str, loss: Loss) -> None:
    """Note a loss until it is accepted; the first of a shard stays."""
    at = server_ms(r.time())
    if r.hsetnx(LOST, shard, msgspec.json.encode(msgspec.structs.replace(loss, at=at))):
        log.error("data lost", shard=shard, kind=loss.kind, was=loss.was, found=loss.found)


def noted(r: redis.Redis) -> dict[str, Loss]:
    """Shard → the loss that has not been accepted yet."""
    return decode(cast(dict[bytes, bytes], r.hgetall(LOST)))


def decode(raw: Mapping[bytes, bytes]) -> dict[str, Loss]:
    """The losses from the fields of their hash."""
    return {k.decode(): msgspec.json.decode(v, type=Loss) for k, v in raw.items()}


def begin_accept(r: redis.Redis, keys: ShardKeys) -> None:
    """Move a shard's position to the last action that is still there, so that it can be rebuilt.

    A shard that knows no position takes all actions that there are as counted.
    """
    position = cast(bytes | None, r.hget(keys.meta, "position"))
    high = "+" if position is None else position.decode()
    last = cast(list[tuple[bytes, object]], r.xrevrange(keys.actions, high, "-", 1))
    r.hset(keys.meta, "position", last[0][0] if last else "0-0")


def end_accept(
    r: redis.Redis, keys: ShardKeys, reason: str, evicted: Mapping[str, int | str]
) -> None:
    """Put an accepted loss on record; witnesses start over from here.

    ``evicted`` is how many keys Redis had evicted by now, and in which run.
    """
    at = server_ms(r.time())
    raw = cast(bytes | None, r.hget(LOST, keys.name)) or b"{}"
    pipe = r.pipeline(transaction=False)
    pipe.hset(keys.meta, mapping={ACCEPTED: at, "evicted": msgspec.json.encode(dict(evicted))})
    pipe.xadd(LOST_LOG, {"at": at, "shard": keys.name, "loss": raw, "reason": reason})
    pipe.hdel(LOST, keys.name)
    pipe.execute()
