"""The tables that every question sees, and how facts become their columns.

``events``, ``late``, ``slow``, ``ends`` and ``tallies``; the fields are those of
``dashboard/core/fold/rows.py``. Times are BIGINT, ms UTC; NULL where something has not happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.core.fold.rows import Counted, Event, Facts, Late

#: in place of NULL in a column of whole numbers until it is stored
_NULL = -(2**62)
_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
#: columns of small whole numbers, which are stored in 4 bytes
_SMALL = frozenset(
    {
        *("reported_hour", "reported_dow", "reported_day", "closed_day", "ended_day", "day"),
        *("step", "returns", "reworks", "reopens", "extensions", "urges", "absorbed", "standing"),
    }
)

#: columns that files of the archive may not have yet, and what they are of an ended event
_ENDED = {"response_overdue": "false", "words": "coalesce(words, '')"}
#: of those, the ones whose values are in the files that have them
_ADDED = ("words",)

#: the values of a table by column
Columns = dict[str, npt.NDArray[Any]]


class Column(msgspec.Struct, frozen=True):
    """One column: name, type in SQL, type of its values, whether it may be NULL."""

    name: str
    sql: str
    kind: type
    null: bool


def _columns(struct: type[msgspec.Struct]) -> tuple[Column, ...]:
    """The columns for the fields of a struct."""
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
    "slow": _columns(Late),
    "ends": _columns(Late),
    "tallies": _columns(Counted),
}


def create(table: str, name: str) -> str:
    """The statement that creates an empty table named ``name``."""
    columns = ", ".join(f'"{c.name}" {c.sql}' for c in TABLES[table])
    return f"CREATE TABLE {name} ({columns})"


def names(table: str, alias: str = "") -> str:
    """The table's columns, in order, as a list for SELECT."""
    dot = f"{alias}." if alias else ""
    return ", ".join(f'{dot}"{c.name}"' for c in TABLES[table])


def archived(table: str) -> str:
    """The table's columns of an archive's file, which may be older than a column."""
    return ", ".join(
        f'{_ENDED[c.name]} AS "{c.name}"' if c.name in _ENDED else f'"{c.name}"'
        for c in TABLES[table]
    )


def parquet(table: str, listed: str) -> str:
    """The rows of an archive's files (a list of quoted paths), with NULL for columns of later."""
    added = [c for c in TABLES[table] if c.name in _ADDED]
    if not added:
        return f"SELECT * FROM read_parquet([{listed}])"
    empty = ", ".join(f'NULL::{c.sql} AS "{c.name}"' for c in added)
    return (
        f"SELECT * FROM (SELECT {empty} WHERE false UNION ALL BY NAME"
        f" SELECT * FROM read_parquet([{listed}], union_by_name = true))"
    )


def stored(table: str) -> str:
    """The columns of a batch (see `arrays`) as they are stored, as a list for SELECT."""
    return ", ".join(
        f'CAST(nullif("{c.name}", {_NULL}) AS {c.sql}) AS "{c.name}"'
        if c.kind is int and c.null
        else f'CAST("{c.name}" AS {c.sql}) AS "{c.name}"'
        for c in TABLES[table]
    )


def arrays(items: Iterable[Facts]) -> dict[str, Columns]:
    """The rows of many events: table → its columns."""
    rows: dict[str, list[Any]] = {table: [] for table in TABLES}
    for item in items:
        rows["events"].append(item.event)
        rows["late"] += item.late
        rows["slow"] += item.slow
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
