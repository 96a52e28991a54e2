"""One brief: what it reads."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.briefs import briefing, line_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person
from layouts.pages.briefs import one
from layouts.pages.briefs.parts import One
from layouts.pages.kit.frame import Shown


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
