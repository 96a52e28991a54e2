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
    "alerts",
    "scores",
    "departments",
    "brief",
    "area",
    "surges",
    "recent",
)

WALL = "gw-wall"
#: The frame that comes with the page: {"v": version or null, "panels": {NAME: state}}.
FRAME = "gw-frame"
NAMES = "gw-names"
STARTED = "gw-started"
BANNER = "gw-banner"
MAP = "gw-map"
GUIDE = "gw-guide"
AREAS = "gw-areas"
CRUMBS = "gw-crumbs"
TREND = "gw-trend"
QUEUE = "gw-queue"
SCORES = "gw-scores"
PLACES = "gw-places"
DEPARTMENTS = "gw-departments"
SURGES = "gw-surges"
AREA_CHILDREN = "gw-area-children"
BRIEF_LONGEST = "gw-brief-longest"
BRIEF_PLACES = "gw-brief-places"
BRIEF_CATEGORIES = "gw-brief-categories"
STAGE = "gw-stage"
RECENT = "gw-recent"
SURGE = "gw-surge"
CHECKED = "gw-checked"
#: That nobody looks for surges: none shown does not mean that there is none.
UNWATCHED = "gw-unwatched"
#: Slots: what others have to say in the header and the footer.
SCENE = "gw-scene"
STEER = "gw-steer"
SOUND = "gw-sound"
#: The card that says what a number means.
WHY = "gw-why"
#: What a screen reader is told of its own accord.
SAY = "gw-say"
#: The steering page: its names, and that its script has started.
STEERING = "gw-steering"
STEERED = "gw-steering-started"
