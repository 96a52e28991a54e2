"""The overview's table: the numbers of the range by group, the total first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.config.words import catalogue
from dashboard.core.model.periods import Span
from dashboard.core.questions.answers import Kpis
from dashboard.core.questions.ask import Ask, AskError, span
from dashboard.documents.tables import Column, Table
from dashboard.web.exports.behind import Behind, cells, group
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.figures import breakdown, comparison_span, kpis

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
#: of places
HOMES = (
    Column("households"),
    Column("reported_per_1000", "number"),
    Column("open_per_1000", "number"),
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
    columns: tuple[Column, ...] = (Column("group", "text"), Column("code", "text"), *_NUMBERS)
    if by == "area":
        columns += HOMES
    if before is not None:
        columns += tuple(
            column
            for name in _BEFORE
            for column in (Column(f"{name}_before"), Column(f"{name}_change", "change"))
        )
        columns += (Column("on_time_rate_before", "rate"),)
    columns += (Column("behind", "link"),)
    behind, names = Behind(ask, reader), [column.key for column in _NUMBERS]

    def numbers(code: str, of: Kpis, was: Kpis | None, **changes: object) -> tuple[Any, ...]:
        path = behind.path("reported", of.reported, **changes)
        own = cells(behind, names, of, **changes)
        if by == "area":
            own = *own, *homes(site, code, of)
        return *own, *_changes(behind, of, was, before, **changes), path

    def rows() -> Iterator[tuple[Any, ...]]:
        yield text["export.total"], "", *numbers(ask.area or who.area, whole, whole_before)
        for row in found.rows:
            name = _name(site, found.by, row.key, ask.lang, text)
            yield (
                name,
                row.key,
                *numbers(row.key or "-", row.now, row.before, **group(by, found.by, row.key)),
            )

    lines = (("by", text[f"export.by_{by}"]),)
    return Table(columns=columns, rows=rows(), total=len(found.rows) + 1, notes=lines)


def homes(site: ReviewSite, code: str, of: Kpis) -> tuple[Any, ...]:
    """Households of a place and its counts per 1,000 of them; empty where not all are recorded."""
    area = site.base.area(code)
    whole = area.households if area.complete else None
    return whole, area.per_1000(of.reported), area.per_1000(of.open)


def _changes(
    behind: Behind, now: Kpis, was: Kpis | None, before: Span | None, **changes: object
) -> tuple[Any, ...]:
    if was is None or before is None:
        return ()

    def old(name: str) -> Any:
        return behind.before(before, name, getattr(was, name), **changes)

    pairs = [
        cell for name in _BEFORE for cell in (old(name), getattr(now, name) - getattr(was, name))
    ]
    return *pairs, old("on_time_rate")


def _name(site: ReviewSite, by: str, key: str, lang: str, text: Any) -> str:
    city = site.city
    if not key:
        return str(text["export.none"])
    if by in ("level", "channel"):
        return str(text[f"level.{key}" if by == "level" else f"review.channel.{key}"])
    if by == "department":
        return city.department_name(key, lang)
    return city.category_name(key, lang) if by == "category" else city.place_name(key, lang)
