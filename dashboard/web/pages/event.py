"""The pages of one event (story, clocks, notices, neighbours) and of one grid (its ledger).

The event's story is folded from its actions, which stay in Redis when the event is archived. Its
neighbours come from the desk, which has the archived events as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from dashboard.config.words import catalogue
from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask, AskError
from dashboard.core.questions.departments import MovedScore
from dashboard.core.questions.grid.sheet import sheet
from dashboard.core.questions.story import (
    DAYS,
    MOST,
    NEAR_M,
    EventStory,
    Neighbour,
    Neighbours,
    Sent,
    StoryPage,
    clock_views,
    until,
)
from dashboard.web.answers.errors import NotHere
from dashboard.web.pages.reading import check_off_until, records_since, truth_now
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person, require
from data_sources.courier.deliveries import Outcome
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import DeskLoading
from data_sources.desk.near import near, same_grid
from data_sources.desk.scores.moved import moved
from data_sources.past.asof import PastQueryError
from data_sources.store import domain_clock
from layouts.pages.event.grid import GridData, grid_body
from layouts.pages.event.page import event_body
from layouts.pages.event.wording import Wording
from layouts.pages.kit.frame import Shown, Truth

_DAY_MS = 86_400_000


def build_event(site: ReviewSite, who: Person, ask: Ask, event_id: str) -> Shown:
    """The page; raises ``NotHere``, ``Refused``, ``RedisUnavailable``."""
    story = site.stories.tell(event_id)
    if story is None:
        raise NotHere(event_id)
    state = story.state
    place = () if state is None else state.place
    if who.area and who.area not in place:
        require(Capability.SEE, place[0] if place else "")
    feed, server = domain_clock.read(site.store)
    now = feed.now(server)
    begin = min(line.at for line in story.actions)
    outcomes = site.stories.deliveries(event_id)
    page = StoryPage(
        story=story,
        clocks=tuple(clock_views(site.rules, story, now)),
        now=now,
        begin=begin,
        end=max(until(story, now), begin + 60_000),
        sent=_sent(story, outcomes),
        silent=not outcomes,
        **_neighbours(site, who, state),
    )
    text = catalogue(ask.lang)
    words = Wording(text, site.view, ask.lang, lambda code: site.city.place_name(code, ask.lang))
    queue = Ask(lang=ask.lang, theme=ask.theme).url("/queue")
    return Shown(
        event_body(page, ask, words, site.past is not None, may_void=who.may(Capability.VOID)),
        # read from the actions themselves, so no projector can be behind
        replace(truth_now(site, who) or Truth(now, now), now_ms=now, as_of_ms=now, behind_ms=0),
        title=_what_and_where(state, words) or event_id,
        where=event_id if state else "",
        trail=[(text["review.nav.queue"], queue)],
    )


def _what_and_where(state: EventState | None, words: Wording) -> str:
    """Category and township, or the finest place that is known."""
    if state is None:
        return ""
    place = next((code for code in (*reversed(state.place[:2]), *state.place) if code), "")
    return " · ".join(filter(None, (words.category(state.category), words.place(place))))


def _sent(story: EventStory, outcomes: list[Outcome]) -> tuple[Sent, ...]:
    states: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in outcomes:
        states[one.id].append((one.channel, one.state))
    back = {notice.ref for notice in story.notices if notice.what == "withdrawn"}
    return tuple(
        Sent(n.at, n.what, n.to, n.clock, n.step, tuple(states[n.id]), n.id in back)
        for n in story.notices
    )


def _neighbours(site: ReviewSite, who: Person, state: EventState | None) -> dict[str, Any]:
    if site.desk is None or state is None:
        return {}
    since, end = state.reported_at - DAYS * _DAY_MS, state.reported_at + DAYS * _DAY_MS

    def ask(reader: Reader) -> tuple[Any, Any, tuple[MovedScore, ...]]:
        return (
            near(reader, state, NEAR_M, since, end, MOST) if state.lat is not None else None,
            same_grid(reader, state, since, end, MOST) if state.grid else None,
            moved(reader, state.event_id),
        )

    try:
        close, same, scores = site.desk.ask(who.area, ask).value
    except DeskLoading as loading:
        return {"loading": loading.share}
    return {"near": _found(close), "same_grid": _found(same), "moved": scores}


def _found(given: tuple[list[dict[str, Any]], int] | None) -> Neighbours | None:
    if given is None:
        return None
    rows, total = given
    return Neighbours(tuple(Neighbour(**row) for row in rows), total)


def _months(site: ReviewSite, month: str, truth: Truth | None) -> tuple[str, str]:
    """The months before and after one; none after the current one."""
    if not month:
        return "", ""
    year, number = int(month[:4]), int(month[5:])
    before, after = divmod(12 * year + number - 2, 12), divmod(12 * year + number, 12)
    now = site.rules.local.day(truth.now_ms) // 100 if truth else 0
    later = after[0] * 100 + after[1] + 1
    return (
        f"{before[0]:04d}-{before[1] + 1:02d}",
        f"{after[0]:04d}-{after[1] + 1:02d}" if later <= now else "",
    )


def _since(site: ReviewSite) -> int:
    """The first day of the city's records; while the desk still reads them, they have begun."""
    try:
        return records_since(site)
    except DeskLoading:
        return 1


def build_grid(site: ReviewSite, who: Person, ask: Ask, code: str) -> Shown:
    """The page for a grid's code; raises ``NotHere``, ``Refused``, ``RedisUnavailable``."""
    place = site.city.places.get(code)
    if place is None or place.tier != "grid":
        raise NotHere(code)
    require(Capability.SEE, code)
    cursor, month = ask.own.cursor or None, ask.own.month or None
    truth = truth_now(site, who)
    try:
        page = site.ledgers.page(code, month, cursor)
    except PastQueryError as error:
        if error.unknown:
            raise NotHere(code) from error
        raise AskError(error.field, str(error.value), error.reason) from error
    further = ask.url(f"/grids/{code}", cursor=page.cursor) if page.cursor else ""
    data = GridData(
        code=code,
        month=page.sums.month if page.sums else page.month,
        events=page.events,
        rows=page.rows,
        sheet=None
        if page.sums is None
        else sheet(
            page.sums,
            site.base.grid(code),
            site.base.area(code),
            site.base.simulated,
            _since(site),
            check_off_until(site, page.sums.month),
        ),
        months=_months(site, page.sums.month if page.sums else "", truth),
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
    around = site.city.places.get(place.parent)
    return Shown(
        shown,
        truth,
        title=place.name(ask.lang),
        where=around.name(ask.lang) if around else "",
        trail=tuple(reversed(trail)),
    )
