"""Every component id of the leaders' pages; used by all Python code."""

from __future__ import annotations

# ---- shell ----
SHELL = "gw-shell"
MAIN = "gw-main"
BURGER = "gw-burger"
#: The location that a changed filter sets.
GO = "gw-go"
#: The address the page was built from: {"path": …, "query": {…}}.
ASK = "gw-ask"
#: Pattern id of a filter: {"type": FILTER, "field": NAME OF THE PARAMETER}.
FILTER = "gw-filter"
FILTERS = "gw-filters"
#: The search field and the list of what was found.
SEARCH, FOUND = "gw-search", "gw-found"
FROM, UNTIL, SPAN = "gw-from", "gw-until", "gw-span"

# ---- overview ----
FROM_TIME, UNTIL_TIME = "gw-from-time", "gw-until-time"
OVERVIEW_TREND = "gw-overview-trend"


# ---- queue ----
QUEUE_GRID = "gw-queue-grid"
QUEUE_BOX = "gw-queue-box"
QUEUE_COUNT = "gw-queue-count"
QUEUE_NEWS = "gw-queue-news"
QUEUE_MESSAGE = "gw-queue-said"
QUEUE_CHOSEN = "gw-queue-chosen"
QUEUE_SEARCH = "gw-queue-search"
QUEUE_CHIP = "gw-queue-chip"
QUEUE_VIEWS = "gw-queue-views"
QUEUE_HELP = "gw-queue-help"
QUEUE_HAND = "gw-queue-hand"
QUEUE_COMMENT = "gw-queue-comment"
QUEUE_CONFLICT = "gw-queue-conflict"
QUEUE_SAVED = "gw-queue-saved"
QUEUE_BULK = "gw-queue-bulk"
#: What the scripts of the page start with, and the store they fill once they have started.
QUEUE_SETUP = "gw-queue-setup"
QUEUE_STARTED = "gw-queue-started"

# ---- departments ----
#: Pattern id of a line chart: {"type": LINES, "name": …}.
LINES = "gw-lines"
#: Pattern id of a slider: {"type": WEIGHT, "field": NAME OF THE PARAMETER, "group": …}.
WEIGHT = "gw-weight"
WEIGHTS_NOW, WEIGHTS_USUAL = "gw-weights-now", "gw-weights-usual"


def filter_id(field: str) -> dict[str, str]:
    """The id of the filter of one parameter of the address."""
    return {"type": FILTER, "field": field}


# ---- past ----
PAST = "gw-past"
PAST_WALL = "gw-past-wall"
PAST_SETUP = "gw-past-setup"
PAST_STARTED = "gw-past-started"
PAST_DAY = "gw-past-day"
PAST_TIME = "gw-past-time"
PAST_SLIDER = "gw-past-slider"
PAST_MARKS = "gw-past-marks"
PAST_NEAR = "gw-past-near"
PAST_FIGURES = "gw-past-figures"
PAST_MESSAGE = "gw-past-said"
PAST_STAGE = "gw-past-stage"
PAST_TYPED = "gw-past-typed"
PAST_WRONG = "gw-past-wrong"
PAST_READING = "gw-past-reading"


# ---- scenes ----
SCENES = "gw-scenes"
SCENES_SETUP = "gw-scenes-setup"
SCENES_STARTED = "gw-scenes-started"
#: Parts that the script fills.
SCENES_WALL = "gw-scenes-wall"
SCENES_SCENE = "gw-scenes-scene"
SCENES_SAVE = "gw-scenes-save"
SCENES_FRAME = "gw-scenes-frame"


# ---- event ----
EVENT_MAP = "gw-event-map"
