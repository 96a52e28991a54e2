"""Every component id and the names of the stream's panels; nothing else names them in Python."""

from __future__ import annotations

#: Panels of the stream, in the order in which a frame's panels reach the page.
PANELS = (
    "head",
    "kpi",
    "levels",
    "trend",
    "areas",
    "points",
    "cells",
    "places",
    "queue",
    "scores",
    "recent",
)

WALL = "gw-wall"
NAMES = "gw-names"
STARTED = "gw-started"
BANNER = "gw-banner"
MAP = "gw-map"
AREAS = "gw-areas"
TREND = "gw-trend"
QUEUE = "gw-queue"
SCORES = "gw-scores"
PLACES = "gw-places"
RECENT = "gw-recent"


def store(panel: str) -> str:
    """The id of the ``dcc.Store`` that holds a panel's merged state."""
    if panel not in PANELS:
        raise KeyError(f"panel={panel!r}: not one of {', '.join(PANELS)}")
    return f"gw-panel-{panel}"
