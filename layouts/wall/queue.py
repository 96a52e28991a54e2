"""The escalation queue: what, where, who must act, which step, how much of the clock is gone."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from layouts.look import ids
from layouts.wall.parts import DASH, listing, panel


def queue(text: Mapping[str, str]) -> html.Section:
    """As many rows as fit; the scope says how many wait in all."""
    return panel(
        "queue",
        text["queue.title"],
        listing(
            ids.QUEUE,
            text["queue.empty"],
            "queue",
            [text[f"read.{name}"] for name in ("level", "what", "who", "due")],
        ),
        scope=html.Span(
            DASH,
            id="gw-queue-scope",
            **{"data-kpi": "queue_total"},
        ),
    )
