"""Who must act on an event that has gone up the ladder, and the order of the queue."""

from __future__ import annotations

from dashboard.core import sla
from dashboard.core.events import Level
from dashboard.core.rules import Rules
from dashboard.core.state import Clock, EventState
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


def pressing(rules: Rules, state: EventState, now: int) -> tuple[str, Clock | None]:
    """The running clock of which more is used at ``now``: ("respond" | "handle" | "", clock)."""
    running = [
        (sla.share_used(rules, clock, now), name, clock)
        for name, clock in (("handle", state.handle), ("respond", state.respond))
        if clock is not None and clock.since is not None
    ]
    if not running:
        return "", None
    _, name, clock = max(running, key=lambda item: item[0])
    return name, clock


def share(rules: Rules, state: EventState, now: int) -> float:
    """Share used at ``now`` of the clock that presses most; 0 when none runs."""
    _, clock = pressing(rules, state, now)
    return 0.0 if clock is None else sla.share_used(rules, clock, now)


def queue_key(rules: Rules, state: EventState, now: int) -> tuple[bool, int, float, str]:
    """Sorts the queue: unanswered red, then level, then share of the clock; ties by event id."""
    return (
        not unanswered_red(state),
        -state.level.rank,
        -share(rules, state, now),
        state.event_id,
    )
