"""Every component id and the names of the stream's panels; nothing else names them in Python."""

from __future__ import annotations

#: Panels of the stream, in the order in which a frame is drawn.
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
    "surges",
    "recent",
)

WALL = "gw-wall"
#: Holds what the page shows of the stream: {"v": version, "panels": {NAME: merged state}}.
FRAME = "gw-frame"
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
SURGE = "gw-surge"
CHECKED = "gw-checked"
