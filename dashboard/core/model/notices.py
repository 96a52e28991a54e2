"""Notices: who is notified of what; one for each step of the ladder, delivered by a courier.

A notice is written in the same commit as the change behind it, so none is lost and none
is created twice.
"""

from __future__ import annotations

import msgspec


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to one unit. Times are ms UTC."""

    #: unique: the event, what, and the step or action that caused it
    id: str
    event_id: str
    at: int
    #: dispatched, step, alarm, onsite_lapsed, urged, handed_over, withdrawn or brief
    what: str
    #: handler, department, township, county, city, or the unit handed over to
    to: str
    #: step: which clock ("respond" or "handle") reached which step (1 … 4)
    clock: str = ""
    step: int = 0
    level: str = ""
    status: str = ""
    department: str = ""
    #: codes from county down to grid
    place: tuple[str, ...] = ()
    category: str = ""
    #: when that clock is over
    due: int = 0
    #: quiet hours: deliver no earlier; 0 at once
    not_before: int = 0
    #: withdrawn: the id of the notice that is taken back
    ref: str = ""
    #: withdrawn: what that one was about; "" in older notices, whose ``ref`` shows it
    ref_what: str = ""
    #: brief: its headline in Chinese and in English, and its address; event_id is the brief's
    said: tuple[str, ...] = ()
    link: str = ""
