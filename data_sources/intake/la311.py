"""MyLA311 service requests of the City of Los Angeles, both date formats of its exports.

Times are local. ``ServiceDate`` is the promised date; midnight means the whole day, so it is
due at that day's end. ``NC`` 0 or empty means that the grid is not known.
"""

from __future__ import annotations

from datetime import time

from dashboard.config.cities import City
from dashboard.core.model.actions import Channel
from data_sources.intake.columns import (
    date_and_time,
    known,
    one_of,
    optional,
    point,
    required,
    text,
)
from data_sources.intake.dates import Order
from data_sources.intake.dead_letter import RowError
from data_sources.intake.formats import (
    Case,
    Format,
    Outcome,
    Request,
    department_or_unassigned,
    slug,
    usable_due,
    usable_end,
    usable_point,
)
from data_sources.intake.local_time import end_of_day, to_ms

_OUTCOMES: dict[str, Outcome] = {
    "Open": "open",
    "Pending": "accepted",
    "Closed": "closed",
    "Cancelled": "rejected",
    "Referred Out": "returned",
}
_CHANNELS = {
    "Call": Channel.HOTLINE,
    "Voicemail": Channel.HOTLINE,
    "Mobile App": Channel.CITIZEN,
    "Self Service": Channel.CITIZEN,
    "Email": Channel.CITIZEN,
    "Letter": Channel.CITIZEN,
    "Driver Self Report": Channel.PATROL,
    "Council's Office": Channel.PARTNER,
}
_TIME = date_and_time(Order.MONTH_FIRST)


class LaRequest(Request):
    """A row of the export."""

    number = required("SRNumber", text)
    created = required("CreatedDate", _TIME)
    #: must be readable only where the status makes it the end of the case
    updated = required("UpdatedDate", _TIME)
    promised = optional("ServiceDate", _TIME)
    closed = optional("ClosedDate", _TIME)
    outcome = required("Status", one_of(_OUTCOMES))
    department = optional("Owner", text)
    category = required("RequestType", text)
    channel = known("RequestSource", _CHANNELS)
    where = point("Latitude", "Longitude")
    area = optional("APC", text)
    grid = optional("NC", text)

    def case(self, city: City) -> Case:
        """The row as a case. Raises: `RowError` naming the column."""
        notes: list[str] = []
        event_id = f"la-{self.number}"
        reported = to_ms(self.created, city.tz)
        outcome, ended = self._end(city, reported, notes)
        ended, unmeasured = usable_end(ended, reported, notes)
        lat, lon = usable_point(self.where, city, notes)
        channel = self.channel
        if channel is None:
            notes.append("channel not known")
        area, grid = (self.area or "").removesuffix("APC"), self.grid or "0"
        return Case(
            event_id=event_id,
            reported=reported,
            outcome=outcome,
            ended=ended,
            changed=self._changed(city),
            due=usable_due(self._due(city), reported, notes),
            category=slug(self.category),
            department=department_or_unassigned(self.department, notes),
            channel=channel,
            place=(slug(area), "", "", "" if grid == "0" else grid),
            lat=lat,
            lon=lon,
            unmeasured=unmeasured,
            notes=notes,
        )

    def _changed(self, city: City) -> int:
        """When the row was last changed, ms; 0 where that cannot be read and is not needed."""
        try:
            return to_ms(self.updated, city.tz)
        except RowError:
            return 0

    def _due(self, city: City) -> int | None:
        """The promised moment in ms; the end of the day where only a date is promised."""
        promised = self.promised
        if promised is None:
            return None
        if promised.time() == time():
            return end_of_day(promised.date(), city.tz)
        return to_ms(promised, city.tz)

    def _end(self, city: City, reported: int, notes: list[str]) -> tuple[Outcome, int]:
        """The outcome and when it came about, in ms; 0 while open."""
        outcome = self.outcome
        if outcome == "open":
            return outcome, 0
        ended = None if outcome == "accepted" else self.closed
        if ended is None and outcome == "closed":
            notes.append("closed without a date, kept open")
            return "open", 0
        if ended is None:
            if outcome != "accepted":
                notes.append("ended without a date, taken as when last updated")
            ended = self.updated
        return outcome, to_ms(ended, city.tz, reported)


LA311 = Format("la311", "la", key="SRNumber", row=LaRequest)
