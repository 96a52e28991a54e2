"""A table as CSV: lines about it, an empty one, the head, the rows. UTF-8 with a mark for Excel."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from dashboard.documents.cells import safe
from dashboard.documents.model import Column, Table, figure, local, name_of

#: after so many rows others get the interpreter
PAUSE_ROWS, PAUSE_S = 500, 0.002


def write_csv(
    out: IO[bytes],
    table: Table,
    about: Sequence[tuple[str, str]],
    text: Mapping[str, str],
    zone: ZoneInfo,
) -> int:
    """Writes the file; returns how many rows it holds."""
    lines = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    sheet = csv.writer(lines)
    for label, words in about:
        sheet.writerow([safe(label), safe(words)])
    sheet.writerow([])
    sheet.writerow([safe(name_of(column, text)) for column in table.columns])
    number = 0
    for number, row in enumerate(islice(table.rows, table.kept), 1):
        sheet.writerow([_csv_cell(c, v, zone) for c, v in zip(table.columns, row, strict=True)])
        if number % PAUSE_ROWS == 0:
            time.sleep(PAUSE_S)
    lines.flush()
    lines.detach()
    return number


def _csv_cell(column: Column, value: Any, zone: ZoneInfo) -> str | float | int:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if column.kind == "time":
        return local(value, zone).strftime("%Y-%m-%d %H:%M:%S")
    return figure(column.kind, value)
