"""Reads a shard's actions from the beginning, and keeps those of one share of its events.

The shares are read one after another, so memory stays bounded however long the stream is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

import msgspec
import redis

from dashboard.core.lifecycle.replay import Item, known_of
from dashboard.core.model.actions import ActionError, decode
from data_sources.store import lua
from data_sources.store.keys import ShardKeys

_ENTRIES = msgspec.msgpack.Decoder(list[tuple[str, list[msgspec.Raw]]])
#: length of the header of a packed string, bytes, by its first byte; any other has one byte
_HEADS = {0xD9: 2, 0xDA: 3, 0xDB: 5}


@dataclass(frozen=True)
class Limits:
    """How much an audit reads and keeps at a time."""

    #: actions kept in memory
    per_pass: int = 200_000
    #: entries read at a time
    batch: int = 1000
    #: events compared at a time
    chunk: int = 100
    #: fields of views read at a time; the server is busy with them for a few ms
    fields: int = 20_000
    #: called between two pieces of work
    rest: Callable[[], None] = lambda: None


class Received(NamedTuple):
    """An entry of the stream: number, id, action (JSON), when it was known (ms)."""

    number: int
    entry: str
    raw: bytes
    known: int

    def item(self) -> Item:
        """The entry as the fold takes it."""
        return Item(self.entry, decode(self.raw), self.known)


class Reached(NamedTuple):
    """The stream up to an id: number of entries, latest time of an action (ms)."""

    number: int
    high: int


@dataclass
class Unreadable:
    """The ids of the entries that can't be decoded, found once for all shares."""

    places: set[str] = field(default_factory=set)
    #: entries up to this id have been read
    until: tuple[int, int] = (0, 0)

    def up_to(self, position: str) -> set[str]:
        """The ids up to a position."""
        return {place for place in self.places if order(place) <= order(position)}


class _Head(msgspec.Struct):
    event_id: str
    ts: int


_HEAD = msgspec.json.Decoder(_Head)


class Share:
    """The actions of one share of a shard's events, read as far as asked."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        number: int,
        shares: int,
        unreadable: Unreadable,
        limits: Limits,
    ) -> None:
        self._read = lua.script(r, "audit/recount_read")
        self._keys, self._limits = keys, limits
        self._number, self._shares = number, shares
        self._unreadable = unreadable
        self.events: dict[str, list[Received]] = {}
        self.position = "0-0"
        self.at = Reached(0, 0)

    def has(self, event_id: str) -> bool:
        """Whether the event belongs to this share."""
        return crc32(event_id.encode()) % self._shares == self._number

    def read_to(self, position: str) -> Reached:
        """Read up to an id of the stream, included; never goes back."""
        batch = self._limits.batch
        while order(self.position) < order(position):
            args: list[str | int] = [f"({self.position}", position, batch]
            entries = _ENTRIES.decode(self._read(keys=[self._keys.actions], args=args))
            for entry, fields in entries:
                self._take(entry, _action(fields))
            self.position = entries[-1][0] if len(entries) == batch else position
            self._limits.rest()
        return self.at

    def _take(self, entry: str, raw: bytes) -> None:
        number, high = self.at.number + 1, self.at.high
        self.at = Reached(number, high)
        unreadable, place = self._unreadable, order(entry)
        if place > unreadable.until:
            unreadable.until = place
            try:
                decode(raw)
            except ActionError:
                unreadable.places.add(entry)
        if entry in unreadable.places:
            return
        head = _HEAD.decode(raw)
        if head.ts > high:
            high = head.ts
            self.at = Reached(number, high)
        if self.has(head.event_id):
            known = known_of(decode(raw), high)
            received = Received(number, entry, raw, known)
            self.events.setdefault(head.event_id, []).append(received)


def order(entry: str) -> tuple[int, int]:
    """A stream id as numbers that can be compared."""
    ms, _, number = entry.partition("-")
    return int(ms), int(number or 0)


def _action(fields: list[msgspec.Raw]) -> bytes:
    """The action of an entry; b"" without one, which counts as unreadable."""
    for at in range(0, len(fields), 2):
        if _bytes(fields[at]) == b"a":
            return _bytes(fields[at + 1])
    return b""


def _bytes(packed: msgspec.Raw) -> bytes:
    """The bytes of a packed string, which need not be text."""
    raw = bytes(packed)
    return raw[_HEADS.get(raw[0], 1) :]
