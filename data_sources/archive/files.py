"""The files of archived units: written, verified, and read.

A file is written next to its name, read back and compared, then renamed. So a file that has its
name is complete and never changes; one that was cut off ends in ``.part`` and does not count.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import cast

import duckdb
import msgspec
import numpy as np
import redis

from dashboard.core.fold.rows import facts
from dashboard.core.model.rules import Rules
from data_sources.archive.listing import STATES, File, Listing, Unit, parse, path_of
from data_sources.desk.copy import schema
from data_sources.errors import ArchiveUnreadable
from data_sources.store.actions import STATE
from data_sources.store.keys import ShardKeys

#: ends the name of a file that is being written
PART = ".part"
#: bytes read at a time for a checksum
_BLOCK = 1 << 20
#: rows of a Parquet row group
_GROUP = 20_000
#: states read at a time
_ROWS = 2000
#: months whose digests are kept in memory
_MONTHS = 3


class NotVerified(ArchiveUnreadable):
    """A file that was read back differs from what was written."""


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB engine of its own, in memory."""
    db = duckdb.connect(":memory:", config={"threads": "1", "python_enable_replacements": "false"})
    try:
        yield db
    finally:
        db.close()


class Writer:
    """Writes units of one shard below ``directory``."""

    def __init__(self, directory: Path, shard: str, rules: Rules) -> None:
        self._directory, self._shard, self._rules = directory, shard, rules

    def write(self, month: str, states: Mapping[str, bytes]) -> tuple[str, Unit]:
        """Write a unit of these states and verify it; returns its name and the unit.

        Raises: `NotVerified`, ``OSError``, ``duckdb.Error``.
        """
        items = [facts(self._rules, STATE.decode(raw)) for raw in states.values()]
        ends = [item.event.ended_at or 0 for item in items]
        with engine() as db:
            for table, columns in schema.arrays(items).items():
                db.register("_batch", columns)
                db.execute(schema.create(table, f"_{table}"))
                db.execute(f"INSERT INTO _{table} SELECT {schema.stored(table)} FROM _batch")
                db.unregister("_batch")
            blobs = np.empty(len(states), dtype=object)
            blobs[:] = list(states.values())
            db.register("_batch", {"event_id": schema.texts(list(states)), "state": blobs})
            db.execute(f"CREATE TABLE _{STATES} (event_id VARCHAR, state BLOB)")
            db.execute(f"INSERT INTO _{STATES} SELECT event_id, state FROM _batch")
            db.unregister("_batch")
            name, files = self._store(db, month, {t: f"_{t}" for t in (*schema.TABLES, STATES)})
        first, last = min(ends), max(ends)
        return name, Unit(month=month, events=len(items), first=first, last=last, files=files)

    def merge(
        self, month: str, units: Mapping[str, Unit], voids: Mapping[str, Sequence[str]]
    ) -> tuple[str, Unit] | None:
        """Write one unit of several and verify it; returns its name and the unit.

        It leaves out the rows of the events ``voids`` (by unit); None if no row is left.

        Raises: `ArchiveUnreadable` for a damaged unit, `NotVerified`, ``OSError``,
        ``duckdb.Error``.
        """
        for name, unit in units.items():
            check(self._directory, self._shard, name, unit)
        with engine() as db:
            for table in (*schema.TABLES, STATES):
                parts = []
                for name, unit in units.items():
                    if table in unit.files:
                        path = path_of(self._directory, self._shard, name, table)
                        gone = ", ".join(map(_quoted, voids.get(name, ()))) or "''"
                        part = f"SELECT * FROM read_parquet({_quoted(str(path))})"
                        parts.append(f"{part} WHERE event_id NOT IN ({gone})")
                if parts:
                    db.execute(f"CREATE TABLE _{table} AS {' UNION ALL BY NAME '.join(parts)}")
                elif table != STATES:
                    db.execute(schema.create(table, f"_{table}"))
            counted = db.execute("SELECT count(*), min(ended_at), max(ended_at) FROM _events")
            events, first, last = counted.fetchone() or (0, 0, 0)
            if not events:
                return None
            held = db.execute(f"SELECT count(*) FROM _{STATES}").fetchone()
            if held != (events,):
                raise NotVerified(f"{month}: {events} events, {held} states")
            name, files = self._store(db, month, {t: f"_{t}" for t in (*schema.TABLES, STATES)})
        return name, Unit(month=month, events=events, first=first, last=last, files=files)

    def _store(
        self, db: duckdb.DuckDBPyConnection, month: str, tables: Mapping[str, str]
    ) -> tuple[str, dict[str, File]]:
        """Write the tables to files, synced to the disk and read back the same."""
        name = f"{month}/{secrets.token_hex(6)}"
        folder = self._directory / self._shard / month
        made, done = [], dict[str, File]()
        try:
            _make(folder)
            with engine() as again:  # reads back without the writer's engine
                for table, source in tables.items():
                    path = path_of(self._directory, self._shard, name, table)
                    part = path.with_name(path.name + PART)
                    made += [part, path]
                    if (file := _write(db, again, table, source, part)) is not None:
                        os.rename(part, path)
                        done[table] = file
            _sync(folder)
        except BaseException:
            for path in made:
                path.unlink(missing_ok=True)
            raise
        return name, done


