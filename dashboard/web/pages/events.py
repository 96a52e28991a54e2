"""The list of the events behind a figure: what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from dashboard.config.words import catalogue
from dashboard.config.words.figures import spoken
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import Opened
from dashboard.core.questions.behind.opened import opened as asked_of
from dashboard.web.pages.reading import answer, queue_words, records_since, truth_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.behind.opened import opened
from layouts.pages.events import EventsData, body, name_of, period_words
from layouts.pages.kit.frame import Shown

FILTERS = ("area", "range", "department", "category", "level", "channel")


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``RedisUnavailable``."""
    asked = asked_of(ask)
    found = answer(site, who, lambda reader: opened(reader, asked))
    text, words, of = catalogue(ask.lang), queue_words(site, ask.lang), found.value.span
    what, code = asked.only
    named = {"department": words.department, "category": words.category}
    always = asked.show.endswith("_now")
    data = EventsData(
        listed=found.value,
        words=words,
        zone=site.view.zone,
        subject=named.get(asked.by, words.place)(asked.code) if asked.code else "",
        only=(named.get(what, words.place)(code) or text["review.dep.unknown"]) if what else "",
        since=records_since(site),
        period="" if always else period_words(of, spoken(of, site.view.zone, short=True), text),
    )
    shown, title = body(data, ask, text), name_of(asked.of, text)
    return Shown(shown, truth_of(found), title=title, trail=_trail(ask, asked, data.subject, text))


def _trail(ask: Ask, asked: Opened, subject: str, text: Mapping[str, str]) -> list[tuple[str, str]]:
    """To the page that a figure is from: of a score its subject's, else the overview."""
    page = ask.bare()
    if not asked.code:
        return [(text["review.nav.overview"], page.url("/"))]
    page = page.but(by=None if asked.by == "department" else asked.by)
    path = f"/departments/{quote(asked.code, safe='')}"
    return [(text["review.nav.departments"], page.url("/departments")), (subject, page.url(path))]
