"""Makes the export file of a page: the lines above the table, then its rows.

All rows are of one moment: the file is written while the desk answers, cut to the user's area.
Raises what pages raise.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from typing import IO, NamedTuple
from zoneinfo import ZoneInfo

from dashboard.config.words import catalogue
from dashboard.config.words.figures import day, spoken
from dashboard.config.words.plurals import say
from dashboard.core.model.periods import Span
from dashboard.core.model.records import coverage
from dashboard.core.questions.ask import NONE, STATUS_GROUPS, Ask, AskError, span
from dashboard.documents import tables
from dashboard.documents.tables import MOST_ROWS, Table, local, meaning_of, name_of
from dashboard.web.exports import departments, events, grid, overview, queue, warnings
from dashboard.web.pages.reading import records_since
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import DeskLoading
from data_sources.desk.figures import comparison_span
from data_sources.errors import RedisUnavailable
from data_sources.store import domain_clock

Lines = list[tuple[str, str]]
_MANY = ("department", "category", "level", "channel", "status")
#: a page's path, where it is not its name
_PATHS = {"overview": "/"}


def about(
    site: ReviewSite,
    who: Person,
    ask: Ask,
    page: str,
    table: Table,
    reader: Reader,
    *,
    kept: int,
    made_ms: int,
    base: str = "",
    since: int = 0,
) -> Lines:
    """The lines above a table, as (label, text): what it shows, of when, for whom, definitions.

    ``since`` is the first day of the city's records, YYYYMMDD; 0: there are none.
    """
    text, zone = catalogue(ask.lang), reader.rules.local.zone
    lines: Lines = [(text["export.title"], _title(site, page, text))]
    lines.append((text["export.area"], _place(site, ask.area or who.area, ask.lang)))
    for name in _MANY:
        words = [_word(site, name, value, ask, text) for value in ask.many(name)]
        if words:
            lines.append((text[f"review.filter.{name}"], text["export.and"].join(words)))
    if not any(ask.many(name) for name in _MANY):
        lines.append((text["review.filters"], text["export.unfiltered"]))
    if table.ranged:
        lines += _periods(ask, reader, text, zone)
    lines.append((text["export.records"], _records(table, ask, reader, since, text)))
    lines += [(text[f"export.{label}"], words) for label, words in table.notes]
    lines.append((text["export.as_of"], _time(reader.as_of_ms or reader.now_ms, zone)))
    lines.append((text["export.made"], _time(made_ms, zone)))
    lines.append((text["export.zone"], str(zone)))
    lines += _source(site, text)
    if table.total > kept:
        rows = say(text, "export.rows_cut", total=table.total, kept=kept)
    else:
        rows = say(text, "export.rows", total=table.total)
    lines.append((text["export.row_count"], rows))
    scope = _place(site, who.area, ask.lang)
    lines.append((text["export.made_by"], text["export.by_whom"].format(name=who.name, area=scope)))
    lines.append((text["export.who_may"], text["export.who_may_words"].format(area=scope)))
    paths = {"department": f"/departments/{ask.own.code}", "grid": f"/grids/{ask.area}"}
    path = paths.get(page, f"/{page}")
    address = ask.url(_PATHS.get(page, path), code=None)
    lines.append((text["export.address"], f"{base}{address}"))
    lines.append((text["export.definitions"], "docs/metrics.md"))
    for column in table.columns:
        if means := meaning_of(column, text):
            lines.append((name_of(column, text), f"{means} [{column.key}]"))
    return lines


def _title(site: ReviewSite, page: str, text: Mapping[str, str]) -> str:
    lang = text["export.lang"]
    title = site.city.title_zh if lang == "zh" else site.city.title_en
    return f"{title} · {text[f'export.page.{page}']}"


def _place(site: ReviewSite, code: str, lang: str) -> str:
    """A place's name with those of the places around it; the city's name for the whole city."""
    names = [site.city.name(lang)]
    names += [site.city.place_name(one, lang) for one in site.city.path(code) if one]
    return " › ".join(names)


def _word(site: ReviewSite, name: str, value: str, ask: Ask, text: Mapping[str, str]) -> str:
    if value == NONE:
        return text["export.none"]
    if name == "department":
        return site.city.department_name(value, ask.lang)
    if name == "category":
        return site.city.category_name(value, ask.lang)
    if name == "status" and value in STATUS_GROUPS:
        return text[f"export.status.{value}"]
    return text[f"review.channel.{value}" if name == "channel" else f"{name}.{value}"]


def _periods(ask: Ask, reader: Reader, text: Mapping[str, str], zone: ZoneInfo) -> Lines:
    of = span(ask, reader.rules, reader.now_ms)
    words = spoken(of, str(zone))
    if of.running:
        words += text["export.running"].format(until=_time(of.until_ms, zone))
    lines = [(text["export.period"], words)]
    before = comparison_span(reader, of, ask.compare)
    if before is not None:
        until = ""
        if before.kind != "time" and not _midnight(before, zone):
            until = text["export.until"].format(until=_time(before.end_ms, zone))
        lines.append((text["export.compared"], spoken(before, str(zone)) + until))
    return lines


def _records(table: Table, ask: Ask, reader: Reader, since: int, text: Mapping[str, str]) -> str:
    """When the records begin, and for how many days of the table's range there are some."""
    if not since:
        return text["review.records.empty"]
    if not table.ranged:
        return text["export.records_from"].format(since=day(since))
    of = span(ask, reader.rules, reader.now_ms)
    kept = coverage(of.first_day, of.last_day, since)
    return say(text, "export.records_of", since=day(since), n=kept.days, of=kept.of)


