"""The queue's table: its rows in the order of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.queue import QueueAsk, QueueRow, Words, queue_ask
from dashboard.documents.tables import Column, Table
from dashboard.web.exports.behind import story_path
from dashboard.web.pages.reading import queue_words
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.queue import queue_page

_COLUMNS = (
    *(Column(name, "text") for name in ("event", "level", "status", "category_name", "place")),
    *(Column(name, "text") for name in ("place_code", "department_name", "owner", "clock")),
    Column("due", "time"),
    Column("used", "share"),
    *(Column(name, "text") for name in ("is_overdue", "is_response_overdue", "alarm")),
    *(Column(name, "time") for name in ("reported_at", "acknowledged_at", "updated_at")),
    Column("urges"),
    Column("story", "link"),
)
#: rows read at a time
_PART = 10_000


def table(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """All rows of a view of the queue; ``sort``, ``clock`` and ``q`` as on the page."""
    asked, words, text = queue_ask(ask), queue_words(site, ask.lang), catalogue(ask.lang)
    first = queue_page(reader, asked, words, 0, _PART)
    lines = [(name, value) for name, value in _filters(asked, text) if value]
    found = _all(reader, asked, words, first.rows, first.total)
    rows = (_cells(row, text) for row in found)
    return Table(columns=_COLUMNS, rows=rows, total=first.total, ranged=False, notes=tuple(lines))


def _all(
    reader: Reader, asked: QueueAsk, words: Words, rows: list[QueueRow], total: int
) -> Iterator[QueueRow]:
    offset = 0
    while rows:
        yield from rows
        offset += _PART
        rows = []
        if offset < total:
            rows = queue_page(reader, asked, words, offset, _PART, reader.now_ms).rows


def _cells(row: QueueRow, text: Any) -> tuple[Any, ...]:
    yes = {True: text["export.yes"], False: text["export.no"]}
    return (
        row.id,
        text[f"level.{row.level}"],
        text[f"status.{row.status}"],
        row.what,
        row.where,
        row.area,
        row.whose,
        text.get(f"owner.{row.owner}", row.owner),
        text[f"export.clock.{row.clock}"] if row.clock else "",
        row.due or None,
        row.used if row.clock else None,
        yes[row.overdue],
        yes[row.response_overdue],
        yes[row.alarm],
        row.reported,
        row.acknowledged or None,
        row.seen or None,
        row.urges,
        story_path(row.id),
    )


def _filters(asked: QueueAsk, text: Any) -> list[tuple[str, str]]:
    column = asked.sort.removeprefix("-")
    sort = text["export.sort_own"]
    if column:
        way = text["export.falling" if asked.sort.startswith("-") else "export.rising"]
        sort = f"{text[f'export.sort.{column}']} {way}"
    clock = text[f"export.chosen.{asked.clock}"] if asked.clock else ""
    return [("clock_filter", clock), ("search", asked.search), ("order", sort)]
