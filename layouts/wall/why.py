"""Why this number: the card that says what a number on the wall means.

Its words are the catalogue's ``metric.KEY_*``, made from docs/metrics.md; which path on the wall
has which key stands in ``metric_paths.json`` beside this file. ``assets/wall/care/why.js`` fills
it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dash import html

from layouts.look import ids

#: Rows of the card, in order; the ends of the message ids.
ROWS = ("formula", "window", "out")


@cache
def metric_paths() -> Mapping[str, str]:
    """Path of a number on the wall → key of its words; ``*`` stands for what varies."""
    found: dict[str, str] = json.loads(files(__package__).joinpath("metric_paths.json").read_text())
    return found


def why(text: Mapping[str, str]) -> html.Aside:
    """The empty card; hidden until somebody asks."""
    rows = [
        html.Div([html.Dt(text[f"why.{row}"]), html.Dd(className=row)], **{"data-row": row})
        for row in ROWS
    ]
    return html.Aside(
        [
            html.P(className="name"),
            html.P(className="means"),
            html.Dl(rows),
            html.P(className="at"),
        ],
        id=ids.WHY,
        className="why",
        role="tooltip",
        hidden=True,
    )
