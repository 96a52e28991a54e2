"""Reads the states of archived events from their files, for whoever needs many of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import cast

import duckdb
import redis

from data_sources.archive.files import engine, hits
from data_sources.archive.listing import STATES, Listing, Unit, parse, path_of
from data_sources.errors import ArchiveUnreadable
from data_sources.store.keys_keys import ShardKeys

_ROWS = 2000
#: months whose events are remembered at a time
_MONTHS = 3


def listing_of(r: redis.Redis, keys: ShardKeys) -> Listing:
    """What the shard's archive holds now."""
    raw = cast(dict[bytes, bytes], r.hgetall(keys.archived))
    return parse({name.decode(): value.decode() for name, value in raw.items()})


class Shelf:
    """One shard's archive in ``directory``, as the listing stood when this was made."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, directory: Path) -> None:
        self._shard, self._directory = keys.name, directory
        self.listing = listing_of(r, keys)
        self._known: dict[str, dict[str, bytes]] = {}

    def states(self) -> Iterator[bytes]:
        """The states of all archived events; raises :class:`ArchiveUnreadable`."""
        for name, unit in self.listing.units.items():
            for _, raw in self._read(name, unit):
                yield raw

    def count(self) -> int:
        """How many events there are; raises :class:`ArchiveUnreadable`."""
        return sum(
            unit.events - len(self._hits(name, unit)) for name, unit in self.listing.units.items()
        )

    def has(self, month: str, event_id: str, state: bytes) -> bool:
        """Whether the event lies there with this very state, once; raises as above."""
        if month not in self._known:
            while len(self._known) >= _MONTHS:
                self._known.pop(next(iter(self._known)))
            self._known[month] = self._digests(month)
        return self._known[month].get(event_id) == _state_digest(state)

    def _digests(self, month: str) -> dict[str, bytes]:
        out: dict[str, bytes] = {}
        for name, unit in self.listing.months.get(month, {}).items():
            for event_id, raw in self._read(name, unit):
                # twice is no state that anybody could have
                out[event_id] = b"" if event_id in out else _state_digest(raw)
        return out

    def _read(self, name: str, unit: Unit) -> Iterator[tuple[str, bytes]]:
        gone = set(self.listing.voids_of(unit))
        path = path_of(self._directory, self._shard, name, STATES)
        with engine() as db:
            try:
                found = db.execute(
                    "SELECT event_id, state FROM read_parquet($path)", {"path": str(path)}
                )
                while rows := found.fetchmany(_ROWS):
                    yield from ((e, raw) for e, raw in rows if e not in gone)
            except duckdb.Error as error:
                raise unreadable(error, self._directory, path) from error

    def _hits(self, name: str, unit: Unit) -> Sequence[str]:
        try:
            return hits(self._directory, self._shard, name, self.listing.voids_of(unit))
        except duckdb.Error as error:
            path = path_of(self._directory, self._shard, name, "events")
            raise unreadable(error, self._directory, path) from error


def unreadable(error: Exception, directory: Path, path: Path) -> ArchiveUnreadable:
    """The same in plain words."""
    return ArchiveUnreadable(f"{path.relative_to(directory)}: {str(error).splitlines()[0]}")


def _state_digest(state: bytes) -> bytes:
    return blake2b(state, digest_size=12).digest()
