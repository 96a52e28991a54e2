"""What several pages read alike: a question to the desk, names of places, warnings of an area."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from dashboard.core.surges.judge import SurgeWarning
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.desk.desk import Answer, DeskLoading
from data_sources.desk.reader import Reader
from data_sources.surges.warnings import Record, read_open, read_warnings
from layouts.pages.kit.frame import Truth

T = TypeVar("T")


def answer(site: ReviewSite, who: Person, question: Callable[[Reader], T]) -> Answer[T]:
    """The desk's answer, cut to the asker's area; raises ``DeskLoading``, ``RedisUnavailable``."""
    if site.desk is None:
        raise DeskLoading(0.0)
    return site.desk.ask(who.area, question)


def asked(site: ReviewSite, who: Person, question: Callable[[Reader], T]) -> tuple[T, Truth]:
    """The answer within the asker's area, and how far it can be believed."""
    found = answer(site, who, question)
    return found.value, truth(found)


def truth(found: Answer[Any]) -> Truth:
    """As of when an answer is, and what was not heard of."""
    return Truth(found.now_ms, found.as_of_ms, found.behind_ms, found.unheard)


def heard(site: ReviewSite, who: Person) -> Truth | None:
    """At least as of when a page is that reads the store itself after this; None while the desk
    does not know."""
    try:
        return asked(site, who, lambda _: None)[1]
    except DeskLoading:
        return None


def names_of(site: ReviewSite, codes: Iterable[str], lang: str) -> dict[str, str]:
    """Code → name, of the places that are known."""
    places = site.city.places
    return {code: places[code].name(lang) for code in codes if code in places}


def inside(site: ReviewSite, code: str, area: str) -> bool:
    """Whether a place lies in an area ("" is the whole city)."""
    places = site.city.places
    while area and code and code != area:
        found = places.get(code)
        code = found.parent if found is not None else ""
    return not area or code == area


def warnings_in(site: ReviewSite, area: str) -> list[SurgeWarning]:
    """Open warnings of an area, the least likely first; raises ``RedisUnavailable``."""
    return [one for one in read_open(site.store) if inside(site, one.code, area)]


def warnings_log(site: ReviewSite, area: str, most: int) -> list[Record]:
    """What happened to warnings of an area last, newest first; raises ``RedisUnavailable``."""
    recent = read_warnings(site.store, most).recent
    return [line for line in recent if inside(site, line.warning.code, area)]
