"""The panel of the 24-hour trend: the figure, its legend and the running ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from layouts.look import ids
from layouts.look.theme import Theme
from layouts.wall.parts import number, panel
from layouts.wall.trend import trend_figure


def trend(
    text: Mapping[str, str], theme: Theme, lang: str, zone: str, state: Mapping[str, Any]
) -> html.Section:
    """The figure as of ``state``; the browser restyles its data arrays from then on."""
    legend = [
        html.Span([html.I(className="key"), text["trend.last"]], className="self"),
        html.Span([html.I(className="key before"), text["trend.yesterday"]], className="before-it"),
        html.Span(
            [
                html.I(className="key running"),
                text["trend.running"],
                " ",
                number("trend.143.reported"),
            ]
        ),
    ]
    graph = dcc.Graph(
        id=ids.TREND,
        figure=trend_figure(state, theme, lang, zone),
        config={"staticPlot": True, "displayModeBar": False},
        responsive=False,
        className="figure",
    )
    return panel(
        "trend",
        text["trend.title"],
        html.Div(
            [graph, html.P(text["trend.empty"], className="empty", hidden=True)],
            className="frame",
            id="gw-trend-frame",
        ),
        scope=legend,
    )
