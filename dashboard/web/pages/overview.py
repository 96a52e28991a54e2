"""The overview page: what it reads."""

from __future__ import annotations

import msgspec

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError, span
from dashboard.core.surges.incidents import SurgeWarning
from dashboard.web.pages.briefing import Briefing
from dashboard.web.pages.reading import names_of, records_since, value_and_truth, warnings_in
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.figures import breakdown, comparison_span, default_range, first_day, kpis
from data_sources.desk.series import calendar, series
from layouts.pages.kit.frame import Shown
from layouts.pages.overview import DAYS, GROUPS, MOVES, OverviewData, body
from layouts.pages.warnings import codes_of


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``RedisUnavailable``."""
    move, shown = _one_of("move", ask.own.move, MOVES), _one_of("days", ask.own.days, DAYS)
    year = ask.own.year
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise AskError("year", year, "expected a year")
    wanted = ask.category.split(",") if ask.category else ()
    warned = [one for one in warnings_in(site, ask.area) if not wanted or one.category in wanted]

    def question(reader: Reader) -> OverviewData:
        return _read(reader, site, ask, warned, move, shown, int(year or 0))

    answer, truth = value_and_truth(site, who, question)
    may = Briefing(site).may_make(who, ask.area or who.area)
    answer = msgspec.structs.replace(answer, may_brief=may, since=records_since(site))
    return Shown(body(answer, ask, site.view, catalogue(ask.lang)), truth=truth)


def _read(
    reader: Reader,
    site: ReviewSite,
    ask: Ask,
    warned: list[SurgeWarning],
    move: str,
    shown: str,
    year: int,
) -> OverviewData:
    now = span(ask, reader.rules, reader.now_ms)
    before = comparison_span(reader, now, ask.compare)
    by = now.grain
    groups = {}
    if before is not None:
        groups = {one: breakdown(reader, ask, now, one, before) for one in GROUPS}
    codes = {row.key for row in groups["area"].rows} if groups else set()
    return OverviewData(
        span=now,
        compared=before,
        now=kpis(reader, ask, now),
        before=None if before is None else kpis(reader, ask, before),
        series=series(reader, ask, now, by),
        series_before=None if before is None else series(reader, ask, before, by),
        groups=groups,
        calendar=calendar(reader, ask, year or now.last_day // 10000),
        warnings=warned,
        odds_days=reader.rules.surge.odds_days,
        names=names_of(site, codes | codes_of(warned), ask.lang),
        areas={code: site.base.area(code) for code in codes if code},
        targets=reader.rules.targets,
        first_day=first_day(reader),
        short=default_range(reader) == ask.range != "month",
        move=move,
        shown=shown,
    )


def _one_of(name: str, given: str, values: tuple[str, ...]) -> str:
    """The value of a parameter, by default the first one; raises ``AskError``."""
    if given and given not in values:
        raise AskError(name, given, f"expected one of {', '.join(values)}")
    return given or values[0]
