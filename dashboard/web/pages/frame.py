"""Builds the shell's data for a page: navigation, places, filters' choices, user, truth line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashboard.config.words import catalogue
from dashboard.core.model.actions import Channel, Level
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.reading import inside
from dashboard.web.pages.site import ReviewSite
from dashboard.web.pages.table import PAGES, Page
from dashboard.web.people.model import Capability, Person
from layouts.look.city import pick
from layouts.pages.kit.frame import Areas, Choice, Frame, NavItem, Shown

GROUPS = ("look", "work", "manage")
#: pages outside the shell that the navigation links to: (id, path, group, capability)
OUTSIDE = (
    ("wall", "/wall", "look", Capability.SEE),
    ("steer", "/steer", "manage", Capability.STEER),
)
#: parameters of an ask that links of the navigation keep
_CARRIED = ("area", "range", "compare", "lang", "theme")


def frame_of(
    site: ReviewSite,
    page: Page | None,
    who: Person | None,
    ask: Ask,
    shown: Shown,
    variables: Mapping[str, str],
    asked: Ask,
) -> Frame:
    """The shell's data; without a user (`who`) the navigation is empty.

    ``asked`` is the ask of the address, ``ask`` the one that the page shows.
    """
    text = catalogue(ask.lang)
    path = page.path_template if page else "/"
    for name, value in variables.items():
        path = path.replace(f"<{name}>", value)
    words = text[page.title_key] if page else text["review.missing.title"]
    trail = list(shown.trail)
    if page and shown.title:
        root = "/" + page.path_template.strip("/").split("/")[0]
        known = next((one for one in PAGES if one.path_template == root), None)
        if known and not trail:
            trail = [(text[known.title_key], ask.url(root))]
    areas = areas_of(site, ask, who)
    filters = page.filters if page and who else ()
    where = shown.where
    if not where and "area" in filters and areas.path:
        where = areas.path[-1].words
    return Frame(
        page=page.id if page else "",
        title=shown.title or words,
        where=where,
        path=path,
        ask=ask,
        city=site.view,
        text=text,
        nav=nav_of(asked, who, text) if who else {},
        areas=areas,
        filters=filters,
        choices=choices_of(site, ask, text),
        trail=trail,
        truth=shown.truth,
        how=who.how if who else "",
        who=who.name if who else "",
        role=text[f"review.role.{who.role}"] if who else "",
        source=text["source.simulated"] if site.city.simulated else "",
        short=asked.range != ask.range,
    )


def nav_of(ask: Ask, who: Person, text: Mapping[str, str]) -> dict[str, list[NavItem]]:
    """Group → its entries, as far as the user's role may open them."""
    carried = Ask(**{name: getattr(ask, name) for name in _CARRIED})
    may = who.rights
    found: dict[str, list[NavItem]] = {group: [] for group in GROUPS}
    for page in PAGES:
        if page.group and page.capability in may:
            href = carried.url(page.path_template)
            found[page.group].append(NavItem(page.id, href, text[page.title_key]))
    for id_, path, group, capability in OUTSIDE:
        if capability in may:
            href = Ask(lang=ask.lang, area=ask.area if id_ == "wall" else "").url(path)
            found[group].append(NavItem(id_, href, text[f"review.nav.{id_}"], outside=True))
    return {group: items for group, items in found.items() if items}


def areas_of(site: ReviewSite, ask: Ask, who: Person | None) -> Areas:
    """The chosen place's ancestors up to the user's area, its children, and all choices."""
    if who is None:
        return Areas()
    places, lang = site.city.places, ask.lang
    top = Choice("", pick(site.view.name, lang))
    path: list[Choice] = []
    code = ask.area
    while code in places:
        path.append(Choice(code, places[code].name(lang)))
        if code == who.area:
            break
        code = places[code].parent
    else:
        path.append(
            top if not who.area else Choice(who.area, site.city.places[who.area].name(lang))
        )
    below = [
        Choice(c, places[c].name(lang)) for c in site.city.children.get(ask.area or who.area, ())
    ]
    return Areas(tuple(reversed(path)), tuple(below), tuple(_every(site, ask, who)))


def _every(site: ReviewSite, ask: Ask, who: Person) -> list[Choice]:
    """Every place with a name on screens, the chosen place and its children."""
    places, lang = site.city.places, ask.lang
    named = site.city.named_tiers
    found = [] if who.area else [Choice("", pick(site.view.name, lang))]
    for code, place in places.items():
        near = code == ask.area or place.parent == (ask.area or None)
        if (place.tier in named or near) and inside(site, code, who.area):
            above = places.get(place.parent)
            words = place.name(lang) + (f" · {above.name(lang)}" if above else "")
            found.append(Choice(code, words))
    return found


def choices_of(site: ReviewSite, ask: Ask, text: Mapping[str, str]) -> dict[str, Sequence[Choice]]:
    """Parameter → the values that can be chosen."""
    lang = ask.lang
    name: Callable[[Mapping[str, str]], str] = lambda names: pick(names, lang)  # noqa: E731
    return {
        "department": [Choice(c, name(n)) for c, n in site.view.departments.items()],
        "category": [Choice(c, name(n)) for c, n in site.view.categories.items()],
        "level": [Choice(level, text[f"level.{level}"]) for level in reversed(Level)],
        "channel": [Choice(channel, text[f"review.channel.{channel}"]) for channel in Channel],
    }
