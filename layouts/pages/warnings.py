"""The warnings: those that are open with their figures, and what became of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from dashboard.core.surges.judge import SurgeWarning
from layouts.look.city import CityView, pick
from layouts.pages.kit import exporting, parts
from layouts.pages.kit.parts import Head
from layouts.pages.kit.states import empty
from layouts.pages.kit.values import amount, moment, rough
from layouts.pages.warningcard import card, odds


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
    meaning = parts.link(text["review.warning.meaning"], parts.to_definition(ask, "surge"))
    actions = [meaning, exporting.buttons("warnings", ask, text)]
    return html.Div(
        [
            parts.section(
                text["review.warning.open"].format(n=len(data.open)), shown, actions=actions
            ),
            parts.section(text["review.warning.log"], _log(data, ask, city, text)),
        ]
    )


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
                parts.link(where, parts.to_grid(ask, one.code)) if one.tier == "grid" else where,
                pick(city.categories.get(one.category, {}), ask.lang) or one.category,
                amount(one.evidence.observed),
                rough(one.evidence.expected),
                text["review.warning.one_in"].format(n=odds(one.evidence.p)),
            ]
        )
    return parts.table(heads, rows, caption=text["review.warning.log"])
