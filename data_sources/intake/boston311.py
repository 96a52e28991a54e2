"""311 cases of the City of Boston: each with a target time, so each has a due date.

Times are local; a blank cell is a single space; the neighbourhood is the only place known.
"""

from __future__ import annotations

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
from data_sources.intake.local_time import to_ms

_OUTCOMES: dict[str, Outcome] = {"Open": "open", "Closed": "closed"}
_CHANNELS = {
    "Constituent Call": Channel.HOTLINE,
    "Citizens Connect App": Channel.CITIZEN,
    "Self Service": Channel.CITIZEN,
    "City Worker App": Channel.PATROL,
}
_TIME = date_and_time(Order.YEAR_FIRST)


class BostonCase(Request):
    """A row of the export."""

    number = required("case_enquiry_id", text)
    opened = required("open_dt", _TIME)
    target = optional("target_dt", _TIME)
    closed = optional("closed_dt", _TIME)
    outcome = required("case_status", one_of(_OUTCOMES))
    category = required("type", text)
    department = optional("department", text)
    neighborhood = optional("neighborhood", text)
    where = point("latitude", "longitude")
    channel = known("source", _CHANNELS)

    def case(self, city: City) -> Case:
        """The row as a case. Raises: `RowError` naming the column."""
        notes: list[str] = []
        event_id = f"boston-{self.number}"
        reported = to_ms(self.opened, city.tz)
        outcome, ended = self._end(city, reported, notes)
        ended, unmeasured = usable_end(ended, reported, notes)
        lat, lon = usable_point(self.where, city, notes)
        channel = self.channel
        if channel is None:
            notes.append("channel not known")
        target = self.target
        due = None if target is None else to_ms(target, city.tz)
        return Case(
            event_id=event_id,
            reported=reported,
            outcome=outcome,
            ended=ended,
            due=usable_due(due, reported, notes),
            category=slug(self.category),
            department=department_or_unassigned(self.department, notes),
            channel=channel,
            place=(slug(self.neighborhood or ""), "", "", ""),
            lat=lat,
            lon=lon,
            unmeasured=unmeasured,
            notes=notes,
        )

    def _end(self, city: City, reported: int, notes: list[str]) -> tuple[Outcome, int]:
        """The outcome and when it came about, in ms; 0 while open."""
        outcome = self.outcome
        if outcome == "open":
            return outcome, 0
        closed = self.closed
        if closed is None:
            notes.append("closed without a date, kept open")
            return "open", 0
        return outcome, to_ms(closed, city.tz, reported)


BOSTON311 = Format("boston311", "boston", key="case_enquiry_id", row=BostonCase)
