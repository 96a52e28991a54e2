"""The list of the events behind a figure as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import Item, Listed, opened
from dashboard.documents.tables import MOST_ROWS, Column, Table
from dashboard.web.exports.behind import story_path
from dashboard.web.pages.reading import queue_words
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.behind.opened import opened as listed_of
from data_sources.desk.copy.reader import Reader
from layouts.pages.events import name_of, place_of, value_of

_EVENTS = (
    *(Column(name, "text") for name in ("event", "level", "status", "category_name")),
    *(Column(name, "text") for name in ("department_name", "place", "place_code")),
    *(Column(name, "time") for name in ("counted_at", "reported_at")),
    *(Column(name, "hours") for name in ("spent", "limit")),
)
_STORY = (Column("story", "link"),)
_SUMS = (Column("above", "number"), Column("below", "number"))
_POINTS = (Column("points", "number"),)


def table(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """All events behind the figure of the address, in the order of the page."""
    text = catalogue(ask.lang)
    listed = listed_of(reader, replace(opened(ask), page=1), MOST_ROWS)
    columns = _EVENTS
    if listed.above is not None:
        columns += _SUMS
    if listed.asked.scored:
        columns += _POINTS
    columns += _STORY
    what = f"{name_of(listed.asked.of, text)}: {value_of(listed, text)}"
    if listed.asked.show != listed.asked.of:
        show = listed.asked.show
        shown = f"review.events.show_{show}"
        what += f" · {text[shown] if shown in text else name_of(show, text)}"
    rows = _rows(site, listed, columns, ask.lang)
    return Table(columns=columns, rows=rows, total=listed.count, notes=(("figure", what),))


def _rows(
    site: ReviewSite, listed: Listed, columns: tuple[Column, ...], lang: str
) -> Iterator[tuple[Any, ...]]:
    words, text = queue_words(site, lang), catalogue(lang)

    def cells(one: Item) -> dict[str, Any]:
        return {
            "event": one.event_id,
            "level": text[f"level.{one.level}"],
            "status": text[f"status.{one.status}"],
            "category_name": words.category(one.category),
            "department_name": words.department(one.department) if one.department else "",
            "place": place_of(one, words),
            "place_code": one.grid or one.community or one.township or one.county,
            "counted_at": one.moment,
            "reported_at": one.reported_at,
            "spent": one.spent,
            "limit": one.limit,
            "above": one.above,
            "below": one.below,
            "points": one.points,
            "story": story_path(one.event_id),
        }

    for one in listed.rows:
        found = cells(one)
        yield tuple(found[column.key] for column in columns)
