"""Layouts: read from a scene file's picture, derived for other shapes, fitted to several screens.

:func:`layout` reads the picture: rows of panel names, checked against the tracks.

    kpis   map | queue
    levels map | queue        a `|` is a seam between two screens, and so is
    -----------------         a line of dashes; a `.` is a cell left free

:func:`wide` and :func:`tall` derive the shapes that a scene file leaves out. :func:`fit` cuts a
layout for a wall made of several screens, so that no panel crosses a seam: it takes the layout's
own seams if it has as many as the wall; else it cuts where no panel is cut, if every part then has
about the room it was made for; else it gives each screen some of the panels, side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from math import inf, lcm

import msgspec

from dashboard.config.reading import Node, Table, shown, unknown
from dashboard.config.scenes.model import NOTHING, PANELS, Cells, Layout, Profile, Shape

SEAM = "|"
_KEY = "layout"

#: The preferred height of a panel, px of the design, in a column of portrait's width.
HEIGHTS = {
    "kpis": 390,
    "levels": 215,
    "trend": 220,
    "map": 460,
    "places": 330,
    "stage": 170,
    "queue": 400,
    "scores": 330,
    "departments": 380,
    "brief": 420,
    "area": 330,
    "surges": 170,
}
#: The least height at which it can be read.
_LEAST_HEIGHT = {
    "kpis": 390,
    "levels": 215,
    "trend": 170,
    "map": 320,
    "places": 200,
    "stage": 110,
    "queue": 200,
    "scores": 170,
    "departments": 220,
    "brief": 350,
    "area": 220,
    "surges": 110,
}
#: The height of portrait's main part, and the gap between two rows.
_TALL, _GAP = 1248, 12
#: The preferred width of a panel.
WIDTHS = {
    "kpis": 390,
    "levels": 390,
    "trend": 390,
    "map": 760,
    "places": 280,
    "stage": 280,
    "queue": 540,
    "scores": 540,
    "departments": 700,
    "brief": 700,
    "area": 400,
    "surges": 390,
}
#: Panels that read well at half of portrait's width.
_NARROW = frozenset({"kpis", "levels", "trend", "places", "stage", "area", "surges"})

#: Width and height of a wall in px of the design.
Size = tuple[float, float]
SIZES: dict[Shape, Size] = {"landscape": (1920, 1080), "wide": (3840, 1080), "tall": (810, 1440)}
#: Tracks of a screen in each direction when panels are spread over screens.
FINE = 12
#: A part with less than this share of the room it was made for is too narrow.
_LEAST_COVER = 0.78
#: Panels for screens that would be left empty.
_FILL = ("map", "kpis", "queue", "levels", "places", "departments", "trend", "scores")
#: The least width of a column of panels that can be read.
_COLUMN = 430


def layout(table: Table) -> Layout | None:
    """The layout of a table with `columns`, `rows` and `layout`; None if it can't be used."""
    columns, rows = _shares(table, "columns"), _shares(table, "rows")
    node = table.given(_KEY)
    if node is None:
        table.wrong(_KEY, "missing; expected rows of panels' names")
        return None
    picture = _Picture(table, node)
    good = picture.read()
    width, height = len(picture.cells[0]) if picture.cells else 0, len(picture.cells)
    if columns and height and len(columns) != width:
        reason = f"{len(columns)} columns for rows of {width} names; expected as many"
        table.wrong("columns", reason)
    if rows and height and len(rows) != height:
        reason = f"{len(rows)} rows for {height} lines of the layout; expected as many"
        table.wrong("rows", reason)
    if not good or not height or (len(columns), len(rows)) != (width, height):
        return None
    return Layout(
        columns=columns,
        rows=rows,
        cells=tuple(tuple(row) for row in picture.cells),
        column_seams=picture.column_seams,
        row_seams=tuple(picture.row_seams),
    )


def _shares(table: Table, name: str) -> tuple[float, ...]:
    """A list of positive numbers; () if there is none that can be used."""
    if table.given(name) is None:
        table.wrong(name, "missing; expected a list of positive numbers")
    return table.read(name, (), _positive_numbers)


