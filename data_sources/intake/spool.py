"""What a file holds, on disk while it is replayed: a file of any size takes little memory.

In: the cases, actions and dead letters of the rows, one by one. Out: the same again: the cases in
the order of the file, the actions in the order of time. A database in a folder of its own, removed
at the end; nothing in it outlives the run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import msgspec

from dashboard.core.model.actions import Action
from data_sources.intake.dead_letter import DeadLetter
from data_sources.intake.formats import Case

#: pages held in memory, KiB
_CACHE_KIB = 16_000
_TABLES = """
CREATE TABLE cases (row INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE names (name TEXT PRIMARY KEY, line INTEGER NOT NULL, digest BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE actions (ts INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE letters (data BLOB NOT NULL);
"""
_CASE = msgspec.msgpack.Decoder(Case)
_ACTION = msgspec.msgpack.Decoder(Action)
_LETTER = msgspec.msgpack.Decoder(DeadLetter)


class Spool:
    """The contents of one file; a context."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="gridwall-replay-")
        # Nothing is kept of it after a crash, so nothing has to be safe.
        self._db = sqlite3.connect(Path(self._folder.name) / "spool.db", isolation_level=None)
        for pragma in (
            "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE",
            f"cache_size = -{_CACHE_KIB}", "temp_store = FILE",
        ):  # fmt: skip
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        self._folder.cleanup()

    def named(self, name: str) -> tuple[int, bytes] | None:
        """Line and digest of the row with this name; None if there was none."""
        found = self._db.execute("SELECT line, digest FROM names WHERE name = ?", (name,))
        row = found.fetchone()
        return None if row is None else (int(row[0]), bytes(row[1]))

    def add(self, name: str, line: int, digest: bytes, case: Case) -> None:
        """Keep a row's case, and its name with the line and the digest of its cells."""
        self._db.execute("INSERT INTO names VALUES (?, ?, ?)", (name, line, digest))
        self._db.execute("INSERT INTO cases VALUES (?, ?)", (line, msgspec.msgpack.encode(case)))

    def replace(self, name: str, line: int, digest: bytes, case: Case) -> None:
        """Keep a later row of an event in place of the earlier one."""
        earlier = self.named(name)
        assert earlier is not None
        self._db.execute("DELETE FROM cases WHERE row = ?", (earlier[0],))
        self._db.execute("DELETE FROM names WHERE name = ?", (name,))
        self.add(name, line, digest, case)

    def case(self, name: str) -> Case:
        """The case that is kept of an event."""
        found = self._db.execute(
            "SELECT data FROM cases JOIN names ON line = row WHERE name = ?", (name,)
        )
        return _CASE.decode(found.fetchone()[0])

    def cases(self, size: int) -> Iterator[list[Case]]:
        """All cases in the order of the file, so many at a time."""
        rows = self._db.execute("SELECT data FROM cases ORDER BY row")
        while batch := [_CASE.decode(data) for (data,) in islice(rows, size)]:
            yield batch

    def send(self, actions: Iterable[Action]) -> None:
        """Keep actions that are to be sent."""
        pairs = ((action.ts, msgspec.msgpack.encode(action)) for action in actions)
        self._db.executemany("INSERT INTO actions VALUES (?, ?)", pairs)

    def to_send(self) -> tuple[int, int]:
        """How many actions are to be sent, and the time (ms) of the first of them."""
        found = self._db.execute("SELECT count(*), min(ts) FROM actions").fetchone()
        return int(found[0]), int(found[1] or 0)

    def until(self, moment: int) -> int:
        """How many of the actions that are to be sent are of this time (ms) or earlier."""
        found = self._db.execute("SELECT count(*) FROM actions WHERE ts <= ?", (moment,))
        return int(found.fetchone()[0])

    def in_time(self) -> Iterator[Action]:
        """The actions in the order of time; those of one moment in that in which they were kept."""
        for (data,) in self._db.execute("SELECT data FROM actions ORDER BY ts, rowid"):
            yield _ACTION.decode(data)

    def refuse(self, letter: DeadLetter) -> None:
        """Keep a dead letter."""
        data = msgspec.msgpack.encode(letter)
        self._db.execute("INSERT INTO letters VALUES (?)", (data,))

    def letters(self) -> Iterator[DeadLetter]:
        """The dead letters, in the order of the file."""
        for (data,) in self._db.execute("SELECT data FROM letters ORDER BY rowid"):
            yield _LETTER.decode(data)
