"""The 24-hour trend: its figure (a pure function of the panel's state) and its panel.

There are 144 buckets of ten minutes, with the day before in grey behind. The x axis is the
bucket's number, so that the browser moves time along by changing data arrays and tick words only.
The last bucket is still running: it is not part of the line (a half-full bucket looks like a fall)
but a ring of its own. Next to it is the last hour, a bar a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
from dash import dcc, html

from layouts.look import ids
from layouts.look.theme import CLEAR, FONT_STACK, Theme, see_through
from layouts.wall.parts import number, panel

BUCKETS = 144
RUNNING = BUCKETS - 1
STEP_MS = 600_000
#: Hours between tick words; local midnight is always one of them.
TICK_HOURS = 6

MINUTES = 60
#: times below the last hour at the most: its quarters
QUARTERS = 4

Series = list[int | None]


def series(panel: Mapping[str, Any], name: str) -> Series:
    """One line's 144 values; a bucket without data is a gap, not a zero."""
    values: Mapping[str, int | None] = panel.get(name) or {}
    return [values.get(str(i)) for i in range(BUCKETS)]


def ticks(t0: int | None, step: int, zone: str) -> tuple[list[float], list[str]]:
    """Where the round local hours fall on the axis, and their words (HH:MM in the zone)."""
    if t0 is None:
        return [], []
    tz = ZoneInfo(zone)
    places: list[float] = []
    words: list[str] = []
    for i in range(BUCKETS):
        local = (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=t0 + i * step)).astimezone(
            tz
        )
        if local.minute == 0 and local.hour % TICK_HOURS == 0:
            places.append(float(i))
            words.append(f"{local:%H:%M}")
    return places, words


def trend_figure(
    panel: Mapping[str, Any], theme: Theme, lang: str, zone: str = "Asia/Shanghai"
) -> go.Figure:
    """The figure as of one state of the panel; traces: yesterday, reported, running.

    ``lang`` is part of the signature of every figure; this one has no words in it.
    """
    reported = series(panel, "reported")
    x = list(range(BUCKETS))
    places, words = ticks(panel.get("t0"), panel.get("step") or STEP_MS, zone)
    figure = go.Figure(
        [
            go.Scatter(
                x=x,
                y=series(panel, "yesterday"),
                name="yesterday",
                mode="lines",
                line={"color": theme.faint, "width": 1.5},
            ),
            go.Scatter(
                x=x[:RUNNING],
                y=reported[:RUNNING],
                name="reported",
                mode="lines",
                fill="tozeroy",
                fillcolor=see_through(theme.wash),
                line={"color": theme.accent, "width": 2},
            ),
            go.Scatter(
                x=[RUNNING],
                y=[reported[RUNNING]],
                name="running",
                mode="markers",
                cliponaxis=False,
                marker={
                    "color": theme.ground,
                    "size": 10,
                    "line": {"color": theme.accent, "width": 2},
                },
            ),
        ]
    )
    figure.update_layout(
        template="none",
        showlegend=False,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        margin={"l": 46, "r": 12, "t": 12, "b": 30},
        font={"family": FONT_STACK, "size": 16, "color": theme.soft},
        uirevision="wall",
        hovermode=False,
    )
    figure.update_xaxes(
        range=[-0.5, RUNNING + 0.5],
        tickvals=places,
        ticktext=words,
        showgrid=False,
        zeroline=False,
        linecolor=theme.line,
        showline=True,
        ticks="outside",
        ticklen=4,
        tickcolor=theme.line,
        tickangle=0,
        fixedrange=True,
    )
    figure.update_yaxes(
        rangemode="tozero",
        nticks=4,
        tickformat=",d",
        gridcolor=theme.line,
        zeroline=False,
        fixedrange=True,
    )
    return figure


def _last_hour(text: Mapping[str, str]) -> html.Div:
    """The last hour, a bar a minute; assets/wall/panels/minutes.mjs sets heights and times."""
    most = html.Span([text["trend.most"], " ", number("last_hour.most")], className="most")
    return html.Div(
        [
            html.P([html.Span(text["trend.hour"], className="clip"), most], className="caption"),
            html.Div(
                [html.I() for _ in range(MINUTES)],
                className="bars",
                id=ids.TREND_MINUTES,
                role="img",
                **{"aria-label": text["trend.hour_read"]},
            ),
            html.Div([html.Span() for _ in range(QUARTERS)], className="times"),
        ],
        className="last-hour",
        id=ids.TREND_HOUR,
    )


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
    both = {"data-none": text["trend.empty"], "data-uncounted": text["list.uncounted"]}
    return panel(
        "trend",
        text["trend.title"],
        html.Div(
            [
                html.Div(
                    [graph, html.P(text["trend.empty"], className="empty", hidden=True, **both)],
                    className="frame",
                    id=ids.TREND_FRAME,
                ),
                _last_hour(text),
            ],
            className="both",
        ),
        scope=legend,
    )