def _positive_numbers(node: Node) -> tuple[float, ...]:
    if not isinstance(node.value, list) or not node.value:
        raise node.expected("a list of positive numbers")
    return tuple(_positive(item) for item in node.value)


def _positive(node: Node) -> float:
    given = node.value
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1e6:
        raise node.expected("a positive number")
    return float(given)


class _Picture:
    """The text of a layout, read row by row."""

    def __init__(self, table: Table, node: Node) -> None:
        self._table, self._node = table, node
        self._good = True
        self.cells: list[list[str]] = []
        self._lines: list[int] = []
        self.column_seams: tuple[int, ...] = ()
        self.row_seams: list[int] = []

    def read(self) -> bool:
        """Fill in the cells and seams; False if anything is wrong with them."""
        for number, row in enumerate(self._table.text(_KEY).splitlines()):
            words = row.replace(SEAM, f" {SEAM} ").split()
            if not words:
                continue
            if set(row.strip()) == {"-"}:
                self.row_seams.append(len(self.cells))
            else:
                first = self._node.text_line
                self._row(words, first + number if first else self._node.line)
        if not any(name in PANELS for row in self.cells for name in row):
            self._wrong("no panel in it; expected at least one")
            return False
        if any(not 0 < at < len(self.cells) for at in self.row_seams):
            self._wrong("expected a seam between two rows, not at the edge")
        if self._good:
            self._check_rectangles()
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
                    self._wrong(unknown(word, PANELS, "panel"), line, word)
        row = " ".join(words)
        if any(not 0 < at < len(names) for at in seams) or len(set(seams)) < len(seams):
            self._wrong("expected a seam between two columns", line, row)
        if not self.cells:
            self.column_seams = tuple(seams)
        elif len(names) != len(self.cells[0]):
            expected = len(self.cells[0])
            reason = f"{len(names)} names; expected {expected} as in the row above"
            self._wrong(reason, line, row)
        elif tuple(seams) != self.column_seams:
            self._wrong("its seams are not where those of the first row are", line, row)
        self.cells.append(names)
        self._lines.append(line)

    def _check_rectangles(self) -> None:
        grid = Layout(columns=(), rows=(), cells=tuple(tuple(row) for row in self.cells))
        for panel in grid.panels:
            top, left, bottom, right = grid.span(panel)
            cells = [row[left:right] for row in self.cells[top:bottom]]
            line = self._lines[top]
            if any(name != panel for row in cells for name in row):
                self._wrong("expected each panel once, in one rectangle", line, panel)
                continue
            across = any(left < at < right for at in self.column_seams)
            if across or any(top < at < bottom for at in self.row_seams):
                self._wrong("crosses a seam; expected it on one screen", line, panel)

    def _wrong(self, reason: str, line: int = 0, found: str = "") -> None:
        self._good = False
        self._table.note(self._node.wrong(reason, line, shown(found) if found else ""))


