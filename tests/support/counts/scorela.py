"""What the rows of a MyLA311 file say about each department, read from its columns alone."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from tests.support.counts import scorecount as count
from tests.support.shared_data import ROOT

LA = ZoneInfo("America/Los_Angeles")
Row = tuple[Any, ...]


def la_time(text: str) -> datetime:
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %H:%M"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise AssertionError(text)


def la_ms(text: str) -> int:
    return round(la_time(text).replace(tzinfo=LA).timestamp() * 1000)


def la_due(row: Any, reported: int, office: count.Office, level: str) -> tuple[int, float]:
    """The promised moment, and the length of the term that ends then."""
    if row.ServiceDate:
        promised = la_time(row.ServiceDate)
        due = la_ms(row.ServiceDate)
        if promised.time() == datetime.min.time():
            due = round((promised + timedelta(days=1)).replace(tzinfo=LA).timestamp() * 1000) - 1
        if due >= reported:
            return max(due, reported + 1), 0
    always = level == "orange"
    return office.add(reported, count.LIMITS[level][1], always=always), count.LIMITS[level][1]


def code(text: str) -> str:
    """A category's code in the pack: its words, joined."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def la_facts(file: Path, end: int) -> pd.DataFrame:
    """What the rows say about each department, by the data's own description of its columns."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    pack = tomllib.loads((ROOT / "dashboard/config/cities/la/city.toml").read_text())
    levels = {t: pack["categories"][code(t)]["level"] for t in rows["RequestType"].unique()}
    office = count.Office(LA, lambda d: d.weekday() < 5, range(2017, 2023))
    out: list[Row] = []
    closed: list[Row] = []
    reports: list[Row] = []
    for row in rows.itertuples():
        reported, level = la_ms(row.CreatedDate), levels[row.RequestType]
        due, length = la_due(row, reported, office, level)
        ended, late, blind = None, due <= end, False
        if row.Status in ("Closed", "Cancelled", "Referred Out"):
            at = row.ClosedDate or ("" if row.Status == "Closed" else row.UpdatedDate)
            if at:
                ended = max(reported, la_ms(at))
                # closed before it was made: one of the two is wrong
                blind = la_ms(at) < reported
                late = ended > due
        grid = row.NC if row.NC not in ("", "0") else ""

        def fact(at: int, measure: str, known: int, owner: str = row.Owner) -> None:
            out.append((at, known, owner, "", "", measure, 1))

        if blind:
            fact(reported, "unmeasured", reported)
        else:
            fact(reported, "dispatched", reported)
        if late and not blind:
            fact(due, f"decided.{level}", due)
        if row.Status == "Closed" and ended is not None and not blind:
            if not late:
                fact(ended, f"decided.{level}", ended)
                fact(ended, f"on_time.{level}", ended)
            fact(ended, "handled", ended)
            fact(ended, "closed", ended)
            if grid:
                fact(ended, "closed_in_grid", ended)
                closed.append((row.SRNumber, grid, row.RequestType, ended, ended, row.Owner))
        if row.Status == "Referred Out" and not blind:
            assert ended is not None
            fact(reported, "dispatch_failed", ended)
            if length:
                used = office.between(reported, ended, always=level == "orange") / length
            else:
                used = (ended - reported) / (due - reported)
            if used >= 0.9 and not late:
                fact(ended, "returned_late", ended)
        if grid:
            reports.append((row.SRNumber, grid, row.RequestType, reported, reported))
    names = ["event", "grid", "category", "at", "known"]
    shut = pd.DataFrame(closed, columns=[*names, "owner"])
    owners = shut.set_index("event")["owner"]
    for again in count.recurrences(shut, pd.DataFrame(reports, columns=names)).itertuples():
        out.append((again.at, again.known, owners[again.event], "", "", "recurred", 1))
    return count.days_of(count.table(out), LA)
