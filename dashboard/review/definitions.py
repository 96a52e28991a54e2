"""What the numbers mean; it reads nothing."""

from __future__ import annotations

from dashboard.core.ask import Ask
from dashboard.i18n import catalogue
from dashboard.people.model import Person
from dashboard.review.site import ReviewSite
from layouts.review.definitions import body
from layouts.review.frame import Shown


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page."""
    return Shown(body(catalogue(ask.lang)))