def wide(layout: Layout) -> Layout:
    """The wide shape: stacks of panels next to the map become columns; else the same grid."""
    stacks = _stacks(layout)
    if stacks is None:
        return layout
    columns: list[float] = []
    lists: list[tuple[str, ...]] = []
    for panels, share in stacks:
        half = (len(panels) + 1) // 2
        parts = [panels] if len(panels) == 1 or "map" in panels else [panels[:half], panels[half:]]
        for part in parts:
            columns.append(share * (1.0 if len(parts) == 1 else 0.9))
            lists.append(part)
    rows = lcm(*(len(part) for part in lists))
    if rows > 12:
        return layout
    cells = tuple(tuple(part[y * len(part) // rows] for part in lists) for y in range(rows))
    return Layout(columns=tuple(columns), rows=(1.0,) * rows, cells=cells)


def tall(layout: Layout) -> Layout:
    """The tall shape: the map on top, narrow panels in pairs, the others over the full width."""
    order = sorted(layout.panels, key=lambda name: name != "map")
    rows = _rows(order)
    tower = {name for name in order if sum(name in row for row in rows) > 1}
    least = [_height(row, tower, _LEAST_HEIGHT) for row in rows]
    wanted = [max(low, _height(row, tower, HEIGHTS)) for row, low in zip(rows, least, strict=True)]
    room = _TALL - _GAP * (len(rows) - 1) - sum(least)
    # the room left is shared by the panels that prefer more than the least
    part = max(0.0, room / max(1.0, sum(wanted) - sum(least)))
    heights = tuple(
        round(low + part * (want - low), 1) for low, want in zip(least, wanted, strict=True)
    )
    return Layout(columns=(1.0, 1.0), rows=heights, cells=tuple(rows))


def _rows(order: list[str]) -> list[tuple[str, str]]:
    """Rows of two halves; an odd narrow panel and another one share a column next to a high one."""
    narrow = [name for name in order if name in _NARROW]
    first = narrow[0] if narrow else ""
    pairs: dict[str, list[tuple[str, str]]] = {}
    if len(narrow) % 2 and len(narrow) > 1:
        high = max(narrow, key=_LEAST_HEIGHT.__getitem__)
        others = [name for name in narrow if name != high]
        pairs[first] = [(high, others[0]), (high, others[1])]
        narrow = others[2:]
    for left, right in zip(narrow[::2], narrow[1::2], strict=False):
        pairs[left] = [(left, right)]
    paired = {name for rows in pairs.values() for row in rows for name in row}
    rows: list[tuple[str, str]] = []
    for name in order:
        rows += pairs.get(name, [] if name in paired else [(name, name)])
    return rows


def _height(row: tuple[str, str], tower: set[str], heights: dict[str, int]) -> float:
    """The height of a row: the higher of its two panels; one of two rows counts half in each."""
    return max(heights[name] / (2 if name in tower and row[0] != row[1] else 1) for name in row)


def _stacks(layout: Layout) -> list[tuple[tuple[str, ...], float]] | None:
    """The panels of each column, top down, with its share; None if panels span columns."""
    found: list[tuple[tuple[str, ...], float]] = []
    columns: Cells = tuple(zip(*layout.cells, strict=True))
    for x, column in enumerate(columns):
        panels = tuple(dict.fromkeys(column))
        if any(layout.span(name)[3] - layout.span(name)[1] > 1 for name in panels if name != "."):
            return None
        if "." in panels:
            return None
        found.append((panels, layout.columns[x]))
    return found


def fit(layout: Layout, profile: Profile, shape: Shape) -> Layout:
    """The layout with `columns - 1` and `rows - 1` seams, for a wall of several screens."""
    wanted = (profile.columns - 1, profile.rows - 1)
    if (len(layout.column_seams), len(layout.row_seams)) == wanted:
        return layout
    across = _cuts(layout.columns, _free(layout, of_columns=True), profile.columns)
    down = _cuts(layout.rows, _free(layout, of_columns=False), profile.rows)
    if across is None or down is None:
        return spread(layout, profile, SIZES[shape])
    return msgspec.structs.replace(layout, column_seams=across, row_seams=down)


def _free(layout: Layout, *, of_columns: bool) -> list[int]:
    """The columns (rows) before which no panel is cut."""
    count = len(layout.columns if of_columns else layout.rows)
    spans = [layout.span(panel) for panel in layout.panels]
    first, last = (1, 3) if of_columns else (0, 2)
    return [at for at in range(1, count) if not any(s[first] < at < s[last] for s in spans)]


def _cuts(shares: tuple[float, ...], free: list[int], parts: int) -> tuple[int, ...] | None:
    """The most even way to cut into `parts`; None if it would be too uneven."""
    best: tuple[float, tuple[int, ...]] | None = None
    total = sum(shares)
    for cuts in combinations(free, parts - 1):
        edges = (0, *cuts, len(shares))
        sizes = [sum(shares[a:b]) for a, b in pairwise(edges)]
        room = (total / parts) / max(sizes)
        if best is None or room > best[0]:
            best = (room, cuts)
    return best[1] if best is not None and best[0] >= _LEAST_COVER else None


def spread(layout: Layout, profile: Profile, size: Size) -> Layout:
    """Give each screen some of the panels, in reading order, about the same area on each.

    No screen stays empty. Every screen is cut into FINE × FINE tracks, so that each can be divided
    in its own way.
    """
    count = profile.columns * profile.rows
    others = [panel for panel in _FILL if panel not in layout.panels]
    panels = (*layout.panels, *others[: max(0, count - len(layout.panels))])
    screens = _runs(panels, count, _area)
    grids = [_grid(some, size[0] / profile.columns) for some in screens]
    cells: list[tuple[str, ...]] = []
    for first in range(0, len(grids), profile.columns):
        row = grids[first : first + profile.columns]
        cells += [tuple(name for grid in row for name in grid[y]) for y in range(FINE)]
    rows, row_seams = _merged(cells, profile.rows)
    turned = list(zip(*(row for row, _ in rows), strict=True))
    columns, column_seams = _merged(turned, profile.columns)
    return Layout(
        columns=tuple(share for _, share in columns),
        rows=tuple(share for _, share in rows),
        cells=tuple(zip(*(column for column, _ in columns), strict=True)),
        column_seams=column_seams,
        row_seams=row_seams,
    )


def _merged(
    lines: list[tuple[str, ...]], screens: int
) -> tuple[list[tuple[tuple[str, ...], float]], tuple[int, ...]]:
    """Merge equal adjacent lines into one with their share, never over a seam; and the seams."""
    out: list[tuple[tuple[str, ...], float]] = []
    seams = []
    for n, line in enumerate(lines):
        begins = n % FINE == 0
        if begins and n:
            seams.append(len(out))
        if out and out[-1][0] == line and not begins:
            out[-1] = (line, out[-1][1] + 1)
        else:
            out.append((line, 1.0))
    assert len(lines) == FINE * screens
    return out, tuple(seams)


def _runs(
    panels: tuple[str, ...], parts: int, weight: Callable[[str], float]
) -> list[tuple[str, ...]]:
    """Panels in order, cut into runs so that the heaviest run is as light as possible."""
    weights = [weight(panel) for panel in panels]
    count = min(parts, len(panels))
    best: tuple[float, tuple[int, ...]] = (inf, ())
    for cuts in combinations(range(1, len(panels)), count - 1):
        edges = (0, *cuts, len(panels))
        heaviest = max(sum(weights[a:b]) for a, b in pairwise(edges))
        best = min(best, (heaviest, cuts))
    runs = [panels[a:b] for a, b in pairwise((0, *best[1], len(panels)))]
    return runs + [()] * (parts - len(runs))


def _grid(panels: tuple[str, ...], width: float) -> list[list[str]]:
    """FINE rows of FINE names: as many columns as can be read, panels stacked evenly in each."""
    if not panels:
        return [[NOTHING] * FINE for _ in range(FINE)]
    count = max(1, min(len(panels), 3, int(width // _COLUMN)))
    stacks = [stack for stack in _runs(panels, count, HEIGHTS.__getitem__) if stack]
    wide = _parts([max(WIDTHS[panel] for panel in stack) for stack in stacks])
    columns: list[list[str]] = []
    for stack, tracks in zip(stacks, wide, strict=True):
        high = _parts([HEIGHTS[panel] for panel in stack])
        names = [panel for panel, n in zip(stack, high, strict=True) for _ in range(n)]
        columns += [names] * tracks
    return [[column[y] for column in columns] for y in range(FINE)]


def _parts(weights: list[int]) -> list[int]:
    """FINE tracks divided by weight, at least one each."""
    edges = [round(FINE * sum(weights[:n]) / sum(weights)) for n in range(len(weights) + 1)]
    edges = [max(edge, n) for n, edge in enumerate(edges)]
    return [b - a for a, b in pairwise(edges)]


def _area(panel: str) -> float:
    return HEIGHTS[panel] * WIDTHS[panel]
