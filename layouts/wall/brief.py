"""The morning brief: a calm page of yesterday's numbers, sentences and short lists."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING
from layouts.look import ids
from layouts.wall.parts import listing, mark, number, panel

#: fields of the payload shown as big numbers
NUMBERS = ("reported", "closed", "on_time_rate", "overdue")
ALARMS = ("red", "orange")


def brief(text: Mapping[str, str]) -> html.Section:
    """Numbers, sentences, the longest overdue, what is open most."""
    cards = [
        html.Div(
            [
                html.Div(text[f"brief.{name}"], className="label"),
                number(f"brief.{name}", "big"),
                html.Span(NOTHING, className="delta"),
            ],
            className="card",
            **{"data-brief": name},
        )
        for name in NUMBERS
    ]
    alarms = [
        html.Span([mark(level), text[f"brief.{level}"], number(f"brief.{level}")])
        for level in ALARMS
    ]
    return panel(
        "brief",
        text["brief.title"],
        html.Div(
            [*cards, html.Div(alarms, className="alarms")], className="cards", id=ids.BRIEF_CARDS
        ),
        html.Div(html.Div(id=ids.BRIEF_SAY, className="say"), className="told"),
        _part(
            "longest",
            text["brief.longest"],
            listing(
                ids.BRIEF_LONGEST,
                text["brief.longest_empty"],
                "late",
                [
                    *(text[f"read.{name}"] for name in ("level", "what", "who")),
                    text["metric.brief_longest_since_name"],
                ],
                uncounted=text["brief.longest_uncounted"],
            ),
            html.Span(id=ids.BRIEF_LOOKED),
        ),
        *(
            _part(
                f"top-{name}",
                text[f"brief.{name}"],
                listing(element, text["brief.none"], "top", uncounted=text["list.uncounted"]),
            )
            for name, element in (
                ("places", ids.BRIEF_PLACES),
                ("categories", ids.BRIEF_CATEGORIES),
            )
        ),
        scope=[
            html.Span(NOTHING, id=ids.BRIEF_DAY),
            html.Span(text["brief.compare"]),
            html.Span(id=ids.BRIEF_AT),
        ],
    )


def _part(name: str, title: str, rows: Component, note: Component | None = None) -> html.Div:
    return html.Div(
        [html.Div([html.H3(title), note], className="sub-title"), rows], className=f"part {name}"
    )
