"""The picture of a layout: words in rows, each a panel's name, checked against its tracks.

kpis   map | queue
levels map | queue        a `|` is a seam between two screens, and so is
-----------------         a line of dashes; a `.` is a place left free
"""

from __future__ import annotations

from dashboard.config.scenes.model import NOTHING, PANELS, Layout
from dashboard.config.scenes.toml_file import Table, near

SEAM = "|"
_KEY = "layout"


def layout(table: Table) -> Layout | None:
    """The layout of a table with `columns`, `rows` and `layout`; None if it can't be used."""
    columns, rows = table.shares("columns"), table.shares("rows")
    if not table.has(_KEY):
        table.wrong(_KEY, "missing; expected rows of panels' names")
        return None
    picture = _Picture(table)
    good = picture.read()
    if columns and picture.cells and len(columns) != len(picture.cells[0]):
        found = f"{len(columns)} columns for rows of {len(picture.cells[0])} names"
        table.wrong("columns", found + "; expected as many")
    if rows and picture.cells and len(rows) != len(picture.cells):
        found = f"{len(rows)} rows for {len(picture.cells)} lines of the layout"
        table.wrong("rows", found + "; expected as many")
    fits = picture.cells and (len(columns), len(rows)) == (
        len(picture.cells[0]),
        len(picture.cells),
    )
    if not good or not fits:
        return None
    return Layout(
        columns=columns,
        rows=rows,
        cells=tuple(tuple(row) for row in picture.cells),
        column_seams=picture.column_seams,
        row_seams=tuple(picture.row_seams),
    )


class _Picture:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._good = True
        self.cells: list[list[str]] = []
        self._lines: list[int] = []
        self.column_seams: tuple[int, ...] = ()
        self.row_seams: list[int] = []

    def read(self) -> bool:
        """Fill in; False if anything is wrong with it."""
        for number, row in enumerate(self._table.text(_KEY).splitlines()):
            line = self._table.notes.lines.inside((*self._table.steps, _KEY), number)
            words = row.replace(SEAM, f" {SEAM} ").split()
            if not words:
                continue
            if set(row.strip()) == {"-"}:
                self.row_seams.append(len(self.cells))
            else:
                self._row(words, line)
        if not any(name in PANELS for row in self.cells for name in row):
            self._wrong("no panel in it; expected at least one", None)
            return False
        if any(not 0 < at < len(self.cells) for at in self.row_seams):
            self._wrong("a seam must lie between two rows", None)
        if self._good:
            self._rectangles()
        return self._good

    def _row(self, words: list[str], line: int) -> None:
        names: list[str] = []
        seams: list[int] = []
        for word in words:
            if word == SEAM:
                seams.append(len(names))
            else:
                names.append(word)
                if word not in PANELS and word != NOTHING:
                    self._wrong(f'unknown panel "{word}"; {near(word, PANELS)}', line)
        if any(not 0 < at < len(names) for at in seams) or len(set(seams)) < len(seams):
            self._wrong("a seam must lie between two columns", line)
        if not self.cells:
            self.column_seams = tuple(seams)
        elif len(names) != len(self.cells[0]):
            expected = len(self.cells[0])
            self._wrong(f"{len(names)} names; expected {expected} as in the row above", line)
        elif tuple(seams) != self.column_seams:
            self._wrong("its seams are not where those of the first row are", line)
        self.cells.append(names)
        self._lines.append(line)

    def _rectangles(self) -> None:
        grid = Layout(columns=(), rows=(), cells=tuple(tuple(row) for row in self.cells))
        for panel in grid.panels:
            top, left, bottom, right = grid.span(panel)
            cells = [row[left:right] for row in self.cells[top:bottom]]
            where = self._lines[top]
            if any(name != panel for row in cells for name in row):
                self._wrong(
                    f'"{panel}" stands in places that are not one rectangle; '
                    "expected each panel once, in one rectangle",
                    where,
                )
                continue
            across = any(left < at < right for at in self.column_seams)
            if across or any(top < at < bottom for at in self.row_seams):
                self._wrong(f'"{panel}" lies across a seam; expected it on one screen', where)

    def _wrong(self, words: str, line: int | None) -> None:
        self._good = False
        self._table.wrong(_KEY, words, line)
