"""One brief: what it reads."""

from __future__ import annotations

from dashboard.core.ask import Ask
from dashboard.i18n import catalogue
from dashboard.people.model import Capability, Person
from dashboard.review.briefs import briefing, line_of
from dashboard.review.site import ReviewSite
from layouts.review.briefs import one
from layouts.review.briefs.model import One
from layouts.review.frame import Shown


def build_brief(site: ReviewSite, who: Person, ask: Ask, brief_id: str) -> Shown:
    """The page for an address; raises ``NotHere``."""
    briefs = briefing(site)
    entry = briefs.entry(brief_id)
    words = briefs.words(ask.lang)
    line = line_of(entry, words)
    data = One(
        line=line,
        brief=briefs.brief(entry) if entry.state == "done" else None,
        words=words,
        may_make=briefs.may_make(who, entry.area),
        may_take=who.may(Capability.EXPORT),
    )
    shown = one.body(data, ask.but(area=entry.area or None), catalogue(ask.lang))
    return Shown(shown, title=f"{line.kind} · {line.when}")
