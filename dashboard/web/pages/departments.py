"""One department, township or community."""

from __future__ import annotations

from urllib.parse import quote, unquote

from dashboard.core.questions.ask import Ask
from dashboard.web.pages.missing import NotHere
from dashboard.web.pages.reading import answer, truth
from dashboard.web.pages.scored import scene_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.department import whole
from layouts.pages.departments.one import department_body
from layouts.pages.kit import states
from layouts.pages.kit.frame import Shown


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
