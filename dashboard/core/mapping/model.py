"""What each column of a table is: the content of a ``mapping.toml``. Pure values.

Columns are named as in the file; those of JSON by their path (``extended_attributes.ward``).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from dashboard.core.mapping.dates import Order
from dashboard.core.mapping.moments import Form, Written
from dashboard.core.mapping.statuses import State

#: `unknown`: the file states nothing about it; the event counts as reported only
Outcome = Literal["open", "closed", "rejected", "unknown"]
Kind = Literal["snapshot", "log"]
LevelName = Literal["blue", "yellow", "orange", "red"]
#: how the end of an event is known: by words, by a closing date being there, or not at all
By = Literal["words", "closing-date", "nothing"]


class Read(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the file is read, where that is not to be recognised."""

    delimiter: str = ""
    #: where the rows of JSON or XML are: ``result.records[]``, ``[].rows[]``, ``requests/request``
    rows: str = ""
    sheet: str = ""


class When(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column of times."""

    column: str
    #: the column with the time of the day, if it is apart
    time: str = ""
    written: Written = Written.FIGURES
    order: Order | None = None
    #: "city": local, whatever zone the cells name; "": the offset that a cell names, else local;
    #: or a zone by name, for cells without an offset
    zone: str = ""
    #: the cells have days alone
    precision: Literal["time", "day"] = "time"

    @property
    def form(self) -> Form:
        """How a cell is read."""
        return Form(self.written, self.order)


class Status(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the file states whether an event is closed."""

    by: By = "words"
    column: str = ""
    words: dict[str, State] = {}
    #: what a blank cell means; "" as the closing date states
    blank: Outcome | Literal[""] = ""


class Named(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column of names, several that are joined, or one name for all rows."""

    column: str | tuple[str, ...] = ()
    value: str = ""
    #: name in the file → name that it counts as
    words: dict[str, str] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are joined."""
        return (self.column,) if isinstance(self.column, str) else self.column

    def of(self, cells: dict[str, str]) -> str:
        """The name of a row; "" if it has none."""
        parts = [cell for name in self.columns if (cell := cells.get(name, "").strip())]
        found = " - ".join(parts)
        return self.words.get(found, found) or self.value


class Position(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The columns of coordinates: two of degrees, or one with both."""

    lat: str = ""
    lon: str = ""
    text: str = ""
    lon_first: bool = False
    #: ``WGS84``; ``GCJ02``, ``BD09`` and ``EPSG:…`` must be given, they cannot be recognised
    system: str = "WGS84"
    #: pairs that mean 'unknown', such as [39.0, -77.0]
    unknown: tuple[tuple[float, float], ...] = ()


class LevelRule(msgspec.Struct, frozen=True, kw_only=True):
    """Categories whose name has one of these words, and their level."""

    level: LevelName
    words: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The columns of places, by tier."""

    county: str = ""
    township: str = ""
    community: str = ""
    grid: str = ""

    @property
    def tiers(self) -> tuple[str, str, str, str]:
        """The columns from the widest tier to the narrowest, "" for none."""
        return (self.county, self.township, self.community, self.grid)


class Mapping(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the columns of one table are."""

    #: a row is what is reported of an event today, or ("log") what was done once
    kind: Kind = "snapshot"
    #: the city's zone; "" where it is not known
    zone: str = ""
    read: Read = Read()
    #: columns that name an event, joined; () if the rows are the events
    id: tuple[str, ...] = ()
    opened: When | None = None
    closed: When | None = None
    due: When | None = None
    updated: When | None = None
    status: Status = Status(by="nothing")
    category: Named = Named()
    department: Named = Named()
    channel: Named = Named()
    place: Place = Place()
    position: Position | None = None
    level: tuple[LevelRule, ...] = ()
    #: columns that are not read, and why
    skip: dict[str, str] = {}

    @property
    def columns(self) -> frozenset[str]:
        """The columns that are read."""
        times = [t for t in (self.opened, self.closed, self.due, self.updated) if t is not None]
        where = self.position or Position()
        names = {
            *self.id,
            *(name for when in times for name in (when.column, when.time)),
            self.status.column,
            *(
                name
                for one in (self.category, self.department, self.channel)
                for name in one.columns
            ),
            *self.place.tiers,
            *(where.lat, where.lon, where.text),
        }
        return frozenset(names - {""})
