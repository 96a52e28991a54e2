"""The department board: what each has open, late and done, and its score with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.wall.parts import DASH, listing, panel
from layouts.wall.scores import INDICATORS

COUNTS = ("open", "overdue", "reported", "closed")


def departments(text: Mapping[str, str]) -> html.Section:
    """As many rows as fit, in the order of the scores; in an area the rows are its places."""
    head = [html.Span(className="rank"), html.Span(className="name")]
    head += [html.Span(text[f"departments.{name}"], className=name) for name in COUNTS]
    head += [
        html.Span(
            [
                html.Span(text[f"departments.{name}"], className="long"),
                html.Span(text[f"scores.{name}"], className="short"),
            ],
            className=name,
        )
        for name in INDICATORS
    ]
    head.append(
        html.Span(
            [text["departments.score"], " ", html.Span(DASH, id="gw-departments-floor")],
            className="score",
        )
    )
    head.append(html.Span(text["departments.n"], className="n"))
    head.append(html.Span(className="change"))
    return panel(
        "departments",
        text["departments.title"],
        html.Div(head, className="columns", **{"aria-hidden": "true"}),
        listing(
            ids.DEPARTMENTS,
            text["departments.empty"],
            "board",
            [
                text["metric.scores_rank_name"],
                text["read.name"],
                *(text[f"departments.{name}"] for name in COUNTS),
                *(text[f"metric.scores_{name}_name"] for name in (*INDICATORS, "shrunk", "n")),
                text["metric.scores_rank_change_name"],
            ],
        ),
        scope=[
            html.Span(id="gw-departments-shown"),
            html.Span(DASH, id="gw-departments-period"),
        ],
    )
