"""The page on which administrators make scenes: the file as it is, and what can be chosen."""

from __future__ import annotations

from dashboard.config.scenes import PANELS
from dashboard.config.scenes.shapes import SIZES
from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.answers.errors import NotHere
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from layouts.pages.kit.frame import Choice, Shown
from layouts.pages.scenes import ScenesData, scenes_body


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``RedisUnavailable``."""
    if site.scenes is None or site.editor is None:
        raise NotHere("scenes")
    paired = [one.name for one in site.screens.paired()] if site.screens else []
    data = ScenesData(
        file=site.editor.file()._asdict(),
        page=site.scenes.page(),
        screens=sorted({*paired, *site.scenes.current.screens}),
        areas=_areas(site, ask.lang),
        panels=PANELS,
        sizes={shape: list(size) for shape, size in SIZES.items()},
    )
    return Shown(scenes_body(data, ask, catalogue(ask.lang)))


def _areas(site: ReviewSite, lang: str) -> list[Choice]:
    """The places that a wall can be about: those with a name on screens."""
    places = site.city.places
    found = []
    for code, place in places.items():
        if place.tier in site.city.named_tiers:
            above = places.get(place.parent)
            near = f" · {above.name(lang)}" if above else ""
            found.append(Choice(code, place.name(lang) + near))
    return found
