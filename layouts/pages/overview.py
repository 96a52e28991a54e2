"""The overview: the numbers of a range beside another, what moved them, when, and what warns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.model.periods import Span
from dashboard.core.questions.answers import Breakdown, Calendar, Kpis, Mover, Series
from dashboard.core.questions.ask import Ask
from dashboard.core.surges.judge import SurgeWarning
from layouts.look.city import CityView, pick
from layouts.look.theme import THEMES
from layouts.pages import heat, overview_cards
from layouts.pages.briefs.parts_parts import make_button
from layouts.pages.figures import HEIGHT, trend
from layouts.pages.kit import exporting, ids, parts
from layouts.pages.kit.parts import Head
from layouts.pages.kit.states import empty
from layouts.pages.kit.values import amount, days, signed
from layouts.pages.warningcard import card

PATH = "/"
#: what movers and the calendar can be asked for
MOVES = ("reported", "became_overdue", "late", "closed", "open")
DAYS = ("reported", "closed", "became_overdue", "open")
#: groups whose movers are shown
GROUPS = ("area", "category", "department")
#: warnings shown here; the rest stands on their page
MOST_WARNINGS = 3


class OverviewData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of; ``before`` and the like are None without a comparison."""

    span: Span
    compared: Span | None
    now: Kpis
    before: Kpis | None
    series: Series
    series_before: Series | None
    #: by area (one tier below), category, department
    groups: Mapping[str, Breakdown]
    calendar: Calendar
    warnings: Sequence[SurgeWarning]
    #: names of the places that occur
    names: Mapping[str, str]
    move: str
    shown: str
    #: what the city wants to reach, by the figure's id
    targets: Mapping[str, float] = {}
    #: whether who asks may have a brief made of it
    may_brief: bool = False


