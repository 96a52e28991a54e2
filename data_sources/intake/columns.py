"""Columns of a source file: a format's table of columns, and the typed rows it reads.

In: the cells of one row, text by column name. Out: typed values, or a `RowError` that names the
column, the value and the reason. A format declares its table as a class::

    class Request(TypedRow):
        number = required("SRNumber", text)
        created = required("CreatedDate", date_and_time("%m/%d/%Y %H:%M"))
        closed = optional("ClosedDate", date_and_time("%m/%d/%Y %H:%M"))
        point = point("Latitude", "Longitude")

    request = Request(cells)
    request.closed  # datetime | None, or RowError("ClosedDate", "yesterday", "not a date …")

A cell is read when its attribute is used, not before: an unreadable closing date does not matter
for a request that is still open. `required` and `optional` are about the cell; the column itself
must be in the header (`TypedRow.names`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, Self, TypeVar, overload

from data_sources.intake.dead_letter import RowError
from data_sources.intake.local_time import parse

T = TypeVar("T")
#: the cells of one row, by the name of their column
Cells = Mapping[str, str]
#: makes a value of (column name, cell), blanks around the cell ignored; raises `RowError`
#: naming the column, also for a blank cell
Reader = Callable[[str, str], T]


class TypedRow:
    """One row: columns are class attributes, a value is read when it is used."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    @classmethod
    def names(cls) -> frozenset[str]:
        """The columns that the header of such a file must have."""
        tables = [vars(base).values() for base in cls.__mro__]
        columns = [value for table in tables for value in table if isinstance(value, Column)]
        return frozenset(name for column in columns for name in column.names)


class Column(Generic[T]):
    """A value of a row: the columns it is in, and how it is read from them."""

    def __init__(self, names: tuple[str, ...], read: Callable[[Cells], T]) -> None:
        self.names, self.read = names, read

    @overload
    def __get__(self, row: None, owner: type[TypedRow]) -> Self: ...

    @overload
    def __get__(self, row: TypedRow, owner: type[TypedRow]) -> T: ...

    def __get__(self, row: TypedRow | None, owner: type[TypedRow]) -> Self | T:
        return self if row is None else self.read(row.cells)


def required(name: str, read: Reader[T]) -> Column[T]:
    """A column whose cell may not be blank: the reader refuses it."""
    return Column((name,), lambda cells: read(name, cells[name]))


def optional(name: str, read: Reader[T]) -> Column[T | None]:
    """A column whose cell may be blank: its value is None then."""

    def value(cells: Cells) -> T | None:
        cell = cells[name]
        return read(name, cell) if cell.strip() else None

    return Column((name,), value)


def known(name: str, values: Mapping[str, T]) -> Column[T | None]:
    """A column whose texts each mean a value.

    None for a blank cell or any other text.
    """
    return Column((name,), lambda cells: values.get(cells[name].strip()))


def point(lat: str, lon: str) -> Column[tuple[float, float] | None]:
    """Two columns as a point (latitude, longitude), degrees; None if both are blank.

    (0, 0) is how some sources write 'unknown', so it is None too.
    """
    read_lat, read_lon = _degrees(90.0), _degrees(180.0)

    def value(cells: Cells) -> tuple[float, float] | None:
        if not cells[lat].strip() and not cells[lon].strip():
            return None
        found = read_lat(lat, cells[lat]), read_lon(lon, cells[lon])
        return None if found == (0.0, 0.0) else found

    return Column((lat, lon), value)


def text(column: str, cell: str) -> str:
    """The cell without the blanks around it."""
    found = cell.strip()
    if not found:
        raise RowError(column, cell, "empty")
    return found


def date_and_time(*formats: str) -> Reader[datetime]:
    """A date and time without a zone, in one of these ``strptime`` formats."""
    return lambda column, cell: parse(column, cell, formats)


def one_of(values: Mapping[str, T]) -> Reader[T]:
    """The value for one of these texts; any other text is refused."""

    def read(column: str, cell: str) -> T:
        found = cell.strip()
        if found not in values:
            raise RowError(column, cell, f"expected one of {', '.join(values)}")
        return values[found]

    return read


def _degrees(limit: float) -> Reader[float]:
    """A number of degrees from -``limit`` to ``limit``; half of a point, so never blank."""

    def read(column: str, cell: str) -> float:
        found = cell.strip()
        if not found:
            raise RowError(column, found, "empty, expected both coordinates or none")
        try:
            value = float(found)
        except ValueError:
            raise RowError(column, found, "not a number") from None
        if not -limit <= value <= limit:  # NaN fails this comparison too
            raise RowError(column, found, f"expected -{limit:g} to {limit:g}")
        return value

    return read
