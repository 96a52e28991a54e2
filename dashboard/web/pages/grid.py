"""One grid's page: its ledger."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError
from dashboard.web.pages.missing import NotHere
from dashboard.web.pages.reading import heard
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person, require
from data_sources.past.asking import PastQueryError
from layouts.pages.event.grid import GridData, grid_body
from layouts.pages.kit.frame import Shown


def build_grid(site: ReviewSite, who: Person, ask: Ask, code: str) -> Shown:
    """The page for a grid's code; raises ``NotHere``, ``Refused``, ``redis.RedisError``."""
    place = site.city.places.get(code)
    if place is None or place.tier != "grid":
        raise NotHere(code)
    require(Capability.SEE, code)
    cursor, month = ask.extra.get("cursor"), ask.extra.get("month")
    told = heard(site, who)
    try:
        page = site.ledgers.page(code, month, cursor)
    except PastQueryError as error:
        if error.unknown:
            raise NotHere(code) from error
        raise AskError(error.field, str(error.value), error.reason) from error
    further = ask.url(f"/grids/{code}", cursor=page.cursor) if page.cursor else ""
    data = GridData(
        month=page.sums.month if page.sums else page.month,
        events=page.events,
        rows=page.rows,
        sums=page.sums.all if page.sums else {},
        further=further,
    )
    plain = Ask(lang=ask.lang, theme=ask.theme)
    trail: list[tuple[str, str]] = []
    above = place.parent
    while above in site.city.places:
        trail.append((site.city.places[above].name(ask.lang), plain.url("/", area=above)))
        if above == who.area:
            break
        above = site.city.places[above].parent
    shown = grid_body(data, ask, site.view, catalogue(ask.lang))
    return Shown(shown, told, title=place.name(ask.lang), trail=tuple(reversed(trail)))
