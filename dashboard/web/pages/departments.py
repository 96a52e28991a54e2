"""The three pages about scores: the scoreboard, one subject, up to four subjects side by side.

A subject is a department, a township or a community.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote, unquote

from dashboard.config.words import catalogue
from dashboard.config.words.figures import NOTHING
from dashboard.core.questions.ask import Ask, span
from dashboard.web.answers.errors import NotHere
from dashboard.web.pages.reading import answer, inside, records_since, truth_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.scores.department import comparison, kind, whole
from data_sources.desk.scores.scoreboards import scoreboard
from layouts.look.city import pick
from layouts.pages.departments.board import departments_body, picked
from layouts.pages.departments.compare import comparison_body
from layouts.pages.departments.context import Context
from layouts.pages.departments.one import department_body
from layouts.pages.kit import messages
from layouts.pages.kit.frame import Shown

T = TypeVar("T")


def context_of(site: ReviewSite, who: Person, ask: Ask, path: str) -> Context:
    """What the layouts need besides numbers: words, names, the page's path. Raises ``AskError``."""
    named = {"department": site.view.departments, "category": site.view.categories}

    def name(what: str, code: str) -> str:
        if what in named:
            return pick(named[what].get(code, {}), ask.lang) or code or NOTHING
        place = site.city.places.get(code)
        return (place.name(ask.lang) if place else "") or code or NOTHING

    zone, since = site.view.zone, records_since(site)
    by, base, area = kind(ask), site.base, ask.area or who.area
    places = {} if by == "department" else site.city.places
    areas = {code: base.area(code) for code, place in places.items() if place.tier == by}

    def here(code: str) -> bool:
        return inside(site, code, area)

    text = catalogue(ask.lang)
    return Context(ask, by, text, zone, path, name, since, areas, area, here)


def build_department(site: ReviewSite, who: Person, ask: Ask, code: str) -> Shown:
    """The page for an address; raises ``AskError``, ``NotHere``, ``DeskLoading``, …"""
    subject = unquote(code)
    context = context_of(site, who, ask, f"/departments/{quote(subject, safe='')}")
    known = site.known.departments if context.by == "department" else site.known.areas
    if subject not in known:
        raise NotHere(subject)
    found = answer(site, who, lambda reader: whole(reader, ask, context.by, subject))
    if found.value is None:
        of = span(ask, site.rules, found.now_ms)
        words = context.missing(of) or context.absent(subject)
        return Shown(
            messages.empty(context.text, words), truth_of(found), title=context.subject(subject)
        )
    return Shown(
        department_body(found.value, context), truth_of(found), title=context.subject(subject)
    )


def build_comparison(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``RedisUnavailable``."""
    context = context_of(site, who, ask, "/compare")
    codes = picked(context)
    found = answer(site, who, lambda reader: comparison(reader, ask, context.by, codes))
    trail = [(context.text["review.nav.departments"], ask.url("/departments"))]
    return Shown(comparison_body(found.value, context), truth_of(found), trail=trail)


#: a score is a department's own: by the department that answers there is no other filter
FILTERS = ("area", "range", "compare", "category", "level", "channel")


def build_departments(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``, ``DeskLoading``, ``RedisUnavailable``."""
    context = context_of(site, who, ask, "/departments")
    found = answer(site, who, lambda reader: scoreboard(reader, ask, context.by))
    return Shown(departments_body(found.value, context), truth_of(found))
