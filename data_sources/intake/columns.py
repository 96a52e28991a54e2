"""Columns of a source file: a format's table of columns, and the typed rows it reads.

In: the cells of one row, text by column name. Out: typed values, or a `RowError` that names the
column, the value and the reason. A format declares its table as a class::

    class Request(TypedRow):
        number = required("SRNumber", text)
        created = required("CreatedDate", date_and_time(Order.MONTH_FIRST))
        closed = optional("ClosedDate", date_and_time(Order.MONTH_FIRST))
        point = point("Latitude", "Longitude")

    request = Request(cells)
    request.closed  # datetime | None, or RowError("ClosedDate", "yesterday", "not a date …")

A cell is read when its attribute is used, not before: an unreadable closing date does not matter
for a request that is still open. `required` and `optional` are about the cell; the column itself
must be in the header (`TypedRow.names`).

Dates are read in the order that the whole column has (`data_sources.intake.dates`): a row is given
what was recognised of its file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, NamedTuple, Self, TypeVar, cast, overload

from data_sources.intake.dates import Order, Taken, read_date
from data_sources.intake.dead_letter import RowError

T = TypeVar("T")
#: the cells of one row, by the name of their column
Cells = Mapping[str, str]
#: makes a value of (column name, cell), blanks around the cell ignored; raises `RowError`
#: naming the column, also for a blank cell
Reader = Callable[[str, str], T]


#: nothing was recognised: dates are read as the format declares them
AS_DECLARED = Taken()


class Point(NamedTuple):
    """A position as a row has it, degrees; None for a half that is missing or no such number."""

    lat: float | None
    lon: float | None


class TypedRow:
    """One row: columns are class attributes, a value is read when it is used."""

    def __init__(self, cells: Cells, taken: Taken = AS_DECLARED) -> None:
        self.cells, self.taken = cells, taken

    @classmethod
    def names(cls) -> frozenset[str]:
        """The columns that the header of such a file must have."""
        return frozenset(name for column in cls._columns() for name in column.names)

    @classmethod
    def dates(cls) -> dict[str, tuple[Order, ...]]:
        """The columns that hold dates, and the orders that the format declares for each."""
        return {c.names[0]: c.orders for c in cls._columns() if c.orders}

    @classmethod
    def _columns(cls) -> list[Column[Any]]:
        tables = [vars(base).values() for base in cls.__mro__]
        return [value for table in tables for value in table if isinstance(value, Column)]


class Column(Generic[T]):
    """A value of a row: the columns it is in, and how it is read from them."""

    def __init__(
        self,
        names: tuple[str, ...],
        read: Callable[[TypedRow], T],
        orders: tuple[Order, ...] = (),
    ) -> None:
        self.names, self.read, self.orders = names, read, orders

    @overload
    def __get__(self, row: None, owner: type[TypedRow]) -> Self: ...

    @overload
    def __get__(self, row: TypedRow, owner: type[TypedRow]) -> T: ...

    def __get__(self, row: TypedRow | None, owner: type[TypedRow]) -> Self | T:
        return self if row is None else self.read(row)


class DateReader:
    """Reads dates: a `Reader` that also knows the order which its column was found to have."""

    def __init__(self, orders: tuple[Order, ...]) -> None:
        self.orders = orders

    def __call__(self, column: str, cell: str) -> datetime:
        """The time of a cell, in the orders that the format declares."""
        return read_date(column, cell, self.orders)

    def of(self, row: TypedRow, column: str) -> datetime:
        """The time of a row's cell, in the order of its column."""
        return read_date(column, row.cells[column], row.taken.of(column, self.orders))


def required(name: str, read: Reader[T]) -> Column[T]:
    """A column whose cell may not be blank: the reader refuses it."""
    if isinstance(read, DateReader):
        # a reader of dates reads nothing else: T is datetime
        dated = cast(Callable[[TypedRow], T], lambda row: read.of(row, name))
        return Column((name,), dated, read.orders)
    return Column((name,), lambda row: read(name, row.cells[name]))


def optional(name: str, read: Reader[T]) -> Column[T | None]:
    """A column whose cell may be blank: its value is None then."""
    full = required(name, read)

    def value(row: TypedRow) -> T | None:
        return full.read(row) if row.cells[name].strip() else None

    return Column((name,), value, full.orders)


def known(name: str, values: Mapping[str, T]) -> Column[T | None]:
    """A column whose texts each mean a value.

    None for a blank cell or any other text.
    """
    return Column((name,), lambda row: values.get(row.cells[name].strip()))


def point(lat: str, lon: str) -> Column[Point | None]:
    """Two columns as a point, degrees as they are written; None if both are blank.

    What cannot be a point on earth is not refused: the event counts without its position.
    """

    def value(row: TypedRow) -> Point | None:
        cells = row.cells[lat].strip(), row.cells[lon].strip()
        if not any(cells):
            return None
        return Point(_degrees(cells[0], 90.0), _degrees(cells[1], 180.0))

    return Column((lat, lon), value)


def text(column: str, cell: str) -> str:
    """The cell without the blanks around it."""
    found = cell.strip()
    if not found:
        raise RowError(column, cell, "empty")
    return found


def date_and_time(*orders: Order) -> DateReader:
    """A date, with or without a time, in one of these orders unless the column shows another."""
    return DateReader(orders)


def one_of(values: Mapping[str, T]) -> Reader[T]:
    """The value for one of these texts; any other text is refused."""

    def read(column: str, cell: str) -> T:
        found = cell.strip()
        if found not in values:
            raise RowError(column, cell, f"expected one of {', '.join(values)}")
        return values[found]

    return read


def _degrees(cell: str, limit: float) -> float | None:
    """Degrees from -``limit`` to ``limit``; None for anything else."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if -limit <= value <= limit else None  # NaN fails this comparison too
