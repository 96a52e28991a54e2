"""The page that defines the numbers; it reads nothing."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from layouts.pages.definitions import body
from layouts.pages.kit.frame import Shown


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page."""
    return Shown(body(catalogue(ask.lang)))
