"""What the three pages about scores share: the question to the desk, names, when it was asked."""

from __future__ import annotations

from typing import TypeVar

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.site import ReviewSite
from data_sources.desk.department import kind
from layouts.look.city import pick
from layouts.pages.departments.telling import Scene

T = TypeVar("T")


def scene_of(site: ReviewSite, ask: Ask, path: str) -> Scene:
    """What the layouts need besides the numbers; raises ``AskError``."""
    named = {"department": site.view.departments, "category": site.view.categories}

    def name(what: str, code: str) -> str:
        if what in named:
            return pick(named[what].get(code, {}), ask.lang) or code or "–"
        place = site.city.places.get(code)
        return (place.name(ask.lang) if place else "") or code or "–"

    return Scene(ask, kind(ask), catalogue(ask.lang), site.view.zone, path, name)
