"""Dates of a file's cells: `dashboard.core.mapping.dates`, with a `RowError` for what is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from dashboard.core.mapping.dates import (
    WRITTEN,
    DateError,
    Evidence,
    Order,
    date_of,
    decide,
    form_of,
)
from data_sources.intake.dead_letter import RowError

__all__ = ["DateError", "Evidence", "Order", "Taken", "decide", "form_of", "read_date"]


def read_date(column: str, cell: str, orders: Iterable[Order]) -> datetime:
    """The time of a cell: midnight where it names none, with a zone where it names an offset.

    Raises: `RowError` naming the column.
    """
    cell = cell.strip()
    if not cell:
        raise RowError(column, cell, "empty, expected a time")
    orders = tuple(orders)
    when = date_of(cell, orders)
    if when is not None:
        return when
    written = " or ".join(WRITTEN[order] for order in orders)
    raise RowError(column, cell, f"not a date and time, expected one such as {written}")


class Taken(msgspec.Struct, frozen=True):
    """What was recognised of a file's dates."""

    #: columns with the year last, and their order
    orders: dict[str, Order] = {}

    def of(self, column: str, declared: tuple[Order, ...]) -> tuple[Order, ...]:
        """The orders by which the cells of a column are read."""
        own = self.orders.get(column)
        return declared if own is None else (own,)
