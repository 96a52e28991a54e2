"""What one row states, by a mapping. Pure.

In: the cells of a row. Out: its name, its state, where it is; for the times `moment`. Nothing here
raises: what a row does not say is None or "".
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Table
from datetime import datetime

from dashboard.core.mapping.model import Mapping, Outcome, Position, When
from dashboard.core.mapping.moments import time_of_day
from dashboard.core.mapping.positions import (
    Point,
    degrees,
    numbers_of,
    of_pair,
    of_text,
    on_earth,
)
from dashboard.core.mapping.statuses import silent, state_of

#: makes degrees of x (east) and y (north)
Turn = Callable[[float, float], Point | None]


class Reader:
    """Reads the rows of one table."""

    def __init__(self, mapping: Mapping, turn: Turn | None = None) -> None:
        #: ``turn`` makes degrees of x and y in the system that the mapping names, if it is another
        self.mapping, self._turn = mapping, turn
        self._words = mapping.status.words
        self._folded = {word.casefold(): state for word, state in self._words.items()}
        self._unknown = frozenset(mapping.position.unknown) if mapping.position else frozenset()
        self._forms = {
            id(when): when.form
            for when in (mapping.opened, mapping.closed, mapping.due, mapping.updated)
            if when is not None
        }

    def name(self, cells: Table[str, str]) -> str:
        """What names the event; "" if the row does not say."""
        parts = [cells.get(column, "") for column in self.mapping.id]
        # a number that a spreadsheet or pandas has turned into 10551.0 is the same
        parts = [p[:-2] if p.endswith(".0") and p[:-2].isdigit() else p for p in parts]
        return "-".join(parts) if any(parts) else ""

    def state(self, cells: Table[str, str]) -> tuple[Outcome, str]:
        """The state of an event, and the word that is not known, if there is one."""
        status = self.mapping.status
        if status.by == "nothing":
            return "unknown", ""
        if status.by == "closing-date":
            return self._by_date(cells), ""
        word = cells.get(status.column, "")
        if not word:
            return (status.blank or self._by_date(cells)), ""
        found = self._words.get(word) or self._folded.get(word.casefold()) or state_of(word)
        if found is None and silent(word):
            return "unknown", ""
        return ("open", word) if found is None else (found, "")

    def _by_date(self, cells: Table[str, str]) -> Outcome:
        closed = self.mapping.closed
        return "closed" if closed is not None and cells.get(closed.column, "") else "open"

    def point(self, cells: Table[str, str]) -> Point | None:
        """Where it is, WGS 84; None for nowhere."""
        position = self.mapping.position
        if position is None:
            return None
        if self._turn is not None:
            return self._turned(position, cells, self._turn)
        point, _ = where(position, cells)
        return None if point is None or point in self._unknown else point

    def _turned(self, position: Position, cells: Table[str, str], turn: Turn) -> Point | None:
        if position.text:
            numbers = numbers_of(cells.get(position.text, ""))
            x, y = numbers if numbers is not None else (None, None)
            # a bare pair of degrees has the latitude first unless the mapping states another order
            if position.system in ("GCJ02", "BD09") and not position.lon_first:
                x, y = y, x
        else:
            x, y = degrees(cells.get(position.lon, "")), degrees(cells.get(position.lat, ""))
        if x is None or y is None or (x == 0 and y == 0) or (y, x) in self._unknown:
            return None
        found = turn(x, y)
        return None if found is None else on_earth(*found)

    def moment(self, when: When | None, cells: Table[str, str]) -> datetime | None:
        """A time of the row: naive where it is the city's own, else with a zone."""
        if when is None:
            return None
        found = self._forms[id(when)].read(cells.get(when.column, ""))
        if found is None:
            return None
        if when.time and (clock := time_of_day(cells.get(when.time, ""))) is not None:
            found = found.replace(hour=0, minute=0, second=0, microsecond=0) + clock
        return found.replace(tzinfo=None) if when.zone == "city" else found


def where(position: Position, row: Table[str, str]) -> tuple[Point | None, bool]:
    """The place of a row, and whether its cells are filled."""
    if position.text:
        cell = row.get(position.text, "")
        return of_text(cell, position.lon_first), bool(cell)
    first, second = row.get(position.lat, ""), row.get(position.lon, "")
    return of_pair(first, second), bool(first or second)
