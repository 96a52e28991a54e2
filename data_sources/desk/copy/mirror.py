"""Keeps the tables equal to what the projector holds, at one position of every shard.

A load reads all states, then what has changed meanwhile, until nothing is left to read; from then
on only the changes are read. New views (a rebuild), missed entries or an emptied store are reasons
to load again; until then the existing tables answer.

A commit appends the ids of the events it has changed to the shard's stream of changes. A reader of
all its entries and of each of these states has what the projector held at that position. The
stream is trimmed: its count of entries ever added shows whether some were missed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Event
from typing import Any, cast

import msgspec
import redis
import structlog

from dashboard.core.fold.rows import Facts, facts
from dashboard.core.model.rules import Rules
from data_sources.desk.copy.tables import Files, Tables
from data_sources.store import domain_clock, lua
from data_sources.store.actions import STATE
from data_sources.store.aside import own, reason_of
from data_sources.store.domain_clock import Feed
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import alive_field

log = structlog.get_logger("desk")

#: states decoded at a time; a pause between lets other threads run
_SLICE = 200
_REST_S = 0.002
#: rows stored at a time while loading
_BATCH = 4000
#: replaced rows after which the tables are compacted
_LITTER = 200_000

#: returns the Parquet files by table, from the archives' listings of the shards (by name)
Archived = Callable[[Mapping[str, Mapping[str, str]]], Files]
#: changed states read in one step; Redis serves no other client meanwhile
_MOST_IDS = 2000
#: states of a slice while loading
_SCANNED = 400


class Mark(msgspec.Struct, frozen=True):
    """Position and time of the tables; ms, ``read`` by the monotonic clock in s."""

    #: the last action folded, by shard
    position: Mapping[str, str]
    #: actions that arrived before are in the tables, by the server's clock
    fresh: int
    server: int
    feed: Feed
    read: float
    #: the last entry read of each shard's stream of changes
    changed: Mapping[str, str] = {}
    #: when the deadline clock and the watcher were last seen, by the server's clock; 0: never
    seen: Mapping[str, int] = {}


class Mirror:
    """Copies the store into the tables; for one thread, ``share`` and ``loads`` for all."""

    def __init__(
        self,
        r: redis.Redis,
        shards: Sequence[ShardKeys],
        rules: Rules,
        tables: Tables,
        archived: Archived | None = None,
    ) -> None:
        self._r, self._rules, self._tables = r, rules, tables
        self._archived = archived
        self._shards = [Changes(r, keys) for keys in shards]
        self._places: dict[str, _Place] = {}
        self._listings: dict[str, Mapping[str, str]] = {}
        self._litter = 0
        #: share of a load that is done, 0 to 1; the number of loads; whether one is going on
        self.share = 0.0
        self.loads = 0
        self.loading = False

    def follow(self, stop: Event) -> None:
        """Bring the tables up to the shards' current position.

        Raises: ``redis.RedisError``.
        """
        try:
            if not self._tables.current:
                raise _Moved("the first time")
            self._catch_up(self._tables.current, self._places, stop)
        except _Moved as why:
            log.info("loading", reason=str(why))
            self._load(stop)
        if self._litter > _LITTER:
            self._tables.compact()
            self._litter = 0

    def _load(self, stop: Event) -> None:
        began, self.share, self.loading = time.monotonic(), 0.0, True
        generation = self._tables.new()
        try:
            marks = {c.keys.name: c.mark() for c in self._shards}
            places = {n: _Place(m.epoch, m.last, m.added) for n, m in marks.items()}
            total = max(1, sum(changes.size() for changes in self._shards))
            done = 0
            for changes in self._shards:
                done = self._scan(changes, generation, done, total, stop)
            self._catch_up(generation, places, stop, all_files=True)
        except _Moved as why:  # the existing tables answer; the next look tries again
            log.info("load in vain", reason=str(why))
        finally:
            self.loading = False
            if self._tables.current != generation:
                self._tables.drop(generation)
        if self._tables.current == generation:
            self.share, self._litter, self.loads = 1.0, 0, self.loads + 1
            log.info("loaded", events=done, seconds=round(time.monotonic() - began, 1))

    def _scan(self, changes: Changes, generation: str, done: int, total: int, stop: Event) -> int:
        seen: set[bytes] = set()
        waiting: list[Facts] = []
        for found in changes.scan():
            if stop.is_set():
                break
            new = found.keys() - seen
            seen |= new
            waiting += self._decode(found[name] for name in new)
            self.share = min(0.99, (done + len(seen)) / total)
            if len(waiting) >= _BATCH:
                self._tables.add(generation, waiting)
                waiting = []
        self._tables.add(generation, waiting)
        return done + len(seen)

    def _catch_up(
        self,
        generation: str,
        places: Mapping[str, _Place],
        stop: Event,
        *,
        all_files: bool = False,
    ) -> None:
        """Add all changes since ``places`` and make the generation current, in one step."""
        items: dict[str, Facts | None] = {}
        listings, listed = dict(self._listings), all_files
        places, position, fresh = dict(places), {}, []
        clock, watcher = list[int](), list[int]()
        for changes in self._shards:
            name, more = changes.keys.name, True
            while more:
                if stop.is_set():
                    return
                read = changes.since(places[name].last, listing=all_files)
                places[name] = places[name].after(read.at)
                if read.listing is not None:
                    listings[name], listed = read.listing, True
                known = (state for state in read.states.values() if state is not None)
                items |= dict.fromkeys(read.states)
                items |= {item.event.event_id: item for item in self._decode(known)}
                more = read.at.more
            position[name] = read.at.position
            fresh.append(read.at.fresh)
            clock.append(read.at.clock)
            watcher.append(read.at.watcher)
        feed, server = domain_clock.read(self._r)
        seen = {name: place.last for name, place in places.items()}
        folded, read_at = min(fresh) or server, time.monotonic()
        alive = {"clock": min(clock), "watcher": watcher[0]}
        mark = Mark(position, folded, server, feed, read_at, seen, alive)
        files = self._archived(listings) if self._archived is not None and listed else None
        self._tables.change(generation, items, mark, files)
        self._places, self._listings = places, listings
        self._litter += len(items)

    def _decode(self, raw: Iterable[bytes]) -> list[Facts]:
        out: list[Facts] = []
        for state in raw:
            try:
                known = STATE.decode(state)
                if known.void is None:  # one that was voided is in no table
                    out.append(facts(self._rules, known))
            except Exception as error:
                if not own(error):
                    raise
                log.error("event left out of the tables", reason=reason_of(error))
            if len(out) % _SLICE == 0:
                time.sleep(_REST_S)
        return out


class _Moved(Exception):
    """What was read belongs to replaced views, or has gaps: load again."""


class ShardMark(msgspec.Struct, frozen=True):
    """The position of a shard, and how far its changes were read; times in ms."""

    epoch: int
    #: the last action folded
    position: str
    #: actions that arrived before are folded, by the server's clock; 0 before the first commit
    fresh: int
    #: when the deadline clock was last seen, by the server's clock; 0 for never; and the same of
    #: the watcher, which works on the first shard only
    clock: int
    watcher: int
    #: entries ever added to the stream of changes, the last one read, how many were read now
    added: int
    last: str
    read: int
    more: bool


class Read(msgspec.Struct, frozen=True):
    """One read: states by event id (None: gone), and the listing if asked."""

    at: ShardMark
    states: dict[str, bytes | None]
    listing: dict[str, str] | None


class Changes:
    """Reads the states and changes of one shard."""

    def __init__(self, r: redis.Redis, keys: ShardKeys) -> None:
        self._r, self.keys = r, keys
        self._script = lua.script(r, "desk/copy/mirror_changes")

    def mark(self) -> ShardMark:
        """The shard's position, with all of its changes taken as read."""
        return self._ask("-", listing=False).at

    def since(self, last: str, *, listing: bool = False) -> Read:
        """The events that have changed since the entry ``last``."""
        return self._ask(last, listing=listing)

    def size(self) -> int:
        """The number of events in the store."""
        return self._r.hlen(self.keys.events)

    def scan(self) -> Iterator[dict[bytes, bytes]]:
        """All states in slices.

        Some may come twice, none is missing that is there throughout.
        """
        cursor: Any = 0
        while True:
            cursor, found = cast(
                tuple[int, dict[bytes, bytes]],
                self._r.hscan(self.keys.events, cursor, count=_SCANNED),
            )
            for start in range(0, len(found), 2 * _SCANNED):  # a small hash comes in one reply
                part = list(found.items())[start : start + 2 * _SCANNED]
                yield dict(part)
            if not int(cursor):
                return

    def _ask(self, last: str, *, listing: bool) -> Read:
        keys = self.keys
        names = [keys.meta, keys.changed, keys.events, keys.archived]
        alive = alive_field("clock"), alive_field("watcher")
        args: list[str | int] = [last, _MOST_IDS, int(listing), *alive]
        reply = cast(list[Any], self._script(keys=names, args=args))
        (epoch, position, fresh, clock, watcher, *rest, ids, states, listed) = reply
        added, seen, read, more = rest
        times = fresh, clock, watcher
        at = ShardMark(epoch, position.decode(), *times, added, seen.decode(), read, bool(more))
        found = {i.decode(): s or None for i, s in zip(ids, states, strict=True)}
        flat = None if listed is None else [item.decode() for item in listed]
        pairs = None if flat is None else dict(zip(flat[::2], flat[1::2], strict=True))
        return Read(at, found, pairs)


class _Place(msgspec.Struct, frozen=True):
    """How far a shard's changes were read: epoch of the views, entry, number."""

    epoch: int
    last: str
    entries: int

    def after(self, read: ShardMark) -> _Place:
        """The place after a read. Raises: `_Moved` if entries were missed."""
        if read.epoch != self.epoch:
            raise _Moved("the views have been rebuilt")
        entries = self.entries + read.read
        if not read.more and read.added != entries:
            raise _Moved("changes were missed")
        return _Place(self.epoch, read.last, entries)
