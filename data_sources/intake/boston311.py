"""311 cases of the City of Boston: each with a target time, so each has a due date.

Times are local; a blank cell is a single space; the neighbourhood is the only place known.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    {"case_enquiry_id", "open_dt", "target_dt", "closed_dt", "case_status"}
    | {"type", "department", "neighborhood", "latitude", "longitude", "source"}
)
_TIMES = ("%Y-%m-%d %H:%M:%S",)
_CHANNELS = {
    "Constituent Call": Channel.HOTLINE,
    "Citizens Connect App": Channel.CITIZEN,
    "Self Service": Channel.CITIZEN,
    "City Worker App": Channel.PATROL,
}


def read(row: Mapping[str, str], city: City) -> Case:
    """A row as a case; raises :class:`RowError` naming the field."""
    notes: list[str] = []
    number = required(row, "case_enquiry_id")
    opened = dead_letter.parse("open_dt", row["open_dt"], _TIMES)
    reported = dead_letter.to_ms(opened, city.tz)
    outcome, ended = _outcome(row, city, reported, notes)
    point = coordinates(row, "latitude", "longitude")
    channel = _CHANNELS.get(row["source"].strip())
    if channel is None:
        notes.append("channel not known")
    return Case(
        event_id=f"boston-{number}",
        reported=reported,
        outcome=outcome,
        ended=ended,
        due=usable_due(_due(row, city), reported, notes),
        category=slug(required(row, "type")),
        department=department_of(row, "department", notes),
        channel=channel,
        place=(slug(row["neighborhood"]), "", "", ""),
        lat=point[0] if point else None,
        lon=point[1] if point else None,
        notes=notes,
    )


def _due(row: Mapping[str, str], city: City) -> int | None:
    if not row["target_dt"].strip():
        return None
    return dead_letter.to_ms(dead_letter.parse("target_dt", row["target_dt"], _TIMES), city.tz)


def _outcome(
    row: Mapping[str, str], city: City, reported: int, notes: list[str]
) -> tuple[Outcome, int]:
    status = row["case_status"].strip()
    if status == "Open":
        return "open", 0
    if status != "Closed":
        raise RowError("case_status", row["case_status"], "expected one of Open, Closed")
    if not row["closed_dt"].strip():
        notes.append("closed without a date, kept open")
        return "open", 0
    local = dead_letter.parse("closed_dt", row["closed_dt"], _TIMES)
    moment = dead_letter.to_ms(local, city.tz, not_before=reported)
    return "closed", not_before(moment, reported, notes)


BOSTON311 = Format("boston311", "boston", COLUMNS, "case_enquiry_id", read)
