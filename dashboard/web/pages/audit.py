"""The record of who did what: what its page reads."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask, AskError
from dashboard.web.pages.missing import NotHere
from dashboard.web.pages.reading import names_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people import trail
from dashboard.web.people.model import Person
from dashboard.web.refused import Refused
from layouts.pages.audit import AuditData, Entry, audit_body
from layouts.pages.kit.frame import Shown

_SAID = ("at", "who", "how", "what", "object", "detail", "area", "address")


def build_audit(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``redis.RedisError``."""
    if site.people is None:
        raise NotHere("audit")
    asked = {name: ask.extra.get(name, "") for name in ("who", "what", "day", "before")}
    try:
        found = trail.read(site.people.record.lines, site.rules.local, trail.Wanted(**asked))
    except Refused as refused:
        if refused.status_code != 400:
            raise
        name = str(refused.detail).partition(":")[0]
        raise AskError(name, asked.get(name, ""), str(refused.detail)) from refused
    lines = [Entry(**{name: getattr(one, name) for name in _SAID}) for one in found.lines]
    codes = {one.area for one in lines}
    codes |= {one.detail for one in lines} | {one.detail.partition(" ")[2] for one in lines}
    names = names_of(site, codes | {who.area}, ask.lang)
    data = AuditData(lines=lines, older=found.older, own=names.get(who.area, who.area), names=names)
    return Shown(audit_body(data, ask, site.view, catalogue(ask.lang)))
