"""The wall's numbers: today's five with their change since yesterday, and open events by level."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from dashboard.config.words.figures import NOTHING
from layouts.look.theme import LEVELS
from layouts.wall.parts import mark, number, panel

#: (word, path in the state, path of yesterday's value), for ``assets/wall/panels/kpi.mjs``
KPIS = (
    ("kpi.reported", "today.reported", "yesterday.reported"),
    ("kpi.open", "all.open", "yesterday.open"),
    ("kpi.overdue", "all.overdue", "yesterday.overdue"),
    ("kpi.closed", "today.closed", "yesterday.closed"),
    ("kpi.on_time", "today.on_time_rate", "yesterday.on_time_rate"),
)


def kpis(text: Mapping[str, str]) -> html.Section:
    """The panel of the five numbers, two of them with a second one."""
    total = html.Span([text["kpi.total"], " ", number("all.reported")], className="total")
    response = html.Span([text["kpi.response"], " ", number("all.response_overdue")])
    label, below = {"all.open": total}, {"all.overdue": response}
    cards = [
        _card(text[word], path, before, label.get(path), below.get(path))
        for word, path, before in KPIS
    ]
    return panel(
        "kpis",
        text["kpi.title"],
        html.Div(cards, className="cards"),
        scope=html.Span(text["kpi.compare"]),
    )


def _card(
    label: str, path: str, before: str, at_right: html.Span | None, below: html.Span | None
) -> html.Div:
    delta = html.Span(
        NOTHING,
        className="delta" if below is None else "delta clip",
        **{"data-kpi": f"delta.{path}", "data-before": before},
    )
    return html.Div(
        [
            html.Div([html.Span(label), at_right], className="label"),
            html.Div(
                [
                    number(path, "big"),
                    delta if below is None else html.Div([delta, below], className="two-of"),
                ],
                className="value",
            ),
        ],
        className="card",
        **{"data-card": path},
    )


def levels(text: Mapping[str, str]) -> html.Section:
    """A row a level, worst first: mark, word, bar, open now, reported today."""
    rows = [
        html.Div(
            [
                mark(level),
                html.Span(text[f"level.{level}"], className="word"),
                html.Span(html.I(), className="bar", **{"data-level": level}),
                number(f"by_level.{level}.open", "open"),
                number(f"by_level.{level}.today", "today"),
            ],
            className="row",
        )
        for level in LEVELS
    ]
    scope = [
        html.Span(text["levels.open"], className="col open"),
        html.Span(text["levels.today"], className="col today"),
    ]
    return panel("levels", text["levels.title"], html.Div(rows, className="rows"), scope=scope)
