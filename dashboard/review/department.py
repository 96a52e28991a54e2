"""One department, township or community."""

from __future__ import annotations

from urllib.parse import quote, unquote

from dashboard.core.ask import Ask
from dashboard.people.model import Person
from dashboard.review.missing import NotHere
from dashboard.review.reading import answer, truth
from dashboard.review.scored import scene_of
from dashboard.review.site import ReviewSite
from data_sources.desk.onescored import whole
from layouts.review import states
from layouts.review.departments.one import department_body
from layouts.review.frame import Shown


def build_department(site: ReviewSite, who: Person, ask: Ask, code: str) -> Shown:
    """The page for an address; raises ``AskError``, ``NotHere``, ``DeskLoading``, …"""
    subject = unquote(code)
    scene = scene_of(site, ask, f"/departments/{quote(subject, safe='')}")
    known = site.known.departments if scene.by == "department" else site.known.areas
    if subject not in known:
        raise NotHere(subject)
    found = answer(site, who, lambda reader: whole(reader, ask, scene.by, subject))
    if found.value is None:
        words = scene.say("nothing", name=scene.own(subject))
        return Shown(states.empty(scene.text, words), truth(found), title=scene.own(subject))
    return Shown(department_body(found.value, scene), truth(found), title=scene.own(subject))
