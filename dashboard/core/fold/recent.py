"""Lines of the ticker: what happened, to what, where. Pure."""

from __future__ import annotations

import msgspec

from dashboard.core.model.actions import Kind
from dashboard.core.model.state import EventState


class Recent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line for the ticker: one action that was folded."""

    ts: int
    event_id: str
    kind: Kind
    level: str
    category: str
    department: str
    #: codes from county down to grid
    path: tuple[str, ...]
    status: str


def line(ts: int, kind: Kind, state: EventState) -> Recent:
    """The line for what was done at ``ts`` (ms); ``state`` is what came of it."""
    return Recent(
        ts=ts,
        event_id=state.event_id,
        kind=kind,
        level=state.level,
        category=state.category,
        department=state.department,
        path=state.place,
        status=state.status,
    )
