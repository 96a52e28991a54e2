"""A brief as an Excel workbook: what it is about first, then one sheet a table, native charts.

Numbers are numbers (rates as fractions shown in percent, handling times in hours), times are times
of the city's zone, which the first sheet names.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from dashboard.config.words.briefs import Words, serial
from dashboard.config.words.figures import NOTHING, count
from dashboard.core.briefs.model import Brief, Chart, Head, Table
from dashboard.core.questions.behind.brief import of_cell, of_point
from dashboard.documents import style
from dashboard.documents.pdf import WORDY, shown_columns
from dashboard.documents.tables import linked, safe

_HOUR = 3_600_000
_FORMATS = {
    "count": "#,##0",
    "homes": "#,##0",
    "rank": "0",
    "places": "+0;-0;0",
    "change": "+#,##0;-#,##0;0",
    "percent": "0.0%",
    "percent_change": "+0.0%;-0.0%;0.0%",
    "score": "0.0",
    "hours": "#,##0.0",
    "hours_change": "+#,##0.0;-#,##0.0;0.0",
    "age": "#,##0.0",
    "time": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
}


class Book:
    """A workbook in which no text can be a formula, and only our own numbers are links."""

    def __init__(self, lang: str, made_ms: int, title: str) -> None:
        self.out = io.BytesIO()
        safely = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, safely)
        made = datetime.fromtimestamp(made_ms / 1000, UTC).replace(tzinfo=None)
        self.book.set_properties({"title": title, "author": "Gridwall", "created": made})
        self._font = style.OFFICE_FONT if lang == "zh" else style.OFFICE_LATIN
        self._formats: dict[str, Any] = {}

    def format(self, **look: Any) -> Any:
        """A cell format; the same one for the same look."""
        key = repr(sorted(look.items()))
        if key not in self._formats:
            whole = {"font_name": self._font, "font_size": 10, "valign": "vcenter", **look}
            self._formats[key] = self.book.add_format(whole)
        return self._formats[key]

    def sheet(self, name: str) -> Any:
        """A sheet; the name is cut to what Excel takes."""
        clean = "".join(" " if c in "[]:*?/\\'" else c for c in name)[:31].strip()
        return self.book.add_worksheet(clean)

    def heads(self, sheet: Any, heads: Sequence[str], row: int = 0) -> None:
        """The head row of a table: stays in sight, can be filtered."""
        look = self.format(bold=True, bg_color=style.SHADE, bottom=1, text_wrap=True)
        for column, head in enumerate(heads):
            sheet.write_string(row, column, safe(head), look)
        sheet.freeze_panes(row + 1, 0)

    def done(self) -> bytes:
        """The file."""
        self.book.close()
        return self.out.getvalue()


def excel(brief: Brief, words: Words, base: str = "") -> bytes:
    """The workbook; ``base`` is the site's address for its links, "" for none."""
    title = f"{words.title(brief.head)} {words.period(brief.head)}"
    book = Book(words.lang, brief.head.made, title)
    about = book.sheet(words["briefs.sheet.about"])
    listed: list[tuple[str, int, int]] = []
    for table in brief.tables:
        name = words[f"briefs.table.{table.id}"]
        _table(book, book.sheet(name), table, brief.head, words, base)
        listed.append((name, len(table.rows), table.of))
    if brief.charts:
        sheet = book.sheet(words["briefs.sheet.charts"])
        row = 0
        for chart in brief.charts:
            row = _chart(book, sheet, chart, brief.head, words, row, base)
        listed.append((words["briefs.sheet.charts"], sum(len(c.x) for c in brief.charts), 0))
    _about(book, about, brief, words, listed)
    return book.done()


