"""What is far above its own usual for the hour: where, what, how many, how many usually."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.wall.parts import listing, panel


def surges(text: Mapping[str, str]) -> html.Section:
    """The least likely first."""
    return panel(
        "surges",
        text["surges.title"],
        listing(
            ids.SURGES,
            text["surges.empty"],
            "surging",
            [
                text["read.what"],
                text["metric.warnings_observed_name"],
                text["read.since"],
            ],
        ),
        scope=[html.Span(id="gw-surges-scope"), html.Span(text["surges.hour"])],
    )
