"""What the search field finds: events by number and words, places, departments, categories."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from dashboard.config.cities import City
from dashboard.config.words.pinyin import readings
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.search import MOST, Hit, Name, Names, cleaned, texts_of
from dashboard.web.pages.reading import answer, inside
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.search import FoundEvents, events
from layouts.pages.kit.links import to_department, to_event, to_grid
from layouts.pages.kit.shell import SEARCHED

_TIERS = ("county", "township", "community", "grid")


def found(site: ReviewSite, who: Person, text: str, ask: Ask) -> list[dict[str, object]]:
    """The groups with any matches: ``{"id", "items": [{"href", "words", "note"}], "more"}``.

    Raises: ``DeskLoading``, ``RedisUnavailable``.
    """
    wanted = cleaned(text)
    if not wanted:
        return []
    hits = names_of_city(site.city).find(
        wanted, lambda name: name.kind != "places" or inside(site, name.code, who.area)
    )
    of_events = answer(site, who, lambda reader: events(reader, wanted)).value
    groups = {
        **_events(site, of_events, ask),
        **{kind: ([_name(site, hit, ask) for hit in own[:MOST]], len(own))
           for kind, own in hits.items()},
    }  # fmt: skip
    return [
        {"id": group, "items": items, "more": whole - len(items)}
        for group in SEARCHED
        if (items := groups.get(group, ([], 0))[0]) and (whole := groups[group][1])
    ]


@lru_cache(maxsize=2)
def names_of_city(city: City) -> Names:
    """Every name of a city; made at the first search."""
    names = [
        Name("places", code, texts_of({lang: place.name(lang) for lang in ("zh", "en")}),
             _TIERS.index(place.tier))
        for code, place in city.places.items()
    ]  # fmt: skip
    kinds: Mapping[str, Mapping[str, object]] = {
        "departments": city.departments,
        "categories": city.categories,
    }
    for kind, found in kinds.items():
        name = city.department_name if kind == "departments" else city.category_name
        for code in found:
            names.append(Name(kind, code, texts_of({one: name(code, one) for one in ("zh", "en")})))
    return Names(names, readings)


def _name(site: ReviewSite, hit: Hit, ask: Ask) -> dict[str, str]:
    name, lang = hit.name, ask.lang
    note = ""
    if name.kind == "departments":
        href, words = to_department(ask, name.code), site.city.department_name(name.code, lang)
    elif name.kind == "categories":
        href, words = ask.url("/", category=name.code), site.city.category_name(name.code, lang)
    else:
        place = site.city.places[name.code]
        href = to_grid(ask, name.code) if place.tier == "grid" else ask.url("/", area=name.code)
        words = place.name(lang)
        above = site.city.places.get(place.parent)
        note = above.name(lang) if above is not None else ""
    return {"href": href, "words": words, "note": note}


def _events(
    site: ReviewSite, own: FoundEvents, ask: Ask
) -> dict[str, tuple[list[dict[str, str]], int]]:
    groups = {}
    for group, rows, whole in (
        ("numbers", own.numbers, own.numbers_all),
        ("words", own.words, own.words_all),
    ):
        items = []
        for event_id, category, around in rows:
            kind = site.city.category_name(category, ask.lang)
            words, note = (around, f"{event_id} · {kind}") if group == "words" else (event_id, kind)
            items.append({"href": to_event(ask, event_id), "words": words, "note": note})
        groups[group] = (items, whole)
    return groups
