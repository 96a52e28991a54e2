"""Surge warnings: the open ones with the figures that raised them, and a log of all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, moment, rough
from dashboard.config.words.plurals import form, say
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import observed
from dashboard.core.surges.incidents import Folded, SurgeWarning
from dashboard.core.surges.judge import RAREST, Evidence, chance
from layouts.look.city import CityView, pick
from layouts.pages.kit import parts
from layouts.pages.kit.links import export_buttons, link, to_definition, to_grid, to_queue
from layouts.pages.kit.messages import empty
from layouts.pages.kit.opens import filled, plain, recorded
from layouts.pages.kit.parts import Head


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log."""

    at: int
    #: raised | moved | ended
    what: str
    #: spread | one_grid | subsided | withdrawn | folded | explained; "" of raised
    reason: str
    warning: SurgeWarning


class WarningsData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of."""

    open: Sequence[SurgeWarning]
    recent: Sequence[Line]
    #: of places, by code
    names: Mapping[str, str]
    #: with fewer complete days no odds are shown
    odds_days: int
    #: the first day of the whole city's records; 0: there are none
    since: int = 1


class Named(Protocol):
    """What a card needs besides its warning: the page's data have it."""

    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def odds_days(self) -> int: ...


def codes_of(warnings: Iterable[SurgeWarning]) -> set[str]:
    """The places that warnings name."""
    return {place.code for one in warnings for place in (one.head, *one.folded)}


def none_open(since: int, text: Mapping[str, str]) -> str:
    """That no warning is open, or that there are no records from which one could be made."""
    return text["review.warning.none" if since else "review.records.empty"]


def body(data: WarningsData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    """The page."""
    shown: Component = html.Div(
        [card(one, ask, city, data, text) for one in data.open], className="r-warnings"
    )
    if not data.open:
        shown = empty(text, none_open(data.since, text))
    meaning = link(text["review.warning.meaning"], to_definition(ask, "surge"))
    actions = [meaning, export_buttons("warnings", ask, text)]
    title = text["review.warning.open"].format(n=len(data.open))
    if not data.open and not data.since:
        title = text["review.overview.warnings"]
    return html.Div(
        [
            parts.section(title, shown, actions=actions),
            parts.section(text["review.warning.log"], _log(data, ask, city, text)),
        ]
    )


def card(
    one: SurgeWarning,
    ask: Ask,
    city: CityView,
    data: Named,
    text: Mapping[str, str],
) -> Component:
    """Where and what, how many instead of how many, how likely that is, and the days before."""
    why = one.evidence
    place = data.names.get(one.code, one.code)
    what = pick(city.categories.get(one.category, {}), ask.lang) or one.category
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
            html.P(_figures(one, one.head, ask, city, text)),
            html.P(_likely(why, data.odds_days, text), className="r-hint"),
            before(why.history, why.observed, text),
            html.P(
                text["review.warning.raised"].format(at=moment(one.raised_at, city.zone)),
                className="r-hint",
            ),
            _folded(one, ask, city, data, text),
            html.P(ways, className="r-ways"),
        ],
        className="r-warning",
    )


def _figures(
    one: SurgeWarning,
    place: Folded,
    ask: Ask,
    city: CityView,
    text: Mapping[str, str],
    key: str = "review.warning.figures",
) -> list[Component | str]:
    why = place.evidence
    span = text["review.warning.span"].format(
        start=moment(why.start, city.zone, "%m-%d %H:%M"),
        end=moment(why.end, city.zone, "%H:%M"),
    )
    n = recorded(count(why.observed), why.observed, observed(ask, one, city.zone, place))
    words = form(text, key, {"n": why.observed})
    return filled(words, n=n, usual=usual(why.expected, text), span=span)


def _part(
    one: SurgeWarning, place: Folded, ask: Ask, city: CityView, text: Mapping[str, str]
) -> list[Component | str]:
    """A folded place's figures, with the time where it is not that of the warning."""
    why, whole = place.evidence, one.evidence
    same = (why.start, why.end) == (whole.start, whole.end)
    key = "review.warning.part" + ("" if same else "_then")
    return _figures(one, place, ask, city, text, key)


def _likely(why: Evidence, odds_days: int, text: Mapping[str, str]) -> str:
    words = odds(why, odds_days, text)
    if chance(why, odds_days) is None:
        return text["review.warning.no_odds"].format(odds=words)
    limits = {"low": why.low, "high": why.high}
    return say(text, "review.warning.odds", **limits, odds=words, days=why.days)


def _folded(
    one: SurgeWarning, ask: Ask, city: CityView, data: Named, text: Mapping[str, str]
) -> Component | None:
    """The incident's other places, to open."""
    if not one.folded:
        return None
    key = "review.warning.folded_grids" if one.tier == "township" else "review.warning.folded_near"
    places = []
    for place in sorted(one.folded, key=lambda place: (place.evidence.p, place.code)):
        name = data.names.get(place.code, place.code)
        shown = link(name, to_grid(ask, place.code)) if place.tier == "grid" else name
        places.append(html.Li([shown, " · ", *_part(one, place, ask, city, text)]))
    return html.Details(
        [html.Summary(text[key].format(n=len(one.folded))), html.Ul(places, className="r-hint")],
        className="r-folded",
    )


def usual(expected: float, text: Mapping[str, str]) -> str:
    """A usual number: 3.4; under 0.1"""
    return text["review.warning.under"].format(n="0.1") if expected < 0.1 else rough(expected)


def odds(why: Evidence, odds_days: int, text: Mapping[str, str]) -> str:
    """1 in how many such hours chance brings as many; while it is learned, of how many days."""
    p = chance(why, odds_days)
    if p is None:
        return say(text, "review.warning.learning", n=why.days, of=odds_days)
    if p <= RAREST:
        return text["review.warning.rarer"].format(n=count(round(1 / RAREST)))
    return text["review.warning.one_in"].format(n=rough(max(1, 1 / p)))


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
        return empty(text, text["review.warning.no_log" if data.since else "review.records.empty"])
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
        happened = text[f"review.warning.{line.reason or 'was_raised'}"]
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
                plain(usual(one.evidence.expected, text), "model"),
                plain(odds(one.evidence, data.odds_days, text), "model"),
            ]
        )
    return parts.table(heads, rows, caption=text["review.warning.log"])
