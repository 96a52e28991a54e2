"""Up to four departments or places side by side."""

from __future__ import annotations

from dashboard.core.ask import Ask
from dashboard.people.model import Person
from dashboard.review.reading import answer, truth
from dashboard.review.scored import scene_of
from dashboard.review.site import ReviewSite
from data_sources.desk.onescored import comparison
from layouts.review.departments.board import picked
from layouts.review.departments.compare import comparison_body
from layouts.review.frame import Shown


def build_comparison(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``redis.RedisError``."""
    scene = scene_of(site, ask, "/compare")
    codes = picked(scene)
    found = answer(site, who, lambda reader: comparison(reader, ask, scene.by, codes))
    trail = [(scene.text["review.nav.departments"], ask.url("/departments"))]
    return Shown(comparison_body(found.value, scene), truth(found), trail=trail)
