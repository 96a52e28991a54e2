"""Who must act on an event that has gone up the ladder, and the order of the queue."""

from __future__ import annotations

from dashboard.core import sla
from dashboard.core.events import Level
from dashboard.core.rules import Rules
from dashboard.core.state import EventState
from dashboard.core.views import unanswered_red

#: Who must act at steps 0 to 4 (none yet, 50 %, 80 %, 100 %, 150 % of a clock).
_EVERYDAY = ("handler", "handler", "department", "township", "city")
_ORANGE = ("handler", "handler", "department", "county", "city")


def owner(state: EventState) -> str:
    """Who must act: handler, department, township, county or city.

    Red starts at the county and goes to the city if nobody has answered at 50 %.
    """
    if state.level is not Level.RED:
        return (_ORANGE if state.level is Level.ORANGE else _EVERYDAY)[state.step]
    if state.step >= len(_EVERYDAY) - 1 or (unanswered_red(state) and state.step >= 1):
        return "city"
    return "county"


def share(rules: Rules, state: EventState, now: int) -> float:
    """Share of the handling clock used at ``now``; 0 when there is none."""
    return 0.0 if state.handle is None else sla.share_used(rules, state.handle, now)


def queue_key(rules: Rules, state: EventState, now: int) -> tuple[bool, int, float, str]:
    """Sorts the queue: unanswered red, then level, then share of the clock; ties by event id."""
    return (
        not unanswered_red(state),
        -state.level.rank,
        -share(rules, state, now),
        state.event_id,
    )
