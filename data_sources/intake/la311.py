"""MyLA311 service requests of the City of Los Angeles, both date formats of its exports.

Times are local. ``ServiceDate`` is the promised date; midnight means the whole day, so it is
due at that day's end. ``NC`` 0 or empty means that the grid is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from dashboard.config.cities import City
from dashboard.core.model.actions import Channel
from data_sources.intake import dead_letter
from data_sources.intake.dead_letter import RowError
from data_sources.intake.formats import (
    Case,
    Format,
    Outcome,
    coordinates,
    department_of,
    not_before,
    required,
    slug,
    usable_due,
)

COLUMNS = frozenset(
    {"SRNumber", "CreatedDate", "UpdatedDate", "ServiceDate", "ClosedDate", "Status"}
    | {"Owner", "RequestType", "RequestSource", "Latitude", "Longitude", "APC", "NC"}
)
_TIMES = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %H:%M", "%m/%d/%Y %H:%M")
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


def read(row: Mapping[str, str], city: City) -> Case:
    """A row as a case; raises :class:`RowError` naming the field."""
    notes: list[str] = []
    number = required(row, "SRNumber")
    created = dead_letter.parse("CreatedDate", row["CreatedDate"], _TIMES)
    reported = dead_letter.to_ms(created, city.tz)
    outcome, ended = _outcome(row, city, reported, notes)
    point = coordinates(row, "Latitude", "Longitude")
    channel = _CHANNELS.get(row["RequestSource"].strip())
    if channel is None:
        notes.append("channel not known")
    grid = row["NC"].strip()
    return Case(
        event_id=f"la-{number}",
        reported=reported,
        outcome=outcome,
        ended=ended,
        due=usable_due(_due(row, city), reported, notes),
        category=slug(required(row, "RequestType")),
        department=department_of(row, "Owner", notes),
        channel=channel,
        place=(slug(row["APC"].strip().removesuffix("APC")), "", "", "" if grid == "0" else grid),
        lat=point[0] if point else None,
        lon=point[1] if point else None,
        notes=notes,
    )


def _due(row: Mapping[str, str], city: City) -> int | None:
    if not row["ServiceDate"].strip():
        return None
    promised = dead_letter.parse("ServiceDate", row["ServiceDate"], _TIMES)
    if promised.time() == time():
        return dead_letter.end_of_day(promised.date(), city.tz)
    return dead_letter.to_ms(promised, city.tz)


def _outcome(
    row: Mapping[str, str], city: City, reported: int, notes: list[str]
) -> tuple[Outcome, int]:
    status = row["Status"].strip()
    outcome = _OUTCOMES.get(status)
    if outcome is None:
        raise RowError("Status", row["Status"], f"expected one of {', '.join(_OUTCOMES)}")
    if outcome == "open":
        return outcome, 0
    field = "UpdatedDate" if outcome == "accepted" else "ClosedDate"
    if outcome != "accepted" and not row[field].strip():
        if outcome == "closed":
            notes.append("closed without a date, kept open")
            return "open", 0
        notes.append("ended without a date, taken as when last updated")
        field = "UpdatedDate"
    local = dead_letter.parse(field, row[field], _TIMES)
    moment = dead_letter.to_ms(local, city.tz, not_before=reported)
    return outcome, not_before(moment, reported, notes)


LA311 = Format("la311", "la", COLUMNS, "SRNumber", read)
