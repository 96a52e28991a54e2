"""The card of the place that the wall is about: its name, its numbers, what lies in it."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.look.theme import LEVELS
from layouts.wall.parts import listing, mark, number, panel

#: (name in the payload of the numbers, word)
NUMBERS = (
    ("open", "area.open"),
    ("overdue", "area.overdue"),
    ("reported", "area.reported"),
    ("closed", "area.closed"),
)


def area(text: Mapping[str, str]) -> html.Section:
    """Of the whole city without an area in the URL."""
    cards = [
        html.Div(
            [
                html.Div(text[word], className="label"),
                number(f"area.{name}", "big", **{"data-area": name}),
            ],
            className="card",
        )
        for name, word in NUMBERS
    ]
    levels = [
        html.Span(
            [mark(level), text[f"level_short.{level}"], number(f"area.by_level.{level}")],
            className="level",
        )
        for level in LEVELS
    ]
    homes = html.Span(
        [number("area.households"), " ", text["area.households"]], className="homes", hidden=True
    )
    return panel(
        "area",
        text["area.title"],
        html.Div(
            [
                html.Div([html.Span(className="name clip"), homes], className="who"),
                html.Div(className="path clip"),
                html.Div(cards, className="numbers"),
                html.Div(levels, className="by-level"),
                html.Div(
                    [html.H3(text["area.children"]), html.Span(id="gw-area-scope")],
                    className="sub-title",
                ),
            ],
            id="gw-area-card",
            className="card-of-area",
        ),
        listing(ids.AREA_CHILDREN, text["area.children_empty"], "children"),
    )
