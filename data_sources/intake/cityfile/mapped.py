"""Turns the rows of a city's files into the cases of a feed, by their mappings.

In: tables, a mapping for each, the city. Out: in a `Spool` the case of each event, and a letter
for each row that is none: one that could not be read, or does not tell when it was reported.
Several rows of an event count as the one that was changed last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from hashlib import blake2b
from pathlib import Path

import msgspec

from dashboard.config import cities
from dashboard.config.cities import City
from dashboard.config.sources import Source
from dashboard.core.mapping.channels import channel_of
from dashboard.core.mapping.model import Mapping, When
from dashboard.core.mapping.reading import Reader
from dashboard.core.model.actions import Channel
from dashboard.core.model.span import Span
from data_sources.intake.cityfile.codes import MAPPED, NO_CATEGORY, code_of, place_codes
from data_sources.intake.cityfile.systems import turn_of
from data_sources.intake.columns import Point
from data_sources.intake.dates import Taken
from data_sources.intake.dead_letter import WHOLE_LINE, DeadLetter, RowError, shown
from data_sources.intake.encodings import Encoding
from data_sources.intake.formats import (
    Case,
    Format,
    Outcome,
    Request,
    department_or_unassigned,
    usable_due,
    usable_end,
    usable_point,
)
from data_sources.intake.local_time import end_of_day, to_ms
from data_sources.intake.plan import Content, Watching, accepted, file_span
from data_sources.intake.spool import Spool
from data_sources.intake.tables.model import Table
from data_sources.intake.tables.opening import open_table
from data_sources.maps.located import locator, place_names

#: a day without a time is taken at its middle: differences of days come out whole
_NOON = time(12)
#: rows of one file; each file's rows have numbers of their own in the spool
_APART = 10_000_000_000


def mapped_format(city: str, kind: str) -> Format:
    """The format of a city's files by their mappings."""
    return Format(MAPPED, city, "", Request, "log" if kind == "log" else "snapshot")


class CaseReader:
    """Reads rows of one table as cases of a city."""

    def __init__(self, mapping: Mapping, city: City) -> None:
        self.reader, self.mapping, self.city = Reader(mapping, turn_of(mapping)), mapping, city
        self.tiers = mapping.place.tiers
        self.locator = locator(city)
        self.named = place_names(city)

    def case(self, cells: dict[str, str], name: str) -> Case:
        """The case of a row with this name. Raises: `RowError` naming the column."""
        mapping, reader, city = self.mapping, self.reader, self.city
        opened = mapping.opened
        if opened is None:
            raise RowError("opened", "", "no column of the mapping has the time of the report")
        reported = self._ms(opened, cells)
        if reported is None:
            column = opened.column
            raise RowError(column, cells.get(column, ""), "not a date and time in its form")
        notes: list[str] = []
        outcome, ended, unmeasured = self._end(cells, reported, notes)
        point = reader.point(cells)
        lat, lon = usable_point(None if point is None else Point(*point), city, notes)
        word = mapping.channel.of(cells)
        channel = Channel(word) if word in set(Channel) else channel_of(word)
        return Case(
            event_id=f"{city.id}-{name}",
            reported=reported,
            outcome=outcome,
            ended=ended,
            changed=self._ms(mapping.updated, cells) or 0,
            due=usable_due(self._due(cells), reported, notes),
            category=code_of(mapping.category.of(cells)) or NO_CATEGORY,
            department=department_or_unassigned(
                code_of(mapping.department.of(cells)) or None, notes
            ),
            channel=channel,
            place=self._place(cells, lat, lon, notes),
            lat=lat,
            lon=lon,
            unmeasured=unmeasured,
            notes=notes,
        )

    def _place(
        self, cells: dict[str, str], lat: float | None, lon: float | None, notes: list[str]
    ) -> tuple[str, ...]:
        """The place that the columns name; without one that the pack lists, that of the point."""
        names = tuple([cells.get(c, "") if c else "" for c in self.tiers])
        codes = place_codes(names)
        if any(code in self.city.places for code in codes):
            return codes
        for name in reversed(names):
            if listed := self.named.get(name.strip().casefold()):
                return self.city.path(listed)
        if self.locator is None or lat is None or lon is None:
            return codes
        if found := self.locator.place(lat, lon):
            return found
        notes.append("outside every outline: the place is as the file names it, if it does")
        return codes

    def _end(
        self, cells: dict[str, str], reported: int, notes: list[str]
    ) -> tuple[Outcome, int, bool]:
        """The outcome, when it came about (ms), and whether its times were not measured."""
        state, _ = self.reader.state(cells)
        if state == "unknown":
            return "reported", 0, False
        if state == "open":
            return "open", 0, False
        ended = self._ms(self.mapping.closed, cells)
        if ended is None:
            ended = self._ms(self.mapping.updated, cells)
            notes.append("ended without a date, taken as when last updated" if ended else "")
        if ended is None:
            notes[-1] = "ended without a date: counted, in no time and no score"
            return state, reported, True
        closed = self.mapping.closed
        if ended < reported and closed is not None and closed.precision == "day":
            first = datetime.fromtimestamp(reported / 1000, self.city.tz).date()
            if datetime.fromtimestamp(ended / 1000, self.city.tz).date() == first:
                ended = reported
        ended, unmeasured = usable_end(ended, reported, notes)
        return state, ended, unmeasured

    def _due(self, cells: dict[str, str]) -> int | None:
        when = self.mapping.due
        if when is None or when.precision == "time":
            return self._ms(when, cells)
        found = self.reader.moment(when, cells)
        return None if found is None else end_of_day(found.date(), self.city.tz)

    def _ms(self, when: When | None, cells: dict[str, str]) -> int | None:
        """A time in ms; None where the row has none, or one that no calendar has."""
        found = self.reader.moment(when, cells)
        if found is None or when is None:
            return None
        try:
            if when.precision == "day" and found.tzinfo is None:
                found = datetime.combine(found.date(), _NOON)
            return to_ms(found, self.city.tz)
        except (OverflowError, ValueError, OSError):
            return None