class ArchiveReader:
    """Reads one shard's archive in ``directory``, by the listing at its creation."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, directory: Path) -> None:
        self._shard, self._directory = keys.name, directory
        self.listing = listing_of(r, keys)
        self._known: dict[str, dict[str, bytes]] = {}

    def states(self) -> Iterator[bytes]:
        """The states of all archived events (MessagePack). Raises: `ArchiveUnreadable`."""
        for name, unit in self.listing.units.items():
            for _, raw in self._read(name, unit):
                yield raw

    def count(self) -> int:
        """The number of archived events. Raises: `ArchiveUnreadable`."""
        return sum(
            unit.events - len(self._hits(name, unit)) for name, unit in self.listing.units.items()
        )

    def has(self, month: str, event_id: str, state: bytes) -> bool:
        """Whether the event is archived once, with this state.

        Raises: `ArchiveUnreadable`.
        """
        if month not in self._known:
            while len(self._known) >= _MONTHS:
                self._known.pop(next(iter(self._known)))
            self._known[month] = self._digests(month)
        return self._known[month].get(event_id) == _state_digest(state)

    def _digests(self, month: str) -> dict[str, bytes]:
        out: dict[str, bytes] = {}
        for name, unit in self.listing.months.get(month, {}).items():
            for event_id, raw in self._read(name, unit):
                # an event that is there twice matches no state
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


def listing_of(r: redis.Redis, keys: ShardKeys) -> Listing:
    """The listing of a shard's archive, as it is now."""
    raw = cast(dict[bytes, bytes], r.hgetall(keys.archived))
    return parse({name.decode(): value.decode() for name, value in raw.items()})


def check(directory: Path, shard: str, name: str, unit: Unit) -> None:
    """Check that the unit's files are as they were written, byte for byte.

    Raises: `ArchiveUnreadable`.
    """
    for table, file in unit.files.items():
        path = path_of(directory, shard, name, table)
        shown = path.relative_to(directory)
        try:
            size, digest = _sum(path)
        except OSError as error:
            raise ArchiveUnreadable(f"{shown}: {error.strerror or error}") from error
        if (size, digest) != (file.bytes, file.sha256):
            raise ArchiveUnreadable(f"{shown}: not what was written ({size} of {file.bytes} bytes)")


def hits(directory: Path, shard: str, name: str, ids: Sequence[str]) -> list[str]:
    """The events among ``ids`` that the unit has rows of."""
    if not ids:
        return []
    path = path_of(directory, shard, name, "events")
    with engine() as db:
        wanted = ", ".join(map(_quoted, ids))
        sql = f"SELECT event_id FROM read_parquet({_quoted(str(path))})"
        return [row[0] for row in db.execute(f"{sql} WHERE event_id IN ({wanted})").fetchall()]


def packed(unit: Unit) -> str:
    """The unit as it is stored in the listing (JSON)."""
    return msgspec.json.encode(unit).decode()


def unreadable(error: Exception, directory: Path, path: Path) -> ArchiveUnreadable:
    """DuckDB's error about a file, as our own that names the file."""
    return ArchiveUnreadable(f"{path.relative_to(directory)}: {str(error).splitlines()[0]}")


def _write(
    db: duckdb.DuckDBPyConnection,
    again: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    part: Path,
) -> File | None:
    """Write one file and read it back with ``again``; None for a table without rows."""
    (rows,) = db.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,)
    if not rows:
        return None
    order = "reported_at, event_id" if table == "events" else "event_id"
    db.execute(
        f"COPY (SELECT * FROM {source} ORDER BY {order}) TO {_quoted(str(part))}"
        f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})"
    )
    _sync(part)
    read = f"read_parquet({_quoted(str(part))})"
    found = again.execute(f"SELECT count(*), {_table_digest(table)} FROM {read}").fetchone()
    wanted = db.execute(f"SELECT count(*), {_table_digest(table)} FROM {source}").fetchone()
    if found != wanted:
        raise NotVerified(f"{part.name}: read back {found}, not {wanted}")
    return File(rows, *_sum(part))


def _table_digest(table: str) -> str:
    """SQL of an order-independent checksum over all rows of a table."""
    names = [c.name for c in schema.TABLES[table]] if table != STATES else ["event_id", "state"]
    return "sum(CAST(hash(" + ", ".join(f'"{name}"' for name in names) + ") AS HUGEINT))"


def _make(folder: Path) -> None:
    """Create the folder, synced to the disk."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        for path in (folder.parent, folder.parent.parent):
            _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sum(path: Path) -> tuple[int, str]:
    """A file's size in bytes and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _state_digest(state: bytes) -> bytes:
    return blake2b(state, digest_size=12).digest()
