"""Layouts that a scene file does not spell out: a wide one spreads, a tall one stacks."""

from __future__ import annotations

from math import lcm

from dashboard.config.scenes.model import Cells, Layout

#: How high a panel wants to be, in px of the design, in a column of portrait's width.
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
#: How high it must be to say anything.
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
#: How wide a panel wants to be.
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


def wide(layout: Layout) -> Layout:
    """Stacks of panels beside the map laid side by side; else the same grid, only wider."""
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
    """The map on top, narrow panels in pairs, the others over the whole width."""
    order = sorted(layout.panels, key=lambda name: name != "map")
    rows = _rows(order)
    tower = {name for name in order if sum(name in row for row in rows) > 1}
    least = [_height(row, tower, _LEAST_HEIGHT) for row in rows]
    wanted = [max(low, _height(row, tower, HEIGHTS)) for row, low in zip(rows, least, strict=True)]
    room = _TALL - _GAP * (len(rows) - 1) - sum(least)
    # what is left goes to who wants more than the least
    part = max(0.0, room / max(1.0, sum(wanted) - sum(least)))
    heights = tuple(
        round(low + part * (want - low), 1) for low, want in zip(least, wanted, strict=True)
    )
    return Layout(columns=(1.0, 1.0), rows=heights, cells=tuple(rows))


def _rows(order: list[str]) -> list[tuple[str, str]]:
    """Rows of two halves; an odd narrow panel stands with another beside a high one."""
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
    """The higher of the two; a panel of two rows needs half of its height in each."""
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
