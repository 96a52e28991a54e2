"""Small parts that every panel is made of: a number with its path, a title, a panel, a mark."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

#: What stands where a number is not known yet.
DASH = "—"
#: Lists whose new rows are marked for a moment.
MARKED = ("queue", "tall")


def number(kpi: str, class_name: str = "", **props: Any) -> html.Span:
    """A number on the screen; ``kpi`` is its path in the wall's state."""
    attrs = {"data-kpi": kpi}
    return html.Span(DASH, className=f"num {class_name}".strip(), **attrs, **props)


def mark(level: str) -> html.I:
    """A level's shape in its colour; its word always stands beside it."""
    return html.I(className=f"mark {level}", **{"aria-hidden": "true"})


def panel(
    name: str, title: str, *children: Component, scope: Component | list[Component] | None = None
) -> html.Section:
    """A panel: a quiet title, its scope or legend at the right, then what it shows."""
    head: list[Component] = [html.H2(title)]
    if scope is not None:
        head.append(html.Div(scope, className="scope"))
    return html.Section([html.Div(head, className="title"), *children], className=f"panel {name}")


def listing(element_id: str, empty: str, class_name: str) -> html.Div:
    """An empty list the browser fills, row by row, and the sentence for when there is none."""
    news = {"data-news": "yes"} if class_name in MARKED else {}
    return html.Div(
        [
            html.Div(id=element_id, className="rows", **news),
            html.P(empty, className="empty", hidden=True),
        ],
        className=f"list {class_name}",
    )
