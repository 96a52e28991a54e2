"""An event's links to other events, and what is near it. Pure."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.plurals import say
from dashboard.core.model.rules import HOUR
from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import address, of_window
from dashboard.core.questions.story import DAYS, NEAR_M, Neighbour, Neighbours, StoryPage
from layouts.pages.event.wording import Wording
from layouts.pages.kit import parts
from layouts.pages.kit.links import link, to_event
from layouts.pages.kit.parts import Head


def linked(page: StoryPage, state: EventState, ask: Ask, words: Wording) -> Component:
    """Merges and recurrences, each a link; and what was done again."""
    links, text = page.story.links, words.text
    found: list[tuple[str, list[str]]] = [
        ("survivor", [links.survivor] if links.survivor else []),
        ("absorbed", links.absorbed),
        ("forwarded_from", links.forwarded_from),
        ("recurred_as", links.recurred_as),
    ]
    rows = [
        html.Li(
            [
                html.Span(text[f"review.event.link_{name}"]),
                *[link(one, to_event(ask, one)) for one in ids],
            ],
            **{"data-link": name},
        )
        for name, ids in found
        if ids
    ]
    for since, until in state.past_ends:
        line = text["review.event.reopened"].format(
            closed=words.when(since), opened=words.when(until)
        )
        rows.append(html.Li(line))
    over = (("overdue", state.late), ("response_overdue", state.slow))
    for name, spans in over if state.void is None else ():
        for since, until in spans:
            line = text[f"review.event.{'was' if until else 'is'}_{name}"]
            rows.append(html.Li(line.format(since=words.when(since), until=words.when(until))))
    if not rows:
        return html.P(text["review.event.no_links"], className="r-empty")
    return html.Ul(rows, className="e-links")


def neighbours(page: StoryPage, state: EventState, ask: Ask, words: Wording) -> list[Component]:
    """The same kind close by, and the same grid."""
    text = words.text
    titles = {
        "near": text["review.event.near"].format(m=NEAR_M),
        "same_grid": text["review.event.same_grid"],
    }
    note = say(text, "review.event.around_note", n=DAYS)
    if page.loading is not None:
        loading = text["review.event.loading"].format(n=round(100 * page.loading))
        return [parts.section(titles["near"], html.P(loading, className="r-empty"))]
    found = {"near": page.near, "same_grid": page.same_grid}
    return [
        parts.section(
            titles[name],
            _table(one, titles[name], ask, words, _every(name, one, state, ask, words)),
            note=note,
            id=f"e-{name}",
        )
        for name, one in found.items()
        if one is not None
    ]


def _every(
    name: str, found: Neighbours, state: EventState, ask: Ask, words: Wording
) -> Component | str:
    """How many are not shown, leading to the list of exactly those counted; "" if all are."""
    rest = found.total - len(found.rows)
    if not rest:
        return ""
    kind = {"near": "near", "same_grid": "grid"}[name]
    first, last = state.reported_at - DAYS * 24 * HOUR, state.reported_at + DAYS * 24 * HOUR
    href = address(
        Ask(lang=ask.lang, theme=ask.theme),
        "reported",
        around=f"{kind}:{state.event_id}",
        **of_window(first, last + 1, words.city.zone),
    )
    return link(say(words.text, "review.event.all_around", n=rest, total=found.total), href)


def _table(
    found: Neighbours, title: str, ask: Ask, words: Wording, every: Component | str
) -> Component:
    text = words.text
    if not found.rows:
        return html.P(text["review.event.none_around"], className="r-empty")
    heads = [
        Head(text["review.filter.category"]),
        Head(text["review.filter.level"]),
        Head(text["review.event.fact_reported"]),
        Head(text["review.filter.status"]),
    ]
    rows = [_row(one, ask, words) for one in found.rows]
    shown = text["review.event.of"].format(n=len(found.rows), total=found.total)
    total = html.P([shown, *([" · ", every] if every else [])], className="r-hint")
    return html.Div([parts.table(heads, rows, caption=title), total])


def _row(one: Neighbour, ask: Ask, words: Wording) -> tuple[Component | str, ...]:
    away = "" if one.metres is None else words.text["review.event.metres"].format(n=one.metres)
    late = f" · {words.text['review.event.overdue']}" if one.overdue else ""
    name = words.category(one.category)
    return (
        link(f"{name} {away}".strip(), to_event(ask, one.event_id)),
        parts.level(one.level, words.text),
        words.when(one.reported_at, "%m-%d %H:%M"),
        words.text[f"status.{one.status}"] + late,
    )
