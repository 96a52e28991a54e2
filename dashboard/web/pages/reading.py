"""What several pages read: an answer of the desk, names of places, warnings of an area."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from dashboard.core.questions.queue import Words
from dashboard.core.surges.incidents import SurgeWarning, seen_from
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Answer, DeskLoading
from data_sources.desk.figures import first_day
from data_sources.surges.warnings import Record, read_open, read_warnings
from layouts.pages.kit.frame import Truth

T = TypeVar("T")


def answer(site: ReviewSite, who: Person, question: Callable[[Reader], T]) -> Answer[T]:
    """The desk's answer, cut to the user's area; raises ``DeskLoading``, ``RedisUnavailable``."""
    if site.desk is None:
        raise DeskLoading(0.0)
    return site.desk.ask(who.area, question)


def value_and_truth(
    site: ReviewSite, who: Person, question: Callable[[Reader], T]
) -> tuple[T, Truth]:
    """The value of the desk's answer, and the page's truth line for it."""
    found = answer(site, who, question)
    return found.value, truth_of(found)


def truth_of(found: Answer[Any]) -> Truth:
    """The truth line of an answer: as of when it is, and which processes are silent."""
    return Truth(found.now_ms, found.as_of_ms, found.behind_ms, found.silent, found.trouble)


def check_off_until(site: ReviewSite, month: str) -> str:
    """The last day for checking off a month's (YYYY-MM) events, YYYY-MM-DD."""
    closes = site.rules.closes_at(int(month.replace("-", "")))
    return site.rules.local.iso(closes)[:10]


def records_since(site: ReviewSite) -> int:
    """The first day of the whole city's records, YYYYMMDD; 0: there are none.

    A place without an early event has no fewer records. Raises ``DeskLoading``, …
    """
    if site.desk is None:
        raise DeskLoading(0.0)
    return site.desk.ask("", first_day).value


def truth_now(site: ReviewSite, who: Person) -> Truth | None:
    """A lower bound for how fresh a page is that reads Redis directly after this call.

    None while the desk is still loading.
    """
    try:
        return value_and_truth(site, who, lambda _: None)[1]
    except DeskLoading:
        return None


def names_of(site: ReviewSite, codes: Iterable[str], lang: str) -> dict[str, str]:
    """Code → name, for the codes that are places of the city."""
    places = site.city.places
    return {code: places[code].name(lang) for code in codes if code in places}


def inside(site: ReviewSite, code: str, area: str) -> bool:
    """Whether a place is inside an area ("" is the whole city)."""
    places = site.city.places
    while area and code and code != area:
        found = places.get(code)
        code = found.parent if found is not None else ""
    return not area or code == area


def warnings_in(site: ReviewSite, area: str) -> list[SurgeWarning]:
    """Open warnings of an area, the least likely first; raises ``RedisUnavailable``."""
    seen = (seen_from(one, lambda code: inside(site, code, area)) for one in read_open(site.store))
    return [one for one in seen if one is not None]


def warnings_log(site: ReviewSite, area: str, most: int) -> list[Record]:
    """The last lines of the warnings' log for an area, newest first.

    Looks through `most` lines; raises ``RedisUnavailable``.
    """
    out = []
    for line in read_warnings(site.store, most).recent:
        seen = seen_from(line.warning, lambda code: inside(site, code, area))
        if seen is not None:
            out.append(msgspec.structs.replace(line, warning=seen))
    return out


def queue_words(site: ReviewSite, lang: str) -> Words:
    """The city's names in a language, for rows of the queue."""
    city = site.city
    named = frozenset(city.named_tiers)

    def is_named(code: str) -> bool:
        place = city.places.get(code)
        return place is not None and place.tier in named

    return Words(
        category=lambda code: city.category_name(code, lang),
        department=lambda code: city.department_name(code, lang),
        place=lambda code: city.place_name(code, lang),
        named=is_named,
    )
