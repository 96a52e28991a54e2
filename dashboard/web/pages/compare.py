"""Up to four departments or places side by side."""

from __future__ import annotations

from dashboard.core.questions.ask import Ask
from dashboard.web.pages.reading import answer, truth
from dashboard.web.pages.scored import scene_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.department import comparison
from layouts.pages.departments.board import picked
from layouts.pages.departments.compare import comparison_body
from layouts.pages.kit.frame import Shown


def build_comparison(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``redis.RedisError``."""
    scene = scene_of(site, ask, "/compare")
    codes = picked(scene)
    found = answer(site, who, lambda reader: comparison(reader, ask, scene.by, codes))
    trail = [(scene.text["review.nav.departments"], ask.url("/departments"))]
    return Shown(comparison_body(found.value, scene), truth(found), trail=trail)
