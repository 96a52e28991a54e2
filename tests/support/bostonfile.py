"""Small files in the form of Boston's export, made of a few of its cases."""

from __future__ import annotations

from pathlib import Path

COLUMNS = (
    *("case_enquiry_id", "open_dt", "target_dt", "closed_dt", "case_status", "type", "department"),
    *("neighborhood", "latitude", "longitude", "source"),
)
#: cases by what becomes of each in the next night
CASES: dict[str, dict[str, str]] = {
    "reopened": {
        "case_enquiry_id": "101004130437", "open_dt": "2022-01-19 11:18:00",
        "closed_dt": "2022-01-19 11:42:16", "case_status": "Closed", "type": "Needle Pickup",
        "department": "GEN_", "neighborhood": "Boston",
        "latitude": "42.3634", "longitude": "-71.0566",
    },
    "passed on": {
        "case_enquiry_id": "101004143000", "open_dt": "2022-01-21 13:47:00",
        "target_dt": "2022-02-04 13:47:30", "type": "Employee & General Comments",
        "department": "BTDT", "latitude": "42.3594", "longitude": "-71.0587",
    },
    "another type": {
        "case_enquiry_id": "101004155594", "open_dt": "2022-01-31 11:46:00",
        "type": "Misc. Snow Complaint", "department": "PWDx", "neighborhood": "Roslindale",
        "latitude": "42.2884", "longitude": "-71.133",
    },
    "moved": {
        "case_enquiry_id": "101004154423", "open_dt": "2022-01-31 08:05:00",
        "type": "Sidewalk Cover / Manhole", "department": "INFO", "neighborhood": "Charlestown",
        "latitude": "42.3735", "longitude": "-71.0599",
    },
    "closed": {
        "case_enquiry_id": "101004141848", "open_dt": "2022-01-20 13:03:00",
        "target_dt": "2022-05-20 13:03:21", "type": "Unsatisfactory Living Conditions",
        "department": "ISD", "neighborhood": "Jamaica Plain",
        "latitude": "42.3118", "longitude": "-71.1152",
    },
    "another target": {
        "case_enquiry_id": "101004113313", "open_dt": "2022-01-01 01:56:00",
        "type": "Loud Parties/Music/People", "department": "INFO", "neighborhood": "Back Bay",
        "latitude": "42.3494", "longitude": "-71.0811",
    },
}  # fmt: skip
_OPEN = {"case_status": "Open", "source": "Constituent Call"}


def boston(
    folder: Path,
    *rows: dict[str, str],
    name: str = "boston.csv",
    encoding: str = "utf-8",
) -> Path:
    """A file with these rows; what a row leaves out is blank, its status Open."""
    lines = [",".join(COLUMNS)]
    for row in rows:
        cells = {**_OPEN, **row}
        lines.append(",".join(cells.get(column, "") for column in COLUMNS))
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding)
    return file
