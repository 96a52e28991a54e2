"""A table as an Excel workbook: a sheet about it, then the rows. Written row by row, so that a
large one needs no memory. No text in it can be a formula or a link.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter

from dashboard.documents import style
from dashboard.documents.cells import safe
from dashboard.documents.csvfile import PAUSE_ROWS, PAUSE_S
from dashboard.documents.model import Column, Table, local, name_of

_HOUR = 3_600_000
_FORMATS = {
    "count": "#,##0",
    "change": "+#,##0;-#,##0;0",
    "places": "+0;-0;0",
    "rate": "0.00",
    "share": "0.0",
    "score": "0.0",
    "hours": "#,##0.00",
    "number": "General",
    "time": "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {"text": 22, "time": 20}


def write_xlsx(
    out: IO[bytes],
    table: Table,
    about: Sequence[tuple[str, str]],
    text: Mapping[str, str],
    zone: ZoneInfo,
) -> int:
    """Writes the file; returns how many rows it holds."""
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    made = datetime.now(UTC).replace(tzinfo=None)
    book.set_properties({"title": about[0][1], "author": "Gridwall", "created": made})
    font = {
        "font_name": style.OFFICE_FONT if text["export.lang"] == "zh" else style.OFFICE_LATIN,
        "font_size": 10,
    }
    _about(book, font, about, text)
    number = _rows(book, font, table, text, zone)
    book.close()
    return number


def _about(
    book: Any, font: dict[str, Any], about: Sequence[tuple[str, str]], text: Mapping[str, str]
) -> None:
    sheet = book.add_worksheet(text["export.sheet_about"])
    strong = book.add_format({**font, "bold": True, "valign": "top", "text_wrap": True})
    plain = book.add_format({**font, "valign": "top", "text_wrap": True})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 96)
    for row, (label, words) in enumerate(about):
        sheet.write_string(row, 0, safe(label), strong)
        sheet.write_string(row, 1, safe(words), plain)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _rows(
    book: Any,
    font: dict[str, Any],
    table: Table,
    text: Mapping[str, str],
    zone: ZoneInfo,
) -> int:
    sheet = book.add_worksheet(text["export.sheet_rows"])
    head = {"bold": True, "bg_color": style.SHADE, "bottom": 1, "text_wrap": True}
    look = book.add_format({**font, **head})
    kinds = {column.kind for column in table.columns}
    formats = {k: book.add_format({**font, "num_format": _FORMATS.get(k, "@")}) for k in kinds}
    for n, column in enumerate(table.columns):
        sheet.set_column(n, n, _WIDTHS.get(column.kind, 13))
        sheet.write_string(0, n, safe(name_of(column, text)), look)
    sheet.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(islice(table.rows, table.kept), 1):
        for n, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _xlsx_cell(sheet, number, n, column, value, formats[column.kind], zone)
        if number % PAUSE_ROWS == 0:
            time.sleep(PAUSE_S)
    if number:
        sheet.autofilter(0, 0, number, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return number


def _xlsx_cell(
    sheet: Any, row: int, n: int, column: Column, value: Any, look: Any, zone: ZoneInfo
) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, n, safe(value), look)
    elif column.kind == "time":
        sheet.write_datetime(row, n, local(value, zone).replace(tzinfo=None), look)
    else:
        sheet.write_number(row, n, _whole(column.kind, value), look)


def _whole(kind: str, value: float) -> float:
    """The unrounded number in the unit of the column's head: the format rounds."""
    if kind == "hours":
        return value / _HOUR
    return value * 100 if kind in ("rate", "share") else value
