"""The DuckDB engine that holds the tables: written by one thread, asked by many.

A load fills a new generation of tables next to the current one, and takes its place in one step.
The engine may read no file but those of the archive, and its settings are locked.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from dashboard.core.fold.rows import Facts
from data_sources.desk.copy.guard import Guard
from data_sources.desk.copy.schema import (
    TABLES,
    Columns,
    archived,
    arrays,
    create,
    names,
    parquet,
    stored,
    texts,
)
from data_sources.errors import ArchiveUnreadable


class Part(NamedTuple):
    """Parquet files of one table, and the events whose rows in them do not count."""

    files: tuple[str, ...]
    void: tuple[str, ...] = ()


#: the archive's files by table
Files = Mapping[str, Sequence[Part]]
#: a file of the archive in an error message of the engine
_FILE = re.compile(r"[^/\s\"']+/[^/\s\"']+/[^/\s\"']+\.parquet")
#: tiers of a place, as columns of ``events``
_TIERS = ("county", "township", "community", "grid")


class Tables:
    """One engine in memory.

    ``archive`` is the directory whose Parquet files it may read.
    """

    def __init__(self, archive: Path | None = None) -> None:
        self._db = duckdb.connect(":memory:", config={"python_enable_replacements": "false"})
        self.guard = Guard(self._db)
        if archive is not None:
            self._db.execute(f"SET allowed_directories = [{_quoted(f'{archive}/')}]")
        # files of the archive never change
        self._db.execute("SET parquet_metadata_cache = true")
        self._db.execute("SET enable_external_access = false")
        self._db.execute("SET lock_configuration = true")
        self._writer = self._db.cursor()
        self._lock = threading.Lock()
        self._made = 0
        self._current = ""
        #: the position and time of the tables (`mirror.Mark`), set in one step with their rows
        self.mark: Any = None
        #: Parquet files of the archive by table
        self._files: Files = {}

    def new(self) -> str:
        """A new, empty generation; returns its name."""
        self._made += 1
        name = f"_g{self._made}"
        for table in TABLES:
            self._writer.execute(create(table, f"{name}_{table}"))
        return name

    def add(self, generation: str, items: Sequence[Facts]) -> None:
        """Add the rows of events that the generation does not have yet."""
        for table, columns in arrays(items).items():
            if len(next(iter(columns.values()))):
                self._insert(f"{generation}_{table}", table, columns)

    def drop(self, generation: str) -> None:
        """Drop a generation."""
        for table in TABLES:
            self._writer.execute(f"DROP TABLE IF EXISTS {generation}_{table}")

    def change(
        self,
        generation: str,
        items: Mapping[str, Facts | None],
        mark: Any,
        files: Files | None = None,
    ) -> None:
        """In one step, replace the rows of the events ``items`` (None: remove them).

        In the same step the generation becomes the current one, with ``mark`` and, if given, the
        archive's ``files``.
        """
        self._writer.execute("BEGIN")
        try:
            if items:
                self._writer.register("_ids", {"event_id": texts(list(items))})
                for table in TABLES:
                    self._writer.execute(
                        f"DELETE FROM {generation}_{table}"
                        " WHERE event_id IN (SELECT event_id FROM _ids)"
                    )
                self._writer.unregister("_ids")
            self.add(generation, [item for item in items.values() if item is not None])
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        with self._lock:
            self._writer.execute("COMMIT")
            before, self._current, self.mark = self._current, generation, mark
            if files is not None:
                self._files = files
        if before not in ("", generation):
            self.drop(before)

    def compact(self) -> None:
        """Copy the current generation, to free the memory of rows that were replaced."""
        before, name = self._current, self.new()
        for table in TABLES:
            self._writer.execute(f"INSERT INTO {name}_{table} SELECT * FROM {before}_{table}")
        self.change(name, {}, self.mark)

    @property
    def current(self) -> str:
        """The generation that questions read; "" before the first load."""
        return self._current

    @contextmanager
    def snapshot(self, area: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Any]]:
        """A cursor over the tables of ``area`` ("": all) as they are now; their mark.

        Raises: `ArchiveUnreadable` if a file of the archive can't be read.
        """
        cursor = self._db.cursor()
        try:
            with self._lock:
                cursor.execute("BEGIN")
                for sql in self._views(area):
                    cursor.execute(sql)
                mark = self.mark
            yield cursor, mark
        except duckdb.Error as error:
            if file := _FILE.search(str(error)):
                raise ArchiveUnreadable(f"{file[0]}: can't be read") from error
            raise
        finally:
            cursor.close()

    def _views(self, area: str) -> Iterator[str]:
        """Statements that create an area's tables over the generation and the archive."""
        inside = " OR ".join(f"{tier} = {_quoted(area)}" for tier in _TIERS) if area else ""
        for table in TABLES:
            columns = names(table)
            kept = archived(table)
            parts = [f"SELECT {columns} FROM {self._current}_{table}"]
            for files, void in self._files.get(table, ()):
                listed = ", ".join(map(_quoted, files))
                part = f"SELECT {kept} FROM ({parquet(table, listed)})"
                if void:
                    part += f" WHERE event_id NOT IN ({', '.join(map(_quoted, void))})"
                parts.append(part)
            source = " UNION ALL ".join(parts)
            if area and table == "events":
                source = f"SELECT {columns} FROM ({source}) WHERE {inside}"
            elif area:
                source = (
                    f"SELECT {columns} FROM ({source})"
                    " WHERE event_id IN (SELECT event_id FROM temp.main.events)"
                )
            yield f"CREATE TEMP VIEW {table} AS {source}"

    def _insert(self, name: str, table: str, columns: Columns) -> None:
        self._writer.register("_batch", columns)
        self._writer.execute(f"INSERT INTO {name} SELECT {stored(table)} FROM _batch")
        self._writer.unregister("_batch")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
