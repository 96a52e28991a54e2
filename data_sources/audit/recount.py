"""Reads a shard's actions from the beginning, and keeps those of one share of its events.

The shares are read one after another, so memory stays bounded however long the stream is.

Archived events in an audit: what their files hold must be what their actions come to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec
import redis

from dashboard.core.lifecycle.replay import Item, known_of
from dashboard.core.model.actions import ActionError, decode
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from data_sources.archive.files import Shelf, listing_of
from data_sources.audit.report import Findings
from data_sources.errors import ArchiveUnreadable
from data_sources.store import lua
from data_sources.store.filing import month_of
from data_sources.store.keys import ShardKeys

_ENTRIES = msgspec.msgpack.Decoder(list[tuple[str, list[msgspec.Raw]]])
#: bytes before a packed string, by its first byte; below 0xc0 it is one
_HEADS = {0xD9: 2, 0xDA: 3, 0xDB: 5}


@dataclass(frozen=True)
class Limits:
    """How much an audit takes at a time."""

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
    """An entry of the stream: the how-manieth it is, its place, the action, what was known."""

    number: int
    entry: str
    raw: bytes
    known: int

    def item(self) -> Item:
        return Item(self.entry, decode(self.raw), self.known)


class Reached(NamedTuple):
    """The stream up to a place: how many entries, and the latest time told of (ms)."""

    number: int
    high: int


@dataclass
class Poison:
    """Places of the entries that can't be decoded, found once for all shares."""

    places: set[str] = field(default_factory=set)
    #: entries up to this place have been looked at
    until: tuple[int, int] = (0, 0)

    def up_to(self, position: str) -> set[str]:
        """The places up to a position."""
        return {place for place in self.places if order(place) <= order(position)}


class _Head(msgspec.Struct):
    event_id: str
    ts: int


_HEAD = msgspec.json.Decoder(_Head)


class Share:
    """The actions of one share of a shard's events, read as far as is asked for."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        number: int,
        shares: int,
        poison: Poison,
        limits: Limits,
    ) -> None:
        self._read = lua.script(r, "audit/recount_read")
        self._keys, self._limits = keys, limits
        self._number, self._shares = number, shares
        self._poison = poison
        self.events: dict[str, list[Received]] = {}
        self.position = "0-0"
        self.at = Reached(0, 0)

    def has(self, event_id: str) -> bool:
        """Whether the event belongs to this share."""
        return crc32(event_id.encode()) % self._shares == self._number

    def read_to(self, position: str) -> Reached:
        """Read up to a place in the stream, it included; never goes back."""
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
        poison, place = self._poison, order(entry)
        if place > poison.until:
            poison.until = place
            try:
                decode(raw)
            except ActionError:
                poison.places.add(entry)
        if entry in poison.places:
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
    """A place in a stream, to be compared."""
    ms, _, number = entry.partition("-")
    return int(ms), int(number or 0)


def _action(fields: list[msgspec.Raw]) -> bytes:
    """The action of an entry; no action at all is as good as one that can't be read."""
    for at in range(0, len(fields), 2):
        if _bytes(fields[at]) == b"a":
            return _bytes(fields[at + 1])
    return b""


def _bytes(packed: msgspec.Raw) -> bytes:
    """A packed string, which need not be text."""
    raw = bytes(packed)
    return raw[_HEADS.get(raw[0], 1) :]


class Archive:
    """One shard's; without a directory it is empty."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        directory: Path | None,
        findings: Findings,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        self._directory, self._findings = directory, findings
        self._shelf = None if directory is None else Shelf(r, keys, directory)
        self._broken = False

    def count(self) -> int:
        """How many events lie there; 0 if that can't be found out, which is a finding."""
        try:
            return 0 if self._shelf is None else self._shelf.count()
        except ArchiveUnreadable as error:
            self._unreadable(error)
            return 0

    def state(self, wanted: EventState) -> bytes | None:
        """The state that lies there if it is the one that it should be, None otherwise."""
        if self._shelf is None or self._directory is None or self._broken or wanted.open:
            return None
        raw, month = msgspec.msgpack.encode(wanted), month_of(self._rules.local, wanted)
        try:
            if self._shelf.has(month, wanted.event_id, raw):
                return raw
            if listing_of(self._r, self._keys) != self._shelf.listing:  # it came there meanwhile
                self._shelf = Shelf(self._r, self._keys, self._directory)
                if self._shelf.has(month, wanted.event_id, raw):
                    return raw
        except ArchiveUnreadable as error:
            self._unreadable(error)
        return None

    def _unreadable(self, error: ArchiveUnreadable) -> None:
        self._broken = True
        self._findings.add("archive", self._keys.archived, "", "files as written", str(error))
