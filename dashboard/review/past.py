"""The time machine: which day and moment an address means, and how far back there is a past."""

from __future__ import annotations

from dashboard.core.ask import Ask
from dashboard.core.pastview import chosen
from dashboard.i18n import catalogue
from dashboard.people.model import Person
from dashboard.review.site import ReviewSite
from layouts.names import LOCALES
from layouts.review import states
from layouts.review.frame import Shown
from layouts.review.past import body

FILTERS = ("area",)


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``redis.RedisError``."""
    text = catalogue(ask.lang)
    if site.past is None:
        return Shown(states.no_data(text))
    first, now = site.past.first(), site.past.now()
    view = chosen(ask.extra, site.rules.local, first, now, ask.area or who.area)
    return Shown(
        body(view, ask, site.view.zone, LOCALES[ask.lang], text, empty=first is None),
    )
