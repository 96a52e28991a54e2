"""The table of a grid's monthly sheet: the lines of its page, one a row."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError
from dashboard.core.questions.grid.sheet import OPENED, Line, Sheet, sheet
from dashboard.documents.tables import Column, Table
from dashboard.web.exports.behind import Behind
from dashboard.web.pages.reading import check_off_until, records_since
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.past.asof import PastQueryError

_COLUMNS = (
    Column("part", "text"),
    Column("line", "text"),
    Column("n", "score"),
    Column("of"),
    Column("rate", "rate"),
    Column("per_1000", "number"),
    Column("remark", "text"),
    Column("behind", "link"),
)


def _opened(behind: Behind, line: Line) -> tuple[Any, Any]:
    """The line's number and what it is of, each with the address of its events, if it has one."""
    counted, whole = OPENED.get((line.part, line.key), ("", ""))
    return (
        behind.cell(counted, line.n) if counted else line.n,
        behind.cell(whole, line.of) if whole else line.of,
    )


def _address(behind: Behind, line: Line) -> str:
    counted, whole = OPENED.get((line.part, line.key), ("", ""))
    return behind.path(counted or whole) if (counted or whole) and line.recorded else ""


def sheet_of(site: ReviewSite, grid: str, month: str | None) -> Sheet:
    """The sheet of a grid's month (YYYY-MM), by default the current one.

    Raises: `PastQueryError`, ``redis.RedisError``.
    """
    sums = site.ledgers.page(grid, month, limit=1).sums
    assert sums is not None  # a first page has them
    base = site.base
    return sheet(
        sums,
        base.grid(grid),
        base.area(grid),
        base.simulated,
        records_since(site),
        check_off_until(site, sums.month),
    )


def table(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """The sheet of the grid that ``area`` names, of ``month``."""
    place = site.city.places.get(ask.area)
    if place is None or place.tier != "grid":
        raise AskError("area", ask.area, "expected a grid")
    try:
        found = sheet_of(site, ask.area, ask.own.month or None)
    except PastQueryError as error:
        raise AskError(error.field, str(error.value), error.reason) from error
    text = catalogue(ask.lang)
    behind = Behind(msgspec.structs.replace(ask, range=found.month), reader)
    rows = [
        (
            text[f"sheet.part.{line.part}"],
            text[f"sheet.{line.part}.{line.key}"],
            *_opened(behind, line),
            line.share,
            line.per_1000,
            text["known.unrecorded"]
            if line.n is None and (line.part == "base" or not line.recorded)
            else "",
            _address(behind, line),
        )
        for line in found.lines
    ]
    notes = [("month", found.month)]
    if found.counts.as_of:
        notes.append(("counts_of", found.counts.as_of.isoformat()))
    notes.append(("check_off_until", found.until))
    if found.simulated:
        notes.append(("counts", text["sheet.simulated"]))
    return Table(columns=_COLUMNS, rows=rows, total=len(rows), ranged=False, notes=tuple(notes))
