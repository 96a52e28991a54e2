"""Reads a whole file before anything is written, so that a wrong one leaves the store untouched.

In: a file. Out: what was recognised of it (encoding, order of its dates), how many rows it has, and
in a `Spool` the case of each good row and a dead letter for each other one. The file is read twice:
once for what shows only in the whole of it, once for its rows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

from dashboard.config import cities
from dashboard.config.accepting import judged
from dashboard.config.sources import Source
from dashboard.config.spans import span_of
from dashboard.core.model.actions import ActionError, check
from dashboard.core.model.span import Span
from dashboard.errors import GridwallError
from data_sources.intake.boston311 import BOSTON311
from data_sources.intake.dates import DateError, Evidence, Order, Taken, decide
from data_sources.intake.dead_letter import DeadLetter, RowError, shown
from data_sources.intake.encodings import Encoding, FileError, recognise
from data_sources.intake.formats import Case, Format, life
from data_sources.intake.la311 import LA311
from data_sources.intake.local_time import local_text
from data_sources.intake.rows import Row, Watch, read_rows
from data_sources.intake.spool import Spool

#: a file's own time is trusted to a day: it may have been written in another zone
_WRITTEN_WITHIN_MS = 86_400_000
FORMATS: dict[str, Format] = {form.name: form for form in (LA311, BOSTON311)}
#: makes the watch of a reading, called with what it is and the bytes to read
Watching = Callable[[str, int], Watch]


@dataclass
class Content:
    """What was recognised and counted of a file."""

    encoding: Encoding
    taken: Taken
    rows: int = 0
    #: rows that repeat an earlier row of the file
    doubled: int = 0
    #: rows that could not be read
    letters: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    #: the latest time (ms) at which one of its cases began or was changed: the file is not older
    end: int = 0
    #: the time (ms) of the last action of all
    last: int = 0


def format_of(name: str) -> Format:
    """The format with this name. Raises: `GridwallError` for an unknown one."""
    if name not in FORMATS:
        raise GridwallError(f"format={name!r}: expected one of {', '.join(FORMATS)}")
    return FORMATS[name]


def _unwatched(_what: str, _size: int) -> Watch:
    return lambda _done: None


def read_file(
    file: Path,
    form: Format,
    spool: Spool,
    dates: Order | None = None,
    watching: Watching = _unwatched,
    source: Source | None = None,
) -> Content:
    """Read all of ``file`` into ``spool``; ``dates`` is the operator's word on their order.

    ``source`` has the settings of the format as a source, if there are any.

    Raises: `FileError` if it is not of this format.
    """
    encoding = recognise(file)
    size = file.stat().st_size
    taken = _recognise_dates(file, form, encoding, dates, watching("识别 recognise", size))
    content = Content(encoding, taken)
    city = cities.load(form.city)
    source = source or Source(name=form.name)
    span = file_span(file, source, city)
    for row in read_rows(file, form.columns, form.name, encoding, watching("读取 read", size)):
        content.rows += 1
        try:
            _take(content, form, source, city, span, row, spool)
        except RowError as error:
            content.letters += 1
            spool.refuse(
                DeadLetter(
                    file=file.name,
                    line=row.line,
                    field=error.field,
                    value=shown(error.value),
                    reason=error.reason,
                )
            )
    if not content.rows:
        raise FileError(file, "it has a header and no row")
    return content


def file_span(file: Path, source: Source, city: cities.City) -> Span:
    """The times that the file may report: of the city's records, and not after it was written.

    When it was written is when it was last changed; that is not believed (some tools set it to
    a fixed date) if it is before the city's records begin.
    """
    now = round(time.time() * 1000)
    span = span_of(source, city, now)
    written = round(file.stat().st_mtime * 1000) + _WRITTEN_WITHIN_MS
    begin = city.records_begin
    believed = (
        begin is not None
        and written > datetime.combine(begin, datetime.min.time(), city.tz).timestamp() * 1000
    )
    return replace(span, latest=min(span.latest, written)) if believed else span


def _recognise_dates(
    file: Path, form: Format, encoding: Encoding, asked: Order | None, watch: Watch
) -> Taken:
    """The order of the dates in each column, from all rows. Raises: `FileError`."""
    declared = form.row.dates()
    seen = {column: Evidence() for column in declared}
    for row in read_rows(file, form.columns, form.name, encoding, watch):
        if row.error is None:
            for column, evidence in seen.items():
                evidence.see(row.values[column])
    try:
        return Taken(decide(seen, declared, asked))
    except DateError as error:
        raise FileError(file, str(error)) from error


def _take(
    content: Content,
    form: Format,
    source: Source,
    city: cities.City,
    span: Span,
    row: Row,
    spool: Spool,
) -> None:
    """Keep a row's case. Raises: `RowError` if the row has to be a dead letter."""
    if row.error is not None:
        raise row.error
    key = row.values[form.key].strip()
    digest = blake2b(msgspec.msgpack.encode(list(row.values.items())), digest_size=16).digest()
    if (earlier := spool.named(key)) is not None:
        line, same = earlier
        if digest != same:
            raise RowError(form.key, key, f"line {line} has the same {form.key}, but differs")
        content.doubled += 1
        return
    case = form.read(row.values, city, content.taken)
    accepted(case, content, form.name, source, city, span)
    spool.add(key, row.line, digest, case)


def accepted(
    case: Case, content: Content, form: str, source: Source, city: cities.City, span: Span
) -> None:
    """Note how far the file goes with a case. Raises: `RowError` for one that is not accepted."""
    for name, moment in (("reported", case.reported), ("ended", case.ended)):
        if moment and (reason := span.refusal(moment)) is not None:
            raise RowError(name, local_text(moment, city.tz), reason)
    last = case.reported
    try:
        for action in life(case, city, form):
            judged(check(action), source, city, span)
            last = action.ts
    except ActionError as error:
        raise RowError(error.field, str(error.value), error.reason) from error
    content.notes.update(case.notes)
    content.last = max(content.last, last)
    if case.changed and case.changed not in span:
        case.changed = 0
    content.end = max(content.end, case.reported, case.changed)
    case.notes = []
