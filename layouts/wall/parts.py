"""Small parts that every panel is made of: a number with its path, a title, a panel, a mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING

#: Lists whose new rows are marked for a moment.
MARKED = ("queue", "tall")
#: The class of what only screen readers get.
READ = "sr"


def number(kpi: str, class_name: str = "", **props: Any) -> html.Span:
    """A number on the screen; ``kpi`` is its path in the wall's state.

    What it means and what is read out of it comes by its path
    (``assets/wall/care/screen_reader.mjs``).
    """
    attrs = {"data-kpi": kpi}
    return html.Span(NOTHING, className=f"num {class_name}".strip(), **attrs, **props)


def mark(level: str) -> html.I:
    """A level's shape in its colour; its word is always next to it."""
    return html.I(className=f"mark {level}", **{"aria-hidden": "true"})


def panel(
    name: str, title: str, *children: Component, scope: Component | list[Component] | None = None
) -> html.Section:
    """A panel: a quiet title, its scope or legend at the right, then what it shows.

    The mark next to the title shows the age of a late panel (``assets/wall/care/ages.mjs``).
    """
    heading = f"gw-title-{name}"
    aged = html.Span(className="aged", hidden=True)
    head: list[Component] = [html.H2(title, id=heading), aged]
    if scope is not None:
        head.append(html.Div(scope, className="scope"))
    return html.Section(
        [html.Div(head, className="title"), *children],
        className=f"panel {name}",
        **{"data-panel": name, "aria-labelledby": heading},
    )


def listing(
    element_id: str,
    empty: str,
    class_name: str,
    columns: Sequence[str] = (),
    *,
    uncounted: str = "",
) -> html.Div:
    """An empty list the browser fills, row by row, and the sentence for when there is none.

    ``uncounted`` is the sentence for when there are some and the list can't know them
    (``uncounted`` of ``assets/wall/base.mjs``).
    With ``columns`` it is a table for screen readers: the names are read out, not shown, and a
    row's children are its cells.
    """
    both = {"data-none": empty, "data-uncounted": uncounted or empty}
    news = {"data-news": "yes"} if class_name in MARKED else {}
    classes = f"list {class_name}"
    if not columns:
        rows = html.Div(id=element_id, className="rows", role="list", **news)
        return html.Div(
            [rows, html.P(empty, className="empty", hidden=True, **both)], className=classes
        )
    none = html.Span(empty, role="cell", **both)
    return html.Div(
        [
            html.Div(
                [html.Span(name, role="columnheader") for name in columns],
                className=READ,
                role="row",
            ),
            html.Div(id=element_id, className="rows", role="rowgroup", **news),
            html.Div(none, className="empty", role="row", hidden=True),
        ],
        className=classes,
        role="table",
    )