def body(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    """The page."""
    brief = data.span.label if data.may_brief else ""
    return html.Div(
        [
            html.Div(
                [html.P(_range_words(data, ask, text)), make_button(ask.area, brief, ask, text)],
                className="r-range",
            ),
            overview_cards.cards(
                data.now,
                data.before,
                data.series.points,
                data.targets,
                ask,
                text,
            ),
            html.Div(
                [_course(data, ask, text), _warned(data, ask, city, text)], className="r-lead"
            ),
            _movers(data, ask, city, text),
            _days(data, ask, text),
        ]
    )


def _range_words(data: OverviewData, ask: Ask, text: Mapping[str, str]) -> str:
    words = days(data.span.first_day, data.span.last_day)
    if data.span.running:
        words = text["review.overview.running"].format(range=words)
    if data.compared is None:
        return words if ask.compare == "none" else text["review.overview.alone"].format(range=words)
    was = days(data.compared.first_day, data.compared.last_day)
    key = "review.overview.against_part" if data.span.running else "review.overview.against"
    return text[key].format(range=words, was=was)


def _course(data: OverviewData, ask: Ask, text: Mapping[str, str]) -> Component:
    if not data.series.points:
        return parts.section(text["review.overview.course"], empty(text))
    was = ""
    if data.compared is not None:
        was = days(data.compared.first_day, data.compared.last_day)
    figure = trend(
        data.series, data.series_before, THEMES[ask.theme or "light"], text, was, data.span.running
    )
    graph = dcc.Graph(
        id=ids.OVERVIEW_TREND,
        figure=figure,
        config={"displayModeBar": False},
        responsive=True,
        className="r-figure",
        style={"height": f"{HEIGHT}px"},
    )
    return parts.section(text["review.overview.course"], graph)


def _warned(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    if not data.warnings:
        none = empty(text, text["review.warning.none"])
        return parts.section(text["review.overview.warnings"], none)
    shown = [card(one, ask, city, data.names, text) for one in data.warnings[:MOST_WARNINGS]]
    more = parts.link(
        text["review.overview.all_warnings"].format(n=len(data.warnings)),
        Ask(area=ask.area, lang=ask.lang, theme=ask.theme).url("/warnings"),
    )
    return parts.section(text["review.overview.warnings"], *shown, actions=[more])


def _movers(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    title = text["review.overview.movers"]
    if data.compared is None:
        why = "no_compare" if ask.compare == "none" else "unknown_before"
        return parts.section(title, empty(text, text[f"review.overview.{why}"]))
    picks = parts.choices(
        [
            (
                text[f"review.kpi.{m}"],
                ask.url(PATH, move=None if m == MOVES[0] else m),
                m == data.move,
            )
            for m in MOVES
        ],
        title,
    )
    tables = [
        _moved(group, data.groups[group], data, ask, city, text)
        for group in GROUPS
        if group in data.groups
    ]
    return parts.section(
        title,
        html.Div(tables, className="r-columns"),
        actions=[picks],
        note=text["review.overview.movers_note"],
        id="movers",
    )


def _moved(
    group: str,
    found: Breakdown,
    data: OverviewData,
    ask: Ask,
    city: CityView,
    text: Mapping[str, str],
) -> Component:
    moved = found.movers(data.move)
    title = text[f"review.overview.by_{group}"]
    rows = []
    for one in (*moved.up, *reversed(moved.down)):
        words = _name(group, one.key, data, ask, city, text)
        rows.append(
            [
                parts.link(words, _towards(group, one.key, ask)) if one.key else words,
                amount(one.now),
                amount(one.before),
                _step(one, data.move, text),
            ]
        )
    if not rows:
        return parts.section(title, empty(text, text["review.overview.unmoved"]))
    columns = (text[f"review.overview.{one}"] for one in ("now", "before", "step"))
    heads = [Head(title), *(Head(one, number=True) for one in columns)]
    caption = f"{text['review.overview.movers']}: {text[f'review.kpi.{data.move}']}, {title}"
    files = exporting.buttons("overview", ask, text, by=group)
    return html.Div([parts.table(heads, rows, caption=caption), files], className="r-section")


def _step(one: Mover, measure: str, text: Mapping[str, str]) -> Component:
    told = signed(one.change)
    if one.relative is not None:
        told += f" ({signed(one.relative * 100)}%)"
    way = "up" if one.change > 0 else "down"
    worse = way == ("down" if measure == "closed" else "up") and measure != "reported"
    kind = f"r-change {way}{' clear' if one.clear else ''}{' worse' if worse and one.clear else ''}"
    said = [] if one.clear else [html.Span(text["review.overview.chance"], className="r-unseen")]
    return html.Span([html.Span(told, className="by"), *said], className=kind)


def _name(
    group: str, key: str, data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]
) -> str:
    if not key:
        return text["review.overview.unknown"]
    if group == "area":
        return data.names.get(key, key)
    names = city.departments if group == "department" else city.categories
    return pick(names.get(key, {}), ask.lang) or key


def _towards(group: str, key: str, ask: Ask) -> str:
    """A press on a group: the same page for it; a department has a page of its own."""
    if group == "department":
        return parts.to_department(ask, key)
    return ask.url(PATH, **{group: key})


def _days(data: OverviewData, ask: Ask, text: Mapping[str, str]) -> Component:
    picks = parts.choices(
        [
            (
                text[f"review.kpi.{m}"],
                ask.url(PATH, days=None if m == DAYS[0] else m),
                m == data.shown,
            )
            for m in DAYS
        ],
        text["review.overview.days"],
    )
    years = parts.choices(
        [
            (str(year), ask.url(PATH, year=year), year == data.calendar.year)
            for year in data.calendar.years
        ],
        text["review.overview.years"],
    )
    return parts.section(
        text["review.overview.days"],
        heat.calendar(data.calendar, data.shown, ask, PATH, text),
        actions=[picks, years] if len(data.calendar.years) > 1 else [picks],
        id="days",
    )
