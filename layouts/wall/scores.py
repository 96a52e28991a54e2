"""The departments' scores: rank, n, three indicators with bars, total, change of rank."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.wall.parts import DASH, listing, panel

INDICATORS = ("dispatch", "handling", "outcome")


def scores(text: Mapping[str, str]) -> html.Section:
    """A department with too few events is shown but not ranked."""
    names = ("n", *INDICATORS, "total")
    head = [html.Span(className="rank"), html.Span(className="name")]
    head += [html.Span(text[f"scores.{name}"], className=name) for name in names]
    head.append(html.Span(className="change"))
    return panel(
        "scores",
        text["scores.title"],
        html.Div(head, className="columns", **{"aria-hidden": "true"}),
        listing(
            ids.SCORES,
            text["scores.empty"],
            "scores",
            [
                text["metric.scores_rank_name"],
                text["read.name"],
                *(text[f"metric.scores_{name}_name"] for name in ("n", *INDICATORS, "shrunk")),
                text["metric.scores_rank_change_name"],
            ],
        ),
        scope=html.Span(DASH, id="gw-scores-period"),
    )
