"""The engine that holds the tables: written by one thread, asked by many.

A load fills a new generation of tables beside the one that is asked, and takes its place in one
step. The engine may read no file but those of the archive, and its settings are locked.

The tables that every question sees, and how facts become their columns.

``events``, ``late``, ``ends`` and ``tallies``; the fields are those of
``dashboard/core/fold/rows.py``. Times are BIGINT ms UTC, NULL where something has not happened.

Which SQL a question may run: one SELECT over the tables it is given, and nothing else.

A statement is judged by its syntax tree: every table it reads must be one of those of the
question (or a name it makes itself), every table function one of the few that make rows out of
their own arguments. So SQL can't reach the whole city's tables, the catalogue, or a file.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.core.fold.rows import Counted, Event, Facts, Late
from data_sources.errors import ArchiveUnreadable

#: stands for NULL in a column of whole numbers until it is stored
_NULL = -(2**62)
_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
#: whole numbers that are small
_SMALL = frozenset(
    {
        *("reported_hour", "reported_dow", "reported_day", "closed_day", "ended_day", "day"),
        *("step", "returns", "reworks", "reopens", "extensions", "urges", "absorbed", "standing"),
    }
)

Columns = dict[str, npt.NDArray[Any]]


class Column(msgspec.Struct, frozen=True):
    """One column: its name, its type in a table, the type of its values, whether it may be NULL."""

    name: str
    sql: str
    kind: type
    null: bool


def _columns(struct: type[msgspec.Struct]) -> tuple[Column, ...]:
    out = []
    for name, hint in get_type_hints(struct).items():
        union = get_origin(hint) in (UnionType, Union)
        kind = next(t for t in get_args(hint) if t is not type(None)) if union else hint
        sql = "INTEGER" if name in _SMALL else _TYPES[kind]
        out.append(Column(name, sql, kind, union))
    return tuple(out)


TABLES: dict[str, tuple[Column, ...]] = {
    "events": _columns(Event),
    "late": _columns(Late),
    "ends": _columns(Late),
    "tallies": _columns(Counted),
}


def create(table: str, name: str) -> str:
    """The statement that makes an empty table called ``name``."""
    columns = ", ".join(f'"{c.name}" {c.sql}' for c in TABLES[table])
    return f"CREATE TABLE {name} ({columns})"


def names(table: str, alias: str = "") -> str:
    """The table's columns, in order, as a list for SELECT."""
    dot = f"{alias}." if alias else ""
    return ", ".join(f'{dot}"{c.name}"' for c in TABLES[table])


def stored(table: str) -> str:
    """The columns of a batch (see :func:`arrays`) as they are to be stored, for SELECT."""
    return ", ".join(
        f'CAST(nullif("{c.name}", {_NULL}) AS {c.sql}) AS "{c.name}"'
        if c.kind is int and c.null
        else f'CAST("{c.name}" AS {c.sql}) AS "{c.name}"'
        for c in TABLES[table]
    )


def arrays(items: Iterable[Facts]) -> dict[str, Columns]:
    """The rows of many events, column by column."""
    rows: dict[str, list[Any]] = {table: [] for table in TABLES}
    for item in items:
        rows["events"].append(item.event)
        rows["late"] += item.late
        rows["ends"] += item.ends
        rows["tallies"] += item.tallies
    return {table: _arrays(TABLES[table], found) for table, found in rows.items()}


def _arrays(columns: Sequence[Column], rows: Sequence[msgspec.Struct]) -> Columns:
    turned = zip(*map(msgspec.structs.astuple, rows), strict=True) if rows else ()
    values = tuple(turned) or ((),) * len(columns)
    return {c.name: _array(c, v) for c, v in zip(columns, values, strict=True)}


def _array(column: Column, values: Sequence[Any]) -> npt.NDArray[Any]:
    if column.kind is str:
        return texts(values)
    if column.kind is int:
        if column.null:
            values = [_NULL if v is None else v for v in values]
        return np.array(values, dtype=np.int64)
    # None becomes NaN, which is stored as NULL
    return np.array(values, dtype=bool if column.kind is bool else float)


