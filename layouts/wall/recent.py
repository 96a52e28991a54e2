"""The footer: what surges, if anything does, and the last actions, newest first."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.wall.parts import listing


def recent(text: Mapping[str, str]) -> html.Footer:
    """As many whole items as fit on the line."""
    return html.Footer(
        [
            html.Div("", id=ids.SURGE, className="surge clip", hidden=True),
            html.Div("", id=ids.UNWATCHED, className="unwatched", hidden=True),
            html.H2(text["recent.title"]),
            listing(ids.RECENT, text["recent.empty"], "recent"),
            html.Span(id=ids.SOUND, className="sound"),
        ],
        className="foot-line",
    )