def read_mapped(
    files: Sequence[Path],
    mappings: Sequence[Mapping],
    form: Format,
    spool: Spool,
    watching: Watching,
    source: Source | None,
) -> Content:
    """Read all files into the spool; the last mapping is that of all files after it."""
    source = source or Source(name=form.name)
    city = cities.load(form.city)
    content = Content(Encoding("utf-8"), Taken())
    for number, file in enumerate(files):
        mapping = mappings[min(number, len(mappings) - 1)]
        read = mapping.read
        table = open_table(file, delimiter=read.delimiter, path=read.rows, sheet=read.sheet)
        one = _One(table, CaseReader(mapping, city), form, spool, content, source)
        one.read(number * _APART, watching)
    return content


class _One:
    """The reading of one table."""

    def __init__(
        self,
        table: Table,
        reader: CaseReader,
        form: Format,
        spool: Spool,
        content: Content,
        source: Source,
    ) -> None:
        self.table, self.reader, self.form = table, reader, form
        self.spool, self.content, self.source = spool, content, source
        #: the columns that are read: what differs in others is no difference
        self.used = sorted(reader.mapping.columns)
        self.span: Span = file_span(table.file, source, reader.city)

    def read(self, first: int, watching: Watching) -> None:
        """Read the rows; ``first`` is the number before that of the first one in the spool."""
        content, file = self.content, self.table.file.name
        for row in self.table.rows(watching("读取 read", self.table.size)):
            content.rows += 1
            try:
                if row.error:
                    raise RowError(WHOLE_LINE, "", row.error)
                self._take(row.cells, first + row.number)
            except RowError as error:
                content.letters += 1
                self.spool.refuse(
                    DeadLetter(
                        file=file,
                        line=row.number,
                        field=error.field,
                        value=shown(error.value),
                        reason=error.reason,
                    )
                )

    def _take(self, cells: dict[str, str], line: int) -> None:
        spool, content = self.spool, self.content
        used = [cells.get(column, "") for column in self.used]
        digest = blake2b(msgspec.msgpack.encode(used), digest_size=16).digest()
        name = self.reader.reader.name(cells)
        if name:
            earlier = spool.named(name)
        else:
            # without an id the content is the name; the same content again is one more event
            base, count = digest[:9].hex(), 1
            name = base
            while spool.named(name) is not None:
                count += 1
                name = f"{base}-{count}"
            earlier = None
        if earlier is not None and earlier[1] == digest:
            content.doubled += 1
            return
        case = self.reader.case(cells, name)
        accepted(case, content, self.form.name, self.source, self.reader.city, self.span)
        if earlier is not None:
            content.doubled += 1
            if case.changed >= spool.case(name).changed:
                spool.replace(name, line, digest, case)
            return
        spool.add(name, line, digest, case)
