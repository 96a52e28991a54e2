"""The list of the events behind a figure: the figure on top, what can be listed, the rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import NOTHING, count, moment, percent, points
from dashboard.config.words.plurals import say
from dashboard.core.model.periods import Span
from dashboard.core.model.records import Coverage, coverage
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import (
    BY_LEVEL,
    IN_TIME,
    MIDDLES,
    MONTHLY,
    PAGE,
    RATES,
    SCORED,
    TALLIED,
    Item,
    Listed,
    Opened,
)
from dashboard.core.questions.queue import Words
from dashboard.core.questions.story import NEAR_M
from layouts.pages.kit import messages, parts
from layouts.pages.kit.known import not_recorded
from layouts.pages.kit.links import export_buttons, link, to_event, to_queue
from layouts.pages.kit.opens import top
from layouts.pages.kit.parts import Head

Text = Mapping[str, str]
PATH = "/events"
#: when what is counted happened, where that is not the report: kind → end of a message id
_AT = {
    "closed": "ended",
    "overdue": "overdue",
    "became_overdue": "overdue",
    "response_overdue": "overdue",
    "became_response_overdue": "overdue",
    "timed": "handled",
    "within": "handled",
    "beyond": "handled",
    "handled": "handled",
    "decided": "decided",
    "on_time": "decided",
    "late": "decided",
    "reworked": "reworked",
    "revisited": "revisited",
    "satisfied": "revisited",
    "unmeasured": "decided",
    **dict.fromkeys(MONTHLY, "counted"),
}
#: what is open now can be worked on in the queue: figure → its filter there
_QUEUED = {"open": "", "overdue": "overdue", "response_overdue": "response_overdue"}


class EventsData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    listed: Listed
    words: Words
    zone: str
    #: the subject of a score, in words
    subject: str = ""
    #: what a score is cut to, in words
    only: str = ""
    period: str = ""
    #: the first day of the city's records, YYYYMMDD; 0: there are none
    since: int = 1

    @property
    def kept(self) -> Coverage:
        """The days of the list's range that have records; of what is now, whether there are any."""
        of = self.listed.span
        first = of.last_day if self.listed.asked.show.endswith("_now") else of.first_day
        return coverage(first, of.last_day, self.since or None)


def name_of(of: str, text: Text) -> str:
    """The name of a figure, or of what is listed of it."""
    key = of.replace(".", "_")
    found = (f"review.events.of_{key}", f"review.kpi.{of}", f"review.dep.c_{key}")
    return next((text[one] for one in (*found, f"review.dep.col_{key}") if one in text), of)


def body(data: EventsData, ask: Ask, text: Text) -> Component:
    """The page."""
    listed, asked = data.listed, data.listed.asked
    if not data.kept.days:
        words = not_recorded(data.kept, text)
        return parts.section(_about(data, text), messages.empty(text, words), className="v-page")
    actions: list[Component] = [export_buttons("events", ask, text)]
    if asked.of in _QUEUED and listed.span.running and not asked.until:
        href = to_queue(ask, clock=_QUEUED[asked.of] or None)
        actions.insert(0, link(text["review.events.queue"], href))
    parts_of: list[Any] = [
        html.Div(
            [
                html.P(
                    [
                        top(value_of(listed, text), listed.figure, listed.count),
                        *_sums(listed, text),
                    ],
                    className="v-top",
                ),
                *_counted(listed, text),
            ]
        )
    ]
    if len(asked.shows()) > 1:
        parts_of.append(_shows(listed, ask, text))
    if listed.rows:
        parts_of += [_table(data, ask, text), *_pager(listed, ask, text)]
    else:
        parts_of.append(messages.empty(text, text["review.events.none"]))
    return parts.section(_about(data, text), *parts_of, actions=actions, className="v-page")


def value_of(listed: Listed, text: Text) -> str:
    """The figure as its page writes it."""
    of, value = listed.asked.of, listed.figure
    if of in RATES or of == IN_TIME or of.endswith("_share"):
        return percent(value)
    if of in MIDDLES:
        return duration(value, text)
    return points(value) if of in SCORED and of != "events" else count(value)


def _sums(listed: Listed, text: Text) -> list[Component]:
    """The numerator and denominator of a rate or a component; how many a median is of."""
    asked = listed.asked
    if asked.of in RATES or asked.of == IN_TIME:
        rate = RATES.get(asked.of)
        names = BY_LEVEL if rate is None else (rate.whole, rate.part)
        whole, part = (listed.counts[name] for name in names)
        words = text["review.events.part_of"].format(n=count(part), of=count(whole))
    elif listed.above is not None and listed.below is not None:
        words = text["review.events.part_of"].format(n=count(listed.above), of=count(listed.below))
    elif asked.of in MIDDLES:
        words = text["review.events.taken_from"].format(n=count(listed.count))
    elif asked.of in SCORED and asked.of != "events":
        words = say(text, "review.events.rows", n=listed.count)
    else:
        return []
    return [html.Span(words, className="v-sums")]


def _about(data: EventsData, text: Text) -> str:
    asked = data.listed.asked
    words = [data.subject, data.only, _bin(asked, text), data.period]
    if asked.since or asked.until:
        span = data.listed.span
        first, last = (moment(at, data.zone) for at in (span.start_ms, span.end_ms))
        words.append(text["review.events.between"].format(first=first, last=last))
    if asked.ask.own.unplaced:
        words.append(text["review.events.unplaced"])
    kind, _, event = asked.ask.own.around.partition(":")
    if kind:
        words.append(text[f"review.events.around_{kind}"].format(id=event, m=NEAR_M))
    return " · ".join(filter(None, words))