def _midnight(of: Span, zone: ZoneInfo) -> bool:
    at = local(of.end_ms, zone)
    return (at.hour, at.minute, at.second) == (0, 0, 0)


def _time(ms: int, zone: ZoneInfo) -> str:
    return local(ms, zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def _source(site: ReviewSite, text: Mapping[str, str]) -> Lines:
    """Whether the data are live, replayed or simulated; no line while Redis is out of reach."""
    try:
        feed, _ = domain_clock.read(site.store)
    except RedisUnavailable:
        return []
    mode = "simulated" if site.city.simulated else feed.mode
    return [(text["export.source"], text.get(f"source.{mode}", mode))]


#: page → the function that makes its table
PAGES: Mapping[str, Callable[[ReviewSite, Person, Ask, Reader], Table]] = {
    "overview": overview.table,
    "queue": queue.table,
    "departments": departments.scoreboard,
    "department": departments.department,
    "warnings": warnings.table,
    "events": events.table,
    "grid": grid.table,
}
#: file type → its writer and media type
KINDS = {
    "csv": (tables.write_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        tables.write_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


class Exported(NamedTuple):
    """An open file, at its beginning; the caller closes it."""

    file: IO[bytes]
    name: str
    content_type: str
    rows: int
    total: int


def export(
    site: ReviewSite,
    who: Person,
    ask: Ask,
    page: str,
    kind: str,
    most: int = MOST_ROWS,
    base: str = "",
) -> Exported:
    """The file of a page for an ask; ``KeyError`` if there is no such page or kind.

    ``base`` is the site's address, for links to what is behind the numbers.
    """
    make, (write, content_type) = PAGES[page], KINDS[kind]
    text, zone = catalogue(ask.lang), site.rules.local.zone
    made_ms = time.time_ns() // 1_000_000

    def question(reader: Reader) -> tuple[int, int, str]:
        of = span(ask, reader.rules, reader.now_ms)
        table = make(site, who, ask, reader)
        kept = min(table.total, most)
        lines = about(
            site, who, ask, page, table, reader,
            kept=kept, made_ms=made_ms, base=base, since=since,
        )  # fmt: skip
        table = Table(columns=table.columns, rows=table.rows, total=table.total, kept=kept)
        return write(file, table, lines, text, zone, base), table.total, of.label

    if site.desk is None:
        raise DeskLoading(0.0)
    since = records_since(site)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
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
