"""The page of movers: what it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError, span
from dashboard.core.questions.movers import FIGURES, SUBJECTS, USUAL, figures_of
from dashboard.web.pages.reading import records_since, value_and_truth
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.figures import comparison_span, default_range, first_day
from data_sources.desk.movers.read import movers, subjects, usual_subject
from layouts.pages.kit.frame import Shown
from layouts.pages.movers.page import BEST, MOST, WORST, MoversData, body


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``RedisUnavailable``."""
    by, move = ask.own.by, ask.own.move
    if by and by not in SUBJECTS:
        raise AskError("by", by, f"expected one of {', '.join(SUBJECTS)}")
    if move and move not in (figures_of(by) if by else FIGURES):
        raise AskError("move", move, f"expected one of {', '.join(figures_of(by or 'county'))}")
    data, truth = value_and_truth(site, who, lambda reader: _read(reader, ask))
    data = msgspec.structs.replace(data, since=records_since(site))
    text = catalogue(ask.lang)
    return Shown(body(data, ask, names(site, ask.lang, text), site.view.zone, text), truth=truth)


def _read(reader: Reader, ask: Ask) -> MoversData:
    now = span(ask, reader.rules, reader.now_ms)
    before = comparison_span(reader, now, ask.compare)
    several = subjects(reader, ask)
    by = ask.own.by or usual_subject(several)
    wanted = (ask.own.move,) if ask.own.move else USUAL
    if wanted[0] not in figures_of(by):
        raise AskError("move", wanted[0], f"expected one of {', '.join(figures_of(by))}")
    worst, best = (MOST, MOST) if ask.own.show == "all" else (WORST, BEST)
    found = None
    if before is not None:
        for figure in wanted:
            found = movers(reader, ask, figure, by, now, before, worst, best)
            if found.ranking.worse or found.ranking.better:
                break
        else:
            found = movers(reader, ask, wanted[0], by, now, before, worst, best)
    return MoversData(
        span=now,
        compared=before,
        by=by,
        figure=found.figure.name if found else wanted[0],
        found=found,
        subjects=several,
        first_day=first_day(reader),
        short=default_range(reader) == ask.range != "month",
    )


def names(site: ReviewSite, lang: str, text: Mapping[str, str]) -> Callable[[str, str], str]:
    """A function that gives the name of a code of a kind: a tier, a department, a category."""
    city = site.city

    def name(kind: str, code: str) -> str:
        if not code:
            return text["review.overview.unknown"]
        if kind == "department":
            return city.department_name(code, lang)
        if kind == "category":
            return city.category_name(code, lang)
        return text[f"level.{code}"] if kind == "level" else city.place_name(code, lang)

    return name
