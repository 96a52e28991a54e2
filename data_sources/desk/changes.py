"""What has changed in a shard, read in one step with the position it stands at.

A commit appends the ids of the events it has changed to the shard's stream of changes. Who has
read all of it and every one of these states holds what the projector held at that position. The
stream is cut: that entries were missed shows in how many it has ever had.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec
import redis

from data_sources.store import lua
from data_sources.store.keys_keys import ShardKeys
from data_sources.store.lease import alive_field

#: states read in one step; Redis serves nobody else meanwhile
_MOST_IDS = 2000
_SCANNED = 400


class Standing(msgspec.Struct, frozen=True):
    """Where a shard stands, and how far its changes were read."""

    epoch: int
    #: the last action folded
    position: str
    #: all that came in before is folded, ms of the server's clock; 0 before the first commit
    fresh: int
    #: when the deadline clock was last heard of, by the server's clock; 0 if it never was; the
    #: same of the watcher, which is told on the first shard alone
    clock: int
    watcher: int
    #: entries the stream of changes has ever had, the last one read, how many were read just now
    added: int
    last: str
    read: int
    more: bool


class Read(msgspec.Struct, frozen=True):
    """What one step gave: states by event id (None: gone), and the archive's listing if asked."""

    at: Standing
    states: dict[str, bytes | None]
    listing: dict[str, str] | None


class Changes:
    """Reads one shard."""

    def __init__(self, r: redis.Redis, keys: ShardKeys) -> None:
        self._r, self.keys = r, keys
        self._script = lua.script(r, "desk/mirror_changes")

    def standing(self) -> Standing:
        """Where it stands, with all of its changes taken as read."""
        return self._ask("-", listing=False).at

    def since(self, last: str, *, listing: bool = False) -> Read:
        """What has changed since the entry ``last``."""
        return self._ask(last, listing=listing)

    def size(self) -> int:
        """How many events it holds."""
        return self._r.hlen(self.keys.events)

    def scan(self) -> Iterator[dict[bytes, bytes]]:
        """All states by slices, some perhaps twice, none missing that is there throughout."""
        cursor: Any = 0
        while True:
            cursor, found = cast(
                tuple[int, dict[bytes, bytes]],
                self._r.hscan(self.keys.events, cursor, count=_SCANNED),
            )
            for start in range(0, len(found), 2 * _SCANNED):  # a small hash comes as a whole
                part = list(found.items())[start : start + 2 * _SCANNED]
                yield dict(part)
            if not int(cursor):
                return

    def _ask(self, last: str, *, listing: bool) -> Read:
        keys = self.keys
        names = [keys.meta, keys.changed, keys.events, keys.archived]
        lives = alive_field("clock"), alive_field("watcher")
        args: list[str | int] = [last, _MOST_IDS, int(listing), *lives]
        reply = cast(list[Any], self._script(keys=names, args=args))
        (epoch, position, fresh, clock, watcher, *rest, ids, states, listed) = reply
        added, seen, read, more = rest
        heard = fresh, clock, watcher
        at = Standing(epoch, position.decode(), *heard, added, seen.decode(), read, bool(more))
        found = {i.decode(): s or None for i, s in zip(ids, states, strict=True)}
        flat = None if listed is None else [item.decode() for item in listed]
        pairs = None if flat is None else dict(zip(flat[::2], flat[1::2], strict=True))
        return Read(at, found, pairs)
