"""Makes the file of a page: asks the desk within the asker's area, and writes while it answers,
so that all rows are of one moment. Raises what pages raise.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from typing import IO, NamedTuple

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError, span
from dashboard.documents import csvfile, tables
from dashboard.documents.model import MOST_ROWS, Table
from dashboard.web.exports import departments, overview, queue, warnings
from dashboard.web.exports.make import about
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.desk import DeskLoading
from data_sources.desk.reader import Reader

#: page → what makes its table
PAGES: Mapping[str, Callable[[ReviewSite, Person, Ask, Reader], Table]] = {
    "overview": overview.table,
    "queue": queue.table,
    "departments": departments.scoreboard,
    "department": departments.department,
    "warnings": warnings.table,
}
#: ending → how it is written, and what it is called on the way
KINDS = {
    "csv": (csvfile.write_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        tables.write_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


class Exported(NamedTuple):
    """A file, to be read from its beginning and closed."""

    file: IO[bytes]
    name: str
    content_type: str
    rows: int
    total: int


def export(
    site: ReviewSite, who: Person, ask: Ask, page: str, kind: str, most: int = MOST_ROWS
) -> Exported:
    """The file of a page for an ask; ``KeyError`` if there is no such page or kind."""
    make, (write, content_type) = PAGES[page], KINDS[kind]
    text, zone = catalogue(ask.lang), site.rules.local.zone
    made_ms = time.time_ns() // 1_000_000

    def question(reader: Reader) -> tuple[int, int, str]:
        of = span(ask, reader.rules, reader.now_ms)
        table = make(site, who, ask, reader)
        kept = min(table.total, most)
        lines = about(site, who, ask, page, table, reader, kept=kept, made_ms=made_ms)
        table = Table(columns=table.columns, rows=table.rows, total=table.total, kept=kept)
        return write(file, table, lines, text, zone), table.total, of.label

    if site.desk is None:
        raise DeskLoading(0.0)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    try:
        rows, total, period = site.desk.ask(who.area, question).value
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = f"gridwall-{site.city.id}-{page}-{period.replace('..', '_')}.{kind}"
    return Exported(file, name, content_type, rows, total)


def parts(name: str) -> tuple[str, str]:
    """``overview.csv`` → overview, csv; raises :class:`AskError`."""
    page, _, kind = name.rpartition(".")
    if page not in PAGES or kind not in KINDS:
        raise AskError("page", name[:40], f"expected {', '.join(PAGES)} and .csv or .xlsx")
    return page, kind
