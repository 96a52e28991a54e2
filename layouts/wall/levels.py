"""Open events by level: the one place where each level's colour, shape and word meet."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look.theme import LEVELS
from layouts.wall.parts import mark, number, panel


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
