"""Tables as CSV and Excel files: columns, rows one by one, and lines about the table above them.

Values by kind of column: ``text`` words; ``count``, ``change`` and ``places`` whole numbers;
``rate`` and ``share`` fractions of 1; ``score`` points; ``number`` any number; ``hours`` and
``time`` ms; ``link`` a path of the site. None is an empty cell. A value with a path (`Linked`) is a
link in a sheet.

Rows are written one by one, so that a large table needs no memory. CSV is UTF-8 with a mark for
Excel. No text can become a formula or a link: one that begins with a character that a spreadsheet
acts on (also full-width, also behind blanks that are stripped on import) gets an apostrophe in
front. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter

from dashboard.core.model.calendars import twice
from dashboard.documents import style

#: rows of one file; the file names how many are left out
MOST_ROWS = 100_000
#: decimals that are written, by kind of column
DECIMALS = {"rate": 2, "share": 1, "score": 1, "hours": 2, "number": 4}
_HOUR = 3_600_000
#: the longest address that Excel takes
_MOST_URL = 2079


class Column(NamedTuple):
    """A column: its id, under which it is named and explained, and the kind of its values."""

    key: str
    kind: str = "count"


class Linked(NamedTuple):
    """A value, and the path of the list behind it."""

    value: Any
    path: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a page gives; ``total`` rows there are, and ``rows`` gives ``kept`` of them at most."""

    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    total: int
    #: whether the numbers are of the ask's range, or of now
    ranged: bool = True
    #: further lines above the table: id of the label, words
    notes: tuple[tuple[str, str], ...] = ()
    kept: int = field(default=MOST_ROWS)


def name_of(column: Column, text: Mapping[str, str]) -> str:
    """The head of a column, with its unit."""
    own = text.get(f"export.col.{column.key}") or text.get(f"review.kpi.{column.key}")
    unit = text.get(f"export.unit.{column.kind}", "")
    return f"{own or column.key}{unit}"


def meaning_of(column: Column, text: Mapping[str, str]) -> str:
    """What a column's numbers mean; "" for one that needs no explanation."""
    own = text.get(f"export.def.{column.key}") or text.get(f"review.kpi.{column.key}_means")
    return own or ""


def figure(kind: str, value: float) -> float | int:
    """A number as it is written in the unit of its column's head: hours, percent."""
    if kind == "hours":
        value = value / _HOUR
    if kind in ("rate", "share"):
        value = value * 100
    return round(value, DECIMALS[kind]) if kind in DECIMALS else int(value)


def local(ms: int, zone: ZoneInfo) -> datetime:
    """A moment on the city's clocks, to the second."""
    return datetime.fromtimestamp(ms // 1000, zone)


_STARTS = "=+-@＝＋－＠"
#: control characters no sheet holds; the tab and line breaks are checked before they are dropped
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: what a program may strip before it looks
_BLANK = re.compile(r"[ \u00a0\u3000\ufeff\u200b\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def safe(text: str) -> str:
    """The text as it may stand in a cell of a CSV or a sheet."""
    blank = _BLANK.match(text)
    bare = text[blank.end() :] if blank else text
    risky = bool(bare) and bare[0] in _STARTS + "\t\r\n"
    clean = _CONTROL.sub(" ", text)
    return f"'{clean}" if risky else clean


#: after so many rows the thread sleeps, so that other requests are served
PAUSE_ROWS, PAUSE_S = 500, 0.002


def write_csv(
    out: IO[bytes],
    table: Table,
    about: Sequence[tuple[str, str]],
    text: Mapping[str, str],
    zone: ZoneInfo,
    base: str = "",
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
        sheet.writerow(
            [_csv_cell(c, v, zone, base) for c, v in zip(table.columns, row, strict=True)]
        )
        if number % PAUSE_ROWS == 0:
            time.sleep(PAUSE_S)
    lines.flush()
    lines.detach()
    return number


def _csv_cell(column: Column, value: Any, zone: ZoneInfo, base: str) -> str | float | int:
    if isinstance(value, Linked):
        value = value.value
    if column.kind == "link":
        return safe(f"{base}{value}")
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if column.kind == "time":
        when = local(value, zone)
        return when.strftime("%Y-%m-%d %H:%M:%S") + twice(when)
    return figure(column.kind, value)


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
_WIDTHS = {"text": 22, "time": 20, "link": 40}


def write_xlsx(
    out: IO[bytes],
    table: Table,
    about: Sequence[tuple[str, str]],
    text: Mapping[str, str],
    zone: ZoneInfo,
    base: str = "",
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
    number = _rows(book, font, table, text, zone, base)
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
    base: str,
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
            _xlsx_cell(sheet, number, n, column, value, formats[column.kind], zone, base)
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
    sheet: Any,
    row: int,
    n: int,
    column: Column,
    value: Any,
    look: Any,
    zone: ZoneInfo,
    base: str,
) -> None:
    if isinstance(value, Linked):
        linked(sheet, row, n, value.path, base, look)
        value = value.value
    if value is None:
        return
    if column.kind == "link":
        linked(sheet, row, n, value, base, look)
        sheet.write_string(row, n, safe(f"{base}{value}"), look)
    elif isinstance(value, str):
        sheet.write_string(row, n, safe(value), look)
    elif column.kind == "time":
        sheet.write_datetime(row, n, local(value, zone).replace(tzinfo=None), look)
    else:
        sheet.write_number(row, n, _whole(column.kind, value), look)


def linked(sheet: Any, row: int, n: int, path: str, base: str, look: Any) -> None:
    """Make a cell a link to what is behind its number, which is written over it afterwards.

    Nothing without a path, or where the site's address (``base``) is not known.
    """
    if path and base and len(base + path) <= _MOST_URL:
        sheet.write_url(row, n, base + path, look, string="0")


def _whole(kind: str, value: float) -> float:
    """The unrounded number in the unit of the column's head: the format rounds."""
    if kind == "hours":
        return value / _HOUR
    return value * 100 if kind in ("rate", "share") else value
