"""Tables of spreadsheets: .xlsx, .xls, .xlsb and .ods, read by calamine.

calamine reads the cells alone, so neither a missing drawing nor a wrong extent of the sheet matters
to it, and it is several times as fast as a reader in Python. Dates come out as ISO text, whole
numbers without a decimal point, ids as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from data_sources.intake.encodings import FileError
from data_sources.intake.tables.model import TableRow, Watch, distinct

_REPORTED = 2000
#: rows that the header is looked for in
_HEAD = 30


class Sheet:
    """The first sheet of a workbook that holds a table, or the named one."""

    kind = "Excel"

    def __init__(self, file: Path, sheet: str = "") -> None:
        self.file = file
        try:
            self._book = CalamineWorkbook.from_path(file)
        except (CalamineError, OSError, ValueError) as error:
            raise FileError(file, f"not a spreadsheet that can be read: {error}") from error
        names = self._book.sheet_names
        if sheet and sheet not in names:
            raise FileError(file, f"no sheet {sheet!r}; there are {', '.join(names)}")
        self._sheet = self._chosen([sheet] if sheet else names)
        self.size = self._sheet.total_height
        self.header, self._skip = self._recognise_header()
        facts = [("sheet", self._sheet.name)]
        if len(names) > 1:
            others = [name for name in names if name != self._sheet.name]
            facts.append(("sheets not read", ", ".join(others)))
        if self._skip > 1:
            facts.append(("lines above the header", str(self._skip - 1)))
        self.facts = tuple(facts)

    def rows(self, watch: Watch | None = None) -> Iterator[TableRow]:
        """The rows from the first to the last; one without any cell is none."""
        width = len(self.header)
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            if number <= self._skip:
                continue
            if watch is not None and number % _REPORTED == 0:
                watch(number)
            cells = [_text(value) for value in row]
            if not any(cells):
                continue
            if any(cells[width:]):
                reason = f"cells beyond the {width} columns of the header"
                yield TableRow(number, {}, reason)
                continue
            yield TableRow(number, dict(zip(self.header, cells, strict=False)))

    def _chosen(self, names: list[str]) -> CalamineSheet:
        best: CalamineSheet | None = None
        for name in names:
            try:
                sheet = self._book.get_sheet_by_name(name)
            except CalamineError:
                continue
            size = sheet.total_height * sheet.total_width
            # the first sheet, unless another is far larger: some begin with a cover
            if best is None or size > 20 * best.total_height * best.total_width:
                best = sheet
        if best is None or not best.total_height:
            raise FileError(self.file, "no sheet of it holds a table")
        return best

    def _recognise_header(self) -> tuple[list[str], int]:
        """The names of the columns, and up to which row they reach."""
        head = []
        for row in self._sheet.iter_rows():
            head.append([_text(value) for value in row])
            if len(head) >= _HEAD:
                break
        filled = [sum(map(bool, row)) for row in head]
        most = max(filled, default=0)
        for number, (names, count) in enumerate(zip(head, filled, strict=True), 1):
            # a title above the table fills a cell or two
            if count and count >= 0.6 * most and (count > 1 or most == 1):
                while names and not names[-1]:
                    names.pop()
                return distinct(names), number
        raise FileError(self.file, "its sheet is empty")


def _text(value: Any) -> str:
    """A cell as text: what a person sees in it, with dates as ISO."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        if value.microsecond:  # days as a fraction are a little off
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)
