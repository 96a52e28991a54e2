"""One surge warning with what raised it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from dashboard.core.surges.judge import SurgeWarning
from layouts.look.city import CityView, pick
from layouts.pages.kit.parts import link, to_grid, to_queue
from layouts.pages.kit.values import NOTHING, amount, moment, rough


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
                text["review.warning.figures"].format(
                    n=amount(why.observed), usual=rough(why.expected), span=span
                )
            ),
            html.P(
                text["review.warning.odds"].format(
                    low=why.low, high=why.high, odds=odds(why.p), days=why.days
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
    said = ", ".join(str(count) for count in history)
    drawn = html.Div(
        bars,
        className="r-before",
        role="img",
        **{"aria-label": text["review.warning.before"].format(n=said, now=observed)},
    )
    return html.Figure([drawn, html.Figcaption(text["review.warning.bars"], className="r-hint")])