def _bin(asked: Opened, text: Text) -> str:
    if asked.low is None:
        return ""
    share = asked.show == "timed"
    low, high = (percent(x, 0) if share else x for x in (asked.low, asked.high))
    key = "share" if share else "age"
    if asked.high is None:
        return say(text, f"review.events.{key}_over", low=low)
    return say(text, f"review.events.{key}", low=low, high=high)


def _counted(listed: Listed, text: Text) -> list[Component]:
    """That a document shows another number, because something became known since."""
    was = listed.asked.counted
    if was is None or was == listed.count:
        return []
    words = text["review.events.counted"].format(was=count(was), now=count(listed.count))
    return [html.P(words, className="r-note", role="note")]


def _shows(listed: Listed, ask: Ask, text: Text) -> Component:
    asked = listed.asked
    shows = asked.shows()
    items = []
    for show in shows:
        name = text[f"review.events.show_{show}"] if asked.of in SCORED else name_of(show, text)
        words = text["review.events.choice"].format(name=name, n=count(listed.counts[show]))
        href = ask.url(PATH, show=None if show == shows[0] else show, page=None)
        items.append((words, href, show == asked.show))
    return parts.choices(items, text["review.events.shown"])


def _table(data: EventsData, ask: Ask, text: Text) -> Component:
    listed, words = data.listed, data.words
    of = listed.asked.of
    costs = of in SCORED
    sums = listed.above is not None
    when = "counted" if of.startswith(TALLIED) or costs else _AT.get(listed.asked.show, "")
    columns: list[tuple[str, Head, Callable[[Item], Any]]] = [
        ("id", Head(text["review.events.col_event"], kind="v-fixed"), lambda one: one.event_id),
    ]

    def add(name: str, cell: Callable[[Item], Any], **more: Any) -> None:
        columns.append((name, Head(text[f"review.events.col_{name}"], **more), cell))

    if costs:
        add("points", lambda one: cost(one.points), number=True)
    if sums:
        add("sums", lambda one: f"{one.above:g} / {one.below:g}", number=True)
    add("level", lambda one: parts.level(one.level, text))
    add("category", lambda one: words.category(one.category) or NOTHING)
    add("area", lambda one: place_of(one, words) or NOTHING)
    add("department", lambda one: words.department(one.department) if one.department else NOTHING)
    add("status", lambda one: text[f"status.{one.status}"])
    if when:
        head = Head(text[f"review.events.at_{when}"], kind="v-fixed")
        columns.append(("moment", head, lambda one: moment(one.moment, data.zone)))
    add("took", lambda one: _took(one, text), number=True, wide=True, kind="v-fixed")
    add("reported", lambda one: moment(one.reported_at, data.zone), wide=bool(when), kind="v-fixed")
    heads = [_head(name, head, ask, listed.asked, text) for name, head, _ in columns]
    rows = [
        [link(one.event_id, to_event(ask, one.event_id)), *(cell(one) for *_, cell in columns[1:])]
        for one in listed.rows
    ]
    return parts.table(heads, rows, caption=name_of(of, text), folds=True)


def _head(name: str, head: Head, ask: Ask, asked: Opened, text: Text) -> Head:
    """The head of a column that the list can be sorted by; a second press turns it round."""
    if name == "sums":
        return head
    on, down = asked.sort.removeprefix("-") == name, asked.sort.startswith("-")
    # numbers and times begin with the largest
    first = f"-{name}" if head.number or name in ("moment", "reported", "level") else name
    turned = name if first.startswith("-") else f"-{name}"
    wanted = turned if on and asked.sort == first else first
    order = ("descending" if down else "ascending") if on else ""
    href = ask.url(PATH, sort=wanted, page=None)
    title = text["review.events.sort"]
    return replace(head, href=href, title=title, sort=order)


def place_of(one: Item, words: Words) -> str:
    """The two finest places with a name."""
    named = [c for c in (one.county, one.township, one.community, one.grid) if c and words.named(c)]
    return " · ".join(dict.fromkeys(words.place(code) for code in named[-2:]))


def cost(value: float | None) -> str:
    """Points that one event took: three digits below 0.1, as many events take little each."""
    if value is None:
        return NOTHING
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def _took(one: Item, text: Text) -> str:
    if one.spent is None and one.limit is None:
        return NOTHING
    return f"{duration(one.spent, text)} / {duration(one.limit, text)}"


def _pager(listed: Listed, ask: Ask, text: Text) -> list[Component]:
    first = (listed.page - 1) * PAGE + 1
    last = first + len(listed.rows) - 1
    words = text["review.events.page"].format(
        first=count(first), last=count(last), of=count(listed.count)
    )
    steps: list[Component] = [html.Span(words)]
    ways: Sequence[tuple[str, int]] = (
        ("first", 1),
        ("before", listed.page - 1),
        ("next", listed.page + 1),
        ("last", listed.pages),
    )
    for key, page in ways:
        if 1 <= page <= listed.pages and page != listed.page:
            href = ask.url(PATH, page=page if page > 1 else None)
            steps.append(link(text[f"review.events.page_{key}"], href))
    return [html.P(steps, className="v-pager")]


def period_words(span: Span, days: str, text: Text) -> str:
    """The range in words; of a running one, that it is as far as it has come."""
    return text["review.overview.running"].format(range=days) if span.running else days