def _about(
    book: Book, sheet: Any, brief: Brief, words: Words, listed: list[tuple[str, int, int]]
) -> None:
    head = brief.head
    plain, strong = book.format(text_wrap=True, valign="top"), book.format(bold=True, valign="top")
    quiet = book.format(text_wrap=True, font_color=style.QUIET, valign="top")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 0, safe(words.title(head)), book.format(bold=True, font_size=16))
    sheet.write_string(1, 0, safe(words.period(head)), book.format(font_size=12))
    row = 3
    zone = (words["briefs.head.zone"], head.zone)
    for label, value in [*words.facts(brief), zone]:
        sheet.write_string(row, 0, label, strong)
        sheet.write_string(row, 1, safe(value), plain)
        row += 1
    sheet.write_string(row, 0, words["briefs.head.events"], strong)
    sheet.write_number(row, 1, brief.events, book.format(num_format="#,##0", align="left"))
    row += 1
    sheet.write_string(row, 0, words["briefs.head.position"], strong)
    position = ", ".join(f"{shard} {at}" for shard, at in sorted(head.position.items()))
    sheet.write_string(row, 1, position or NOTHING, quiet)
    row += 2
    sheet.write_string(row, 0, words["briefs.section.headlines"], strong)
    for sentence in brief.sentences:
        sheet.write_string(row, 1, safe(words.plain(head, sentence)), plain)
        row += 1
    row += 1
    sheet.write_string(row, 0, words["briefs.sheet.rows"], strong)
    for name, kept, of in listed:
        cut = words["briefs.table.cut"].format(of=count(of), kept=kept) if of > kept else f"{kept}"
        sheet.write_string(row, 1, f"{name}: {cut}", plain)
        row += 1
    row += 1
    sheet.write_string(row, 0, words["briefs.section.definitions"], strong)
    row += 1
    for metric in brief.definitions:
        sheet.write_string(row, 0, words[f"briefs.def.{metric}_name"], book.format(valign="top"))
        sheet.write_string(row, 1, words[f"briefs.def.{metric}_means"], quiet)
        row += 1
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _table(book: Book, sheet: Any, table: Table, head: Head, words: Words, base: str) -> None:
    at = shown_columns(table)
    heads = []
    for n in at:
        column = table.columns[n]
        unit = words["briefs.unit.hours"] if column.kind in ("hours", "age") else ""
        heads.append(words.head_of(column) + unit)
        sheet.set_column(len(heads) - 1, len(heads) - 1, _wide(column.kind))
    book.heads(sheet, heads)
    for number, row in enumerate(table.rows, 1):
        for place, n in enumerate(at):
            kind = _kind(table, row, n)
            value: Any = row[n]
            if kind in WORDY and kind != "time":
                text = words.cell(table.columns[n], row, n)
                hours = kind == "measure" and row[1] == "hours"
                text += words["briefs.unit.hours"] if hours else ""
                sheet.write_string(number, place, safe(text), book.format())
            elif value is None or isinstance(value, str):
                text = words.cell(table.columns[n], row, n)
                sheet.write_string(number, place, safe(text), book.format(align="right"))
            elif kind == "time":
                when = serial(words.zone, int(value))
                sheet.write_datetime(number, place, when, book.format(num_format=_FORMATS[kind]))
            else:
                value = value / _HOUR if kind in ("hours", "hours_change", "age") else value
                look = book.format(num_format=_FORMATS.get(kind, "General"))
                path = of_cell(head, table, row, n, words.lang)
                linked(sheet, number, place, path, base, look)
                sheet.write_number(number, place, value, look)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(at) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _wide(kind: str) -> int:
    """A column's width in characters."""
    return 90 if kind == "why" else 24 if kind in WORDY else 13


def _kind(table: Table, row: tuple[Any, ...], n: int) -> str:
    kind = table.columns[n].kind
    if kind in ("any", "any_change"):
        kind = str(row[1]) + ("_change" if kind == "any_change" else "")
    return "change" if kind == "count_change" else kind


def _chart(
    book: Book, sheet: Any, chart: Chart, about: Head, words: Words, row: int, base: str
) -> int:
    """The chart next to the cells it is drawn from; returns the row of the next one."""
    name = sheet.get_name()
    title = words[f"briefs.chart.{chart.id}"]
    sheet.write_string(row, 0, safe(title), book.format(bold=True))
    sheet.write_string(row + 1, 0, words[f"briefs.col.{chart.kind}"], book.format(bottom=1))
    for c, line in enumerate(chart.lines, 1):
        head = words[f"briefs.def.{line.metric}_name"]
        sheet.write_string(row + 1, c, head, book.format(bottom=1, text_wrap=True))
    first, last = row + 2, row + 1 + len(chart.x)
    for n, x in enumerate(chart.x):
        sheet.write_string(first + n, 0, safe(words.value(chart.kind, x)), book.format())
        for c, line in enumerate(chart.lines, 1):
            value = line.values[n]
            if value is not None:
                look = book.format(num_format=_FORMATS.get(line.kind, "General"))
                path = of_point(about, chart, c - 1, n, words.lang)
                linked(sheet, first + n, c, path, base, look)
                sheet.write_number(first + n, c, value, look)
    shape = {"columns": "column", "line": "line", "bars": "bar"}[chart.shape]
    drawn = book.book.add_chart({"type": shape})
    for c, line in enumerate(chart.lines, 1):
        colour = (style.ACCENT, style.SECOND)[(c - 1) % 2]
        look = {"line": {"color": colour, "width": 2}} if shape == "line" else {}
        drawn.add_series(
            {
                "name": [name, row + 1, c],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, c, last, c],
                **(look or {"fill": {"color": colour}, "gap": 60}),
            }
        )
        if line.kind == "percent":
            drawn.set_y_axis({"min": 0, "max": 1, "num_format": "0%"})
    drawn.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    drawn.set_legend({"none": True} if len(chart.lines) == 1 else {"position": "top"})
    if shape == "bar":
        drawn.set_y_axis({"reverse": True})
        drawn.set_x_axis({"min": 0, "major_gridlines": {"visible": False}})
    drawn.set_size({"width": 760, "height": max(260, 24 * len(chart.x)) if shape == "bar" else 300})
    sheet.insert_chart(row, 4, drawn)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 12)
    return row + max(len(chart.x) + 4, 18)
