"""The page of what was refused or unreadable, and of what waits for its report: what it reads."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.config.words import catalogue
from dashboard.core.lifecycle.reasons import CODES
from dashboard.core.questions.ask import Ask, AskError
from dashboard.core.questions.corrections import KINDS, fields_of
from dashboard.web.answers.errors import NotHere
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.store.connection import server_ms
from data_sources.store.outcome_log import OutcomeLog
from data_sources.store.refusals import Refusal, Refusals, grouped
from data_sources.store.unknown_codes import MOST as CODES_MOST
from data_sources.store.unknown_codes import UnknownCodes
from layouts.pages.intake import (
    Count,
    Group,
    IntakeData,
    Item,
    Letter,
    Open,
    Unknown,
    Waiting,
    body,
)
from layouts.pages.kit.frame import Shown

#: items and waiting events on the page
_MOST = 50


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``NotHere``, ``AskError``, ``RedisUnavailable``."""
    refusals = Refusals(site.store, site.settings.shards)
    outcomes = OutcomeLog(site.store, site.settings.shards)
    if ask.own.code and ask.own.code not in CODES:
        raise AskError("code", ask.own.code, f"expected one of {', '.join(CODES)}")
    items = _inside(site, who, refusals.listed())
    source, code = ask.own.source, ask.own.code
    shown = [
        one
        for one in items
        if (not source or one.source == source) and (not code or one.code == code)
    ]
    parked, number = outcomes.parked(_MOST)
    now, whole = server_ms(site.store.time()), not who.area
    fallen = refusals.fallen()
    unknown = UnknownCodes(site.store).listed(2 * CODES_MOST) if whole else []
    data = IntakeData(
        groups=[Group(source=s, code=c, number=n) for s, c, n in grouped(items)],
        items=[_item(one) for one in shown[:_MOST]],
        total=len(shown),
        open=_chosen(site, who, refusals, ask),
        waiting=[Waiting(event_id=event, since=at) for event, at in parked] if whole else [],
        waits=number if whole else 0,
        letters=[
            Letter(
                file=one.file, field=one.field, reason=one.reason,
                number=one.number, first=one.first, last=one.last,
            )
            for one in refusals.letters()
        ][:_MOST] if whole else [],
        counts=[
            Count(source=one.source, result=one.result, number=one.number)
            for one in (*outcomes.answered(), *outcomes.counts())
        ] if whole else [],
        kinds=[str(kind) for kind in KINDS],
        now=now,
        unknown=[
            Unknown(source=one.source, kind=one.kind, code=one.code, number=one.count)
            for one in unknown[:_MOST]
        ] if whole else [],
        unknown_total=len(unknown) if whole else 0,
        whole=whole,
        refused_fallen=fallen[0] if whole else 0,
        letters_fallen=fallen[1] if whole else 0,
    )  # fmt: skip
    return Shown(body(data, ask, site.view.zone, catalogue(ask.lang)))


def _inside(site: ReviewSite, who: Person, items: Sequence[Refusal]) -> list[Refusal]:
    """The items in the person's area; one without a place is the whole city's."""
    if not who.area:
        return list(items)
    events = {one.action.event_id for one in items if one.action is not None}
    states = site.log().states(sorted(events))
    out = []
    for one in items:
        if one.action is not None:
            state = states[one.action.event_id]
            if who.area in (one.action.place if state is None else state.place):
                out.append(one)
    return out


def _item(one: Refusal) -> Item:
    action = one.action
    return Item(
        id=one.id,
        at=one.at,
        source=one.source,
        code=one.code,
        reason=one.reason,
        event_id=action.event_id if action is not None else "",
        kind=str(action.kind) if action is not None else "",
    )


def _chosen(site: ReviewSite, who: Person, refusals: Refusals, ask: Ask) -> Open | None:
    if not ask.own.item:
        return None
    found = refusals.one(ask.own.item)
    if found is None or not _inside(site, who, [found]):
        raise NotHere(ask.own.item)
    done = refusals.settled(found.id)
    return Open(
        item=_item(found),
        action_id=found.action.action_id if found.action is not None else "",
        fields=fields_of(found.action, site.rules.local, found.raw),
        raw=found.raw,
        settled=done.what if done is not None else "",
    )
