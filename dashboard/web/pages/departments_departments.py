"""The scoreboard of departments, townships or communities."""

from __future__ import annotations

from dashboard.core.questions.ask import Ask
from dashboard.web.pages.reading import answer, truth
from dashboard.web.pages.scored import scene_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.scoreboards import scoreboard
from layouts.pages.departments.board import departments_body
from layouts.pages.kit.frame import Shown

#: a score is a department's own: by the department that answers there is no other filter
FILTERS = ("area", "range", "compare", "category", "level", "channel")


def build_departments(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``redis.RedisError``."""
    scene = scene_of(site, ask, "/departments")
    found = answer(site, who, lambda reader: scoreboard(reader, ask, scene.by))
    return Shown(departments_body(found.value, scene), truth(found))
