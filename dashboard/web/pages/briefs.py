"""The pages of the list of briefs and of one brief: what they read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from dashboard.config.words import catalogue
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Head
from dashboard.core.briefs.schedule import parse_kinds
from dashboard.core.model.periods import Period, PeriodError, parse, read
from dashboard.core.questions.ask import Ask, AskError
from dashboard.web.pages.briefing import Briefing
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person
from data_sources.briefs.store import Entry
from layouts.pages.briefs import listing, one
from layouts.pages.briefs.parts import Line, Listing, Offer, One
from layouts.pages.kit.frame import Shown

#: the order of offers: the most frequent request first
_OFFERS = ("month", "week", "day")


def build_briefs(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address."""
    briefs = Briefing(site)
    area = ask.area or who.area
    words = briefs.words(ask.lang)
    text = catalogue(ask.lang)
    now = briefs.now()
    data = Listing(
        lines=[line_of(one, words) for one in briefs.listed(area)],
        offers=_offers(briefs, ask, words, now),
        area=area,
        place=words.area(area),
        may_make=briefs.may_make(who, area),
        planned=_planned(site, text),
        today=site.rules.local.iso(now)[:10],
    )
    return Shown(listing.body(data, ask, text, may_take=who.may(Capability.EXPORT)))


def _offers(briefs: Briefing, ask: Ask, words: Words, now: int) -> list[Offer]:
    """The periods offered: the address's own, then the current ones and those before them."""
    running = {str(one.kind): one for one in briefs.running(now)}
    wanted: list[Period] = []
    with suppress(PeriodError, AskError):
        wanted.append(briefs.period(read(ask.range).label, now))
    for kind in _OFFERS:
        wanted += [running[kind].before(), running[kind]]
    unique = {one.label: one for one in wanted}
    return [
        Offer(
            label,
            words[f"briefs.kind.{one.kind}"],
            words.period(_head(one.kind, label, one)),
            running=one in running.values(),
        )
        for label, one in unique.items()
    ]


def line_of(entry: Entry, words: Words) -> Line:
    """An entry of the list in words."""
    return Line(
        id=entry.id,
        area=entry.area,
        at=entry.at,
        kind=words[f"briefs.kind.{entry.period}"],
        when=words.period(_head(entry.period, entry.at, parse(entry.period, entry.at))),
        place=words.area(entry.area),
        by=entry.by,
        state=entry.state,
        share=entry.share,
        reason=entry.reason,
        asked=words.time(entry.asked),
        sent=entry.sent,
        cancelled=entry.cancel,
    )


@lru_cache(maxsize=512)
def _head(kind: str, at: str, period: Period) -> Head:
    """A head with just the fields that its words need."""
    return Head(
        id="",
        area="",
        period=kind,
        at=at,
        first=period.first,
        last=period.last,
        running=False,
        compared="",
        zone="",
        made=0,
        as_of=0,
        source="",
        position={},
    )


def _planned(site: ReviewSite, text: Mapping[str, str]) -> str:
    kinds = parse_kinds(site.settings.briefs)
    if not kinds:
        return text["review.briefs.unplanned"]
    comma = text["briefs.name.and"] if len(kinds) < 3 else text["review.briefs.comma"]
    named = comma.join(text[f"review.briefs.planned.{kind}"] for kind in kinds)
    return text["review.briefs.planned"].format(kinds=named, at=site.settings.briefs_at)


def build_brief(site: ReviewSite, who: Person, ask: Ask, brief_id: str) -> Shown:
    """The page for an address; raises ``NotHere``."""
    briefs = Briefing(site)
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
