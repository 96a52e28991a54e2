"""A table on its way into a file: its columns, its rows one by one, and what is said above them.

Values by kind of column: ``text`` words; ``count``, ``change`` and ``places`` whole numbers;
``rate`` and ``share`` fractions of 1; ``score`` points; ``number`` any number; ``hours`` and
``time`` ms. None is a cell that holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

#: rows of one file; more are said to be left out
MOST_ROWS = 100_000
#: decimals that are written, by kind of column
DECIMALS = {"rate": 2, "share": 1, "score": 1, "hours": 2, "number": 4}
_HOUR = 3_600_000


class Column(NamedTuple):
    """A column: its id, under which it is named and explained, and the kind of its values."""

    key: str
    kind: str = "count"


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a page gives; ``total`` rows there are, and ``rows`` gives ``kept`` of them at most."""

    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    total: int
    #: whether the numbers are of the ask's range, or of now
    ranged: bool = True
    #: what else is said above the table: id of the label, words
    said: tuple[tuple[str, str], ...] = ()
    kept: int = field(default=MOST_ROWS)


def name_of(column: Column, text: Mapping[str, str]) -> str:
    """The head of a column, with its unit."""
    own = text.get(f"export.col.{column.key}") or text.get(f"review.kpi.{column.key}")
    unit = text.get(f"export.unit.{column.kind}", "")
    return f"{own or column.key}{unit}"


def meaning_of(column: Column, text: Mapping[str, str]) -> str:
    """What a column's numbers mean; "" for one that needs no explanation."""
    own = text.get(f"export.def.{column.key}") or text.get(f"review.kpi.{column.key}_means")
    return own or ""


def figure(kind: str, value: float) -> float | int:
    """A number as it is written in the unit of its column's head: hours, percent."""
    if kind == "hours":
        value = value / _HOUR
    if kind in ("rate", "share"):
        value = value * 100
    return round(value, DECIMALS[kind]) if kind in DECIMALS else int(value)


def local(ms: int, zone: ZoneInfo) -> datetime:
    """A moment on the city's clocks, to the second."""
    return datetime.fromtimestamp(ms // 1000, zone)
