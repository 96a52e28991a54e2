"""The pages of the accounts, of the audit record and of one's own account: what they read."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError
from dashboard.web.answers.errors import NotHere, Refused
from dashboard.web.pages.reading import inside, names_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people import record
from dashboard.web.people.model import Capability, Person
from data_sources.accounts.people import folded
from layouts.look.city import pick
from layouts.pages.kit.frame import Choice, Shown
from layouts.pages.people import (
    AccountData,
    AuditData,
    Entry,
    Known,
    PeopleData,
    account_body,
    audit_body,
    people_body,
)


def build_people(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``RedisUnavailable``."""
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
    asked = folded(ask.own.account)
    chosen = next((one for one in known if folded(one.name) == asked), None)
    if asked and chosen is None:
        raise NotHere(ask.own.account)
    data = PeopleData(known=known, chosen=chosen, areas=_areas(site, who, ask, known))
    return Shown(people_body(data, ask, site.view, catalogue(ask.lang)))


def _areas(site: ReviewSite, who: Person, ask: Ask, known: list[Known]) -> list[Choice]:
    """The places with a name on screens and those of accounts, inside the user's area."""
    places, lang = site.city.places, ask.lang
    of_accounts = {one.area for one in known}
    found = [] if who.area else [Choice("", pick(site.view.name, lang))]
    for code, place in places.items():
        wanted = place.tier in site.city.named_tiers or code in of_accounts
        if wanted and inside(site, code, who.area):
            above = places.get(place.parent)
            near = f" · {above.name(lang)}" if above and code != who.area else ""
            found.append(Choice(code, place.name(lang) + near))
    return found


_FIELDS = ("at", "who", "how", "what", "object", "detail", "area", "address")


def build_audit(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``RedisUnavailable``."""
    if site.people is None:
        raise NotHere("audit")
    asked = {name: getattr(ask.own, name) for name in ("who", "what", "day", "before")}
    try:
        found = record.read(site.people.record.lines, site.rules.local, record.Wanted(**asked))
    except Refused as refused:
        if refused.status_code != 400:
            raise
        name = refused.field or ""
        raise AskError(name, asked.get(name, ""), str(refused.detail)) from refused
    lines = [Entry(**{name: getattr(one, name) for name in _FIELDS}) for one in found.lines]
    codes = {one.area for one in lines}
    codes |= {one.detail for one in lines} | {one.detail.partition(" ")[2] for one in lines}
    names = names_of(site, codes | {who.area}, ask.lang)
    data = AuditData(lines=lines, older=found.older, own=names.get(who.area, who.area), names=names)
    return Shown(audit_body(data, ask, site.view, catalogue(ask.lang)))


def build_account(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``RedisUnavailable``."""
    store = site.people.people if site.people else None
    kept = store.get(who.name) if store else None
    seen = store.seen().get(folded(who.name), 0) if store and kept else 0
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
