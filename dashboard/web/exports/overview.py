"""The overview's table: the numbers of the range by group, the total first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.config.words import catalogue
from dashboard.core.questions.answers import Kpis
from dashboard.core.questions.ask import Ask, AskError, span
from dashboard.documents.tables import Column, Table
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.figures import breakdown, comparison_span, kpis
from data_sources.desk.reader import Reader

#: what rows may be grouped by: ``by=`` in the address
GROUPS = ("area", "category", "department", "level", "channel")
_COUNTS = (
    *("reported", "closed", "open", "overdue", "became_overdue", "decided", "on_time"),
    *("response_overdue", "became_response_overdue"),
)
_NUMBERS = (
    *(Column(name) for name in _COUNTS),
    *(Column(name, "rate") for name in ("on_time_rate", "close_rate", "return_rate")),
    Column("rework_rate", "rate"),
    Column("median_ms", "hours"),
    Column("p90_ms", "hours"),
)
#: numbers that the compared range has too, each with its change
_BEFORE = ("reported", "closed", "open", "overdue", "became_overdue", "response_overdue")


def table(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """A row for the total and one for each group, most reports first."""
    by = ask.own.by or GROUPS[0]
    if by not in GROUPS:
        raise AskError("by", by, f"expected one of {', '.join(GROUPS)}")
    text = catalogue(ask.lang)
    now = span(ask, reader.rules, reader.now_ms)
    before = comparison_span(reader, now, ask.compare)
    whole = kpis(reader, ask, now)
    whole_before = None if before is None else kpis(reader, ask, before)
    found = breakdown(reader, ask, now, by, before)
    columns = (Column("group", "text"), Column("code", "text"), *_NUMBERS)
    if before is not None:
        columns += tuple(
            column
            for name in _BEFORE
            for column in (Column(f"{name}_before"), Column(f"{name}_change", "change"))
        )
        columns += (Column("on_time_rate_before", "rate"),)

    def rows() -> Iterator[tuple[Any, ...]]:
        yield text["export.total"], "", *_numbers(whole), *_changes(whole, whole_before)
        for row in found.rows:
            name = _name(site, found.by, row.key, ask.lang, text)
            yield name, row.key, *_numbers(row.now), *_changes(row.now, row.before)

    lines = (("by", text[f"export.by_{by}"]),)
    return Table(columns=columns, rows=rows(), total=len(found.rows) + 1, notes=lines)


def _numbers(of: Kpis) -> tuple[Any, ...]:
    return tuple(getattr(of, column.key) for column in _NUMBERS)


def _changes(now: Kpis, before: Kpis | None) -> tuple[Any, ...]:
    if before is None:
        return ()
    both = [(getattr(now, name), getattr(before, name)) for name in _BEFORE]
    pairs = [cell for new, old in both for cell in (old, new - old)]
    return *pairs, before.on_time_rate


def _name(site: ReviewSite, by: str, key: str, lang: str, text: Any) -> str:
    city = site.city
    if not key:
        return str(text["export.none"])
    if by in ("level", "channel"):
        return str(text[f"level.{key}" if by == "level" else f"review.channel.{key}"])
    if by == "department":
        return city.department_name(key, lang)
    return city.category_name(key, lang) if by == "category" else city.place_name(key, lang)
