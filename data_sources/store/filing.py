"""How archived events are filed: by the month they ended in, and what says that they are back."""

from __future__ import annotations

from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.state import EventState

VOID = "!"


def month_of(local: LocalTime, state: EventState) -> str:
    """The month under which an ended event is filed, as 2018-01."""
    day = local.day(state.ended_at)
    return f"{day // 10000:04}-{day // 100 % 100:02}"


def void(month: str, event_id: str) -> str:
    """The field of a listing that says so."""
    return f"{VOID}{month}/{event_id}"
