"""The accounts' page: what it reads."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.missing import NotHere
from dashboard.web.pages.reading import inside
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.accounts.people import folded
from layouts.look.city import pick
from layouts.pages.kit.frame import Choice, Shown
from layouts.pages.people import Known, PeopleData, people_body


def build_people(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``redis.RedisError``."""
    if site.people is None:
        raise NotHere("people")
    seen = site.people.people.seen()
    known = [
        Known(
            name=one.name, role=one.role, area=one.area, how=one.how,
            disabled=bool(one.disabled), must_change=one.must_change,
            seen=seen.get(folded(one.name), 0), own=folded(one.name) == folded(who.name),
        )
        for one in site.people.accounts.listed()
    ]  # fmt: skip
    asked = folded(ask.extra.get("account", ""))
    chosen = next((one for one in known if folded(one.name) == asked), None)
    if asked and chosen is None:
        raise NotHere(ask.extra["account"])
    data = PeopleData(known=known, chosen=chosen, areas=_areas(site, who, ask, known))
    return Shown(people_body(data, ask, site.view, catalogue(ask.lang)))


def _areas(site: ReviewSite, who: Person, ask: Ask, known: list[Known]) -> list[Choice]:
    """The places that screens name, and those that accounts have, within the asker's area."""
    places, lang = site.city.places, ask.lang
    held = {one.area for one in known}
    found = [] if who.area else [Choice("", pick(site.view.name, lang))]
    for code, place in places.items():
        wanted = place.tier in site.city.named_tiers or code in held
        if wanted and inside(site, code, who.area):
            above = places.get(place.parent)
            near = f" · {above.name(lang)}" if above and code != who.area else ""
            found.append(Choice(code, place.name(lang) + near))
    return found
