"""How archived events are filed: by the month they ended in; a mark for those that came back."""

from __future__ import annotations

from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.state import EventState

#: begins the field of an event that came back
VOID = "!"


def month_of(local: LocalTime, state: EventState) -> str:
    """The local month an ended event is filed under, as 2018-01."""
    day = local.day(state.ended_at)
    return f"{day // 10000:04}-{day // 100 % 100:02}"


def void(month: str, event_id: str) -> str:
    """The field of a listing that voids an event's rows, up to the unit in its value."""
    return f"{VOID}{month}/{event_id}"