def texts(values: Sequence[str]) -> npt.NDArray[Any]:
    """A column of texts."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


#: table functions that read nothing
_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
#: kinds of tree nodes that read something other than tables
_READERS = frozenset({"SHOW_REF", "PIVOT", "COPY"})


#: statements that were allowed; values are parameters, so there are few
_REMEMBERED = 2000


class Forbidden(ValueError):
    """The statement reads something that no question may read."""


class Guard:
    """Checks statements; remembers those it has allowed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection.cursor()
        found = connection.execute(
            "SELECT view_name FROM duckdb_views() UNION SELECT table_name FROM duckdb_tables()"
        ).fetchall()
        #: what the engine itself has; no name for a question's own tables
        self._taken = frozenset(name.lower() for (name,) in found)
        self._allowed: set[str] = set()

    def check(self, sql: str) -> None:
        """Raises :class:`Forbidden` for what is not a question."""
        if sql in self._allowed:
            return
        self._judge_all(sql)
        if len(self._allowed) >= _REMEMBERED:
            self._allowed.clear()
        self._allowed.add(sql)

    def _judge_all(self, sql: str) -> None:
        cursor = self._connection.cursor()
        try:
            (text,) = cursor.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()[0]
        finally:
            cursor.close()
        tree = msgspec.json.decode(text)
        if tree.get("error"):
            raise Forbidden(f"not a SELECT: {tree.get('error_message', '')}")
        if len(tree["statements"]) != 1:
            raise Forbidden("more than one statement")
        nodes = list(_nodes(tree))
        own = {str(entry["key"]).lower() for node in nodes for entry in _made(node)}
        for name in own:
            if name in self._taken or name in TABLES or name.startswith("_"):
                raise Forbidden(f"the name {name} is taken")
        for node in nodes:
            self._judge(node, own)

    def _judge(self, node: dict[str, Any], own: set[str]) -> None:
        kind = node.get("type")
        if kind in _READERS:
            raise Forbidden(f"{kind} is not for questions")
        if kind == "BASE_TABLE":
            name = str(node.get("table_name", "")).lower()
            if node.get("schema_name") or node.get("catalog_name"):
                raise Forbidden(f"{name} of another schema")
            if name not in TABLES and name not in own:
                raise Forbidden(f"there is no table {name}")
        if kind == "TABLE_FUNCTION":
            name = str(node.get("function", {}).get("function_name", "")).lower()
            if name not in _FUNCTIONS:
                raise Forbidden(f"{name}() is not for questions")


def _made(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The named tables that a statement makes for itself."""
    made = node.get("cte_map")
    found = made.get("map", []) if isinstance(made, dict) else []
    return list(found)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


class Part(NamedTuple):
    """Parquet files of one table, and the events whose rows in them do not count."""

    files: tuple[str, ...]
    void: tuple[str, ...] = ()


#: the archive's files by table
Files = Mapping[str, Sequence[Part]]
#: a file of the archive in a message of the engine
_FILE = re.compile(r"[^/\s\"']+/[^/\s\"']+/[^/\s\"']+\.parquet")
#: tiers of a place, as columns of ``events``
_TIERS = ("county", "township", "community", "grid")


class Tables:
    """One engine in memory. ``archive`` is the directory whose Parquet files may be read."""

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
        #: what the tables were true at, set in the same step as their rows
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
        """Rows of events that the generation has not got yet."""
        for table, columns in arrays(items).items():
            if len(next(iter(columns.values()))):
                self._insert(f"{generation}_{table}", table, columns)

    def drop(self, generation: str) -> None:
        """A generation that is not wanted."""
        for table in TABLES:
            self._writer.execute(f"DROP TABLE IF EXISTS {generation}_{table}")

    def change(
        self,
        generation: str,
        items: Mapping[str, Facts | None],
        mark: Any,
        files: Files | None = None,
    ) -> None:
        """In one step: the rows of the events ``items`` make way for theirs (None: for nothing).

        ``mark`` and, if given, the archive's ``files`` hold from the same step on, in which the
        generation is taken into use.
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
        """Rows that were replaced give their room back."""
        before, name = self._current, self.new()
        for table in TABLES:
            self._writer.execute(f"INSERT INTO {name}_{table} SELECT * FROM {before}_{table}")
        self.change(name, {}, self.mark)

    @property
    def current(self) -> str:
        """The generation that is asked; "" before the first load."""
        return self._current

    @contextmanager
    def snapshot(self, area: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Any]]:
        """A cursor that sees the tables of ``area`` as they are now, and their mark.

        Raises :class:`ArchiveUnreadable` if a file of the archive can't be read.
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
        """The tables of an area, over the current generation and the archive."""
        inside = " OR ".join(f"{tier} = {_quoted(area)}" for tier in _TIERS) if area else ""
        for table in TABLES:
            columns = names(table)
            parts = [f"SELECT {columns} FROM {self._current}_{table}"]
            for files, void in self._files.get(table, ()):
                listed = ", ".join(map(_quoted, files))
                part = f"SELECT {columns} FROM read_parquet([{listed}])"
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
