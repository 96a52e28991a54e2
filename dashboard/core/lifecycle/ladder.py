"""Who must act on an event that has gone up the ladder, and the order of the queue. Pure."""

from __future__ import annotations

from dashboard.core.lifecycle import clocks
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock, EventState

#: from the unit that does the work to the one that answers for the city
UNITS = ("handler", "department", "township", "county", "city")


def owner(rules: Rules, state: EventState) -> str:
    """The unit that must act: the one it was handed over to, or the highest notified so far.

    A red event is never left to its handler alone: the county watches it from the start.
    """
    if state.handed_to:
        return state.handed_to
    ladder = rules.ladders[state.level]
    units_reached = {"county" if state.level is Level.RED else "handler"}
    for clock, units in ((state.respond, ladder.respond), (state.handle, ladder.handle)):
        if clock is not None and clock.since is not None:
            units_reached |= {unit for unit in units[1 : clock.step + 1] if unit in UNITS}
    return max(units_reached, key=UNITS.index)


def pressing(rules: Rules, state: EventState, now: int) -> tuple[str, Clock | None]:
    """The running clock of which more is used at ``now``: ("respond" | "handle" | "", clock)."""
    running = [
        (clocks.share_used(rules, clock, now), name, clock)
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
    return 0.0 if clock is None else clocks.share_used(rules, clock, now)


def queue_key(rules: Rules, state: EventState, now: int) -> tuple[bool, int, float, str]:
    """Sorts the queue: alarms, then level, then share of the clock; ties by event id."""
    return (
        not state.alarm,
        -state.level.rank,
        -share(rules, state, now),
        state.event_id,
    )
