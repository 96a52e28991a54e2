"""The table of surge warnings: the open ones, then the ended ones, newest first."""

from __future__ import annotations

from typing import Any

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import observed
from dashboard.core.surges.incidents import SurgeWarning, seen_from
from dashboard.documents.tables import Column, Linked, Table
from dashboard.web.pages.reading import inside
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.surges.warnings import read_warnings
from layouts.pages.warnings import odds

_COLUMNS = (
    *(Column(name, "text") for name in ("what", "place", "place_code", "category_name")),
    *(Column(name, "time") for name in ("raised_at", "evidence_start", "evidence_end")),
    Column("observed"),
    Column("expected", "number"),
    *(Column(name) for name in ("usual_low", "usual_high")),
    Column("odds", "text"),
    Column("other_places"),
    Column("over_at", "time"),
    Column("reason", "text"),
    Column("behind", "link"),
)
_LINES = 10_000


def table(site: ReviewSite, who: Person, ask: Ask, reader: Reader) -> Table:
    """The area's warnings; raises ``RedisUnavailable``."""
    text, found = catalogue(ask.lang), read_warnings(site.store, _LINES)

    def shown(code: str) -> bool:
        return inside(site, code, ask.area) and inside(site, code, who.area)

    rows = []
    for one in found.open:
        if (seen := seen_from(one, shown)) is not None:
            rows.append(_cells(site, seen, ask.lang, text, "open"))
    for line in found.recent:
        if line.what == "ended" and (seen := seen_from(line.warning, shown)) is not None:
            rows.append(_cells(site, seen, ask.lang, text, "ended", line.at, line.reason))
    return Table(columns=_COLUMNS, rows=rows, total=len(rows), ranged=False)


def _cells(
    site: ReviewSite,
    one: SurgeWarning,
    lang: str,
    text: Any,
    what: str,
    over: int | None = None,
    reason: str = "",
) -> tuple[Any, ...]:
    seen = one.evidence
    path = observed(Ask(lang=lang), one, site.view.zone)
    return (
        text[f"export.warning.{what}"],
        site.city.place_name(one.code, lang),
        one.code,
        site.city.category_name(one.category, lang) if one.category else text["export.all"],
        one.raised_at,
        seen.start,
        seen.end,
        Linked(seen.observed, path),
        seen.expected,
        seen.low,
        seen.high,
        odds(seen, site.rules.surge.odds_days, text),
        len(one.folded),
        over,
        text[f"export.reason.{reason}"] if reason else "",
        path,
    )
