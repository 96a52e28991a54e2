"""One's own account: what its page reads."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person
from data_sources.accounts.people import folded
from layouts.pages.account import AccountData, account_body
from layouts.pages.kit.frame import Shown


def build_account(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``redis.RedisError``."""
    kept = site.people.people.get(who.name) if site.people else None
    seen = site.people.people.seen().get(folded(who.name), 0) if kept else 0
    place = site.city.places.get(who.area)
    data = AccountData(
        name=who.name,
        role=who.role,
        how=who.how,
        area=place.name(ask.lang) if place else who.area,
        may=[one for one in Capability if who.may(one)],
        must_change=bool(kept and kept.must_change and who.how == "local"),
        seen=seen,
    )
    return Shown(account_body(data, ask, site.view, catalogue(ask.lang)))
