"""The time machine's page: the day and moment of an address, and how far back there are data."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.past import chosen
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from layouts.pages.kit import messages
from layouts.pages.kit.frame import Shown
from layouts.pages.past import body
from layouts.wall.catalogue import LOCALES

FILTERS = ("area",)


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``RedisUnavailable``."""
    text = catalogue(ask.lang)
    if site.past is None:
        return Shown(messages.no_data(text))
    first, now = site.past.first(), site.past.now()
    view = chosen(ask.own, site.rules.local, first, now, ask.area or who.area)
    return Shown(
        body(view, ask, site.view.zone, LOCALES[ask.lang], text, empty=first is None),
    )
