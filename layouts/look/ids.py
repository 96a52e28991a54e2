"""Every component id of the wall and the names of the stream's panels; used by all Python code."""

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
TREND_HOUR = "gw-trend-hour"
TREND_MINUTES = "gw-trend-minutes"
SURGES = "gw-surges"
AREA_CHILDREN = "gw-area-children"
BRIEF_LONGEST = "gw-brief-longest"
BRIEF_PLACES = "gw-brief-places"
BRIEF_CATEGORIES = "gw-brief-categories"
STAGE = "gw-stage"
RECENT = "gw-recent"
SURGE = "gw-surge"
#: the unacknowledged red events that are not on stage
UNANSWERED = "gw-unanswered"
CHECKED = "gw-checked"
#: Notice while the surge watcher is down: an empty list then does not mean 'no surges'.
UNWATCHED = "gw-unwatched"
#: Slots in the header and the footer that scripts fill.
SCENE = "gw-scene"
PLACE = "gw-place"
STEER = "gw-steer"
SOUND = "gw-sound"
#: The card that explains a number.
WHY = "gw-why"
#: The live region for screen readers.
SAY = "gw-say"

# ---- inside the wall's panels, for their scripts ----
AGE = "gw-age"
AREA_CARD = "gw-area-card"
AREA_SCOPE = "gw-area-scope"
BASE_CREDIT = "gw-base-credit"
BRIEF_AT = "gw-brief-at"
BRIEF_CARDS = "gw-brief-cards"
BRIEF_DAY = "gw-brief-day"
BRIEF_LOOKED = "gw-brief-looked"
BRIEF_SAY = "gw-brief-say"
CLOCK = "gw-clock"
DATE = "gw-date"
DEPARTMENTS_FLOOR = "gw-departments-floor"
DEPARTMENTS_PERIOD = "gw-departments-period"
DEPARTMENTS_SHOWN = "gw-departments-shown"
OVERLAYS = "gw-overlays"
QUEUE_SCOPE = "gw-queue-scope"
RAMP_MAX = "gw-ramp-max"
RAMP_WAY = "gw-ramp-way"
SCORES_PERIOD = "gw-scores-period"
SOURCE = "gw-source"
SURGES_SCOPE = "gw-surges-scope"
TREND_FRAME = "gw-trend-frame"
UNLOCATED = "gw-unlocated"
COVERED = "gw-covered"
UNNAMED = "gw-unnamed"
ZONE = "gw-zone"

# ---- the steering page ----
#: The steering page: its names, and that its script has started.
STEERING = "gw-steering"
STEERED = "gw-steering-started"
STEER_AREA = "gw-steer-area"
STEER_COUNTY = "gw-steer-county"
STEER_DEVICE = "gw-steer-device"
STEER_DEVICES = "gw-steer-devices"
STEER_ENTER = "gw-steer-enter"
STEER_EVENTS = "gw-steer-events"
STEER_LOG = "gw-steer-log"
STEER_NOW = "gw-steer-now"
STEER_PAGE = "gw-steer-page"
STEER_MESSAGE = "gw-steer-said"
STEER_SIGN_IN = "gw-steer-sign-in"
STEER_TIME = "gw-steer-time"
STEER_TOKEN = "gw-steer-token"
STEER_TOWNSHIP = "gw-steer-township"
