"""Surge warnings: the open ones with the figures that raised them, and a log of all. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, moment, rough
from dashboard.config.words.plurals import form, say
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.opened import observed
from dashboard.core.surges.judge import SurgeWarning
from layouts.look.city import CityView, pick
from layouts.pages.kit import parts
from layouts.pages.kit.links import export_buttons, link, to_definition, to_grid, to_queue
from layouts.pages.kit.messages import empty
from layouts.pages.kit.opens import filled, plain, recorded
from layouts.pages.kit.parts import Head


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log."""

    at: int
    #: raised | ended
    what: str
    #: subsided | explained | withdrawn
    reason: str
    warning: SurgeWarning


class WarningsData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    open: Sequence[SurgeWarning]
    recent: Sequence[Line]
    names: Mapping[str, str]


def body(data: WarningsData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    """The page."""
    shown: Component = html.Div(
        [card(one, ask, city, data.names, text) for one in data.open], className="r-warnings"
    )
    if not data.open:
        shown = empty(text, text["review.warning.none"])
    meaning = link(text["review.warning.meaning"], to_definition(ask, "surge"))
    actions = [meaning, export_buttons("warnings", ask, text)]
    return html.Div(
        [
            parts.section(
                text["review.warning.open"].format(n=len(data.open)), shown, actions=actions
            ),
            parts.section(text["review.warning.log"], _log(data, ask, city, text)),
        ]
    )


def card(
    one: SurgeWarning,
    ask: Ask,
    city: CityView,
    names: Mapping[str, str],
    text: Mapping[str, str],
) -> Component:
    """Where and what, how many instead of how many, how likely that is, and the days before.

    ``names`` are those of places."""
    why = one.evidence
    place = names.get(one.code, one.code)
    what = pick(city.categories.get(one.category, {}), ask.lang) or one.category
    span = text["review.warning.span"].format(
        start=moment(why.start, city.zone, "%m-%d %H:%M"),
        end=moment(why.end, city.zone, "%H:%M"),
    )
    ways = [
        link(
            text["review.warning.queue"],
            to_queue(ask, area=one.code, category=one.category),
        )
    ]
    if one.tier == "grid":
        ways.append(link(text["review.warning.grid"], to_grid(ask, one.code)))
    return html.Article(
        [
            html.H3([place, " · ", what]),
            html.P(
                filled(
                    form(text, "review.warning.figures", {"n": why.observed}),
                    n=recorded(count(why.observed), why.observed, observed(ask, one, city.zone)),
                    usual=rough(why.expected),
                    span=span,
                )
            ),
            html.P(
                say(
                    text,
                    "review.warning.odds",
                    low=why.low,
                    high=why.high,
                    odds=odds(why.p),
                    days=why.days,
                ),
                className="r-hint",
            ),
            before(why.history, why.observed, text),
            html.P(
                text["review.warning.raised"].format(at=moment(one.raised_at, city.zone)),
                className="r-hint",
            ),
            html.P(ways, className="r-ways"),
        ],
        className="r-warning",
    )


def odds(p: float) -> str:
    """1 in how many such hours."""
    return rough(max(1, 1 / p)) if p > 1e-9 else rough(1e9)


def before(history: tuple[int, ...], observed: int, text: Mapping[str, str]) -> Component:
    """The whole days before as bars, and the hours that were too many."""
    if not history:
        return html.P(NOTHING, className="r-hint")
    most = max(*history, observed, 1)
    bars = [html.I(style={"height": f"{100 * count / most:.0f}%"}) for count in history]
    bars.append(html.I(style={"height": f"{100 * observed / most:.0f}%"}, className="now"))
    days = ", ".join(str(count) for count in history)
    drawn = html.Div(
        bars,
        className="r-before",
        role="img",
        **{"aria-label": text["review.warning.before"].format(n=days, now=observed)},
    )
    return html.Figure([drawn, html.Figcaption(text["review.warning.bars"], className="r-hint")])


def _log(data: WarningsData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    if not data.recent:
        return empty(text, text["review.warning.no_log"])
    heads = [
        Head(text["review.warning.when"]),
        Head(text["review.warning.happened"]),
        Head(text["review.warning.where"]),
        Head(text["review.warning.what"]),
        Head(text["review.warning.observed"], number=True),
        Head(text["review.warning.usual"], number=True),
        Head(text["review.warning.likely"], number=True, wide=True),
    ]
    rows = []
    for line in data.recent:
        one = line.warning
        where = data.names.get(one.code, one.code)
        happened = text[f"review.warning.{line.reason if line.what == 'ended' else 'was_raised'}"]
        rows.append(
            [
                moment(line.at, city.zone),
                happened,
                link(where, to_grid(ask, one.code)) if one.tier == "grid" else where,
                pick(city.categories.get(one.category, {}), ask.lang) or one.category,
                recorded(
                    count(one.evidence.observed),
                    one.evidence.observed,
                    observed(ask, one, city.zone),
                ),
                plain(rough(one.evidence.expected), "model"),
                plain(text["review.warning.one_in"].format(n=odds(one.evidence.p)), "model"),
            ]
        )
    return parts.table(heads, rows, caption=text["review.warning.log"])
