"""A layout on a wall made of several screens: no panel lies across a seam.

`fit` takes the layout's own seams if it has as many as the wall; else cuts it where no panel
is cut, if every part then has about the room it was made for; else gives each screen some of
the panels, side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from math import inf

import msgspec

from dashboard.config.scenes.derive import HEIGHTS, WIDTHS
from dashboard.config.scenes.model import NOTHING, Layout, Profile, Shape

#: Width and height of a wall in px of the design.
Size = tuple[float, float]
SIZES: dict[Shape, Size] = {"landscape": (1920, 1080), "wide": (3840, 1080), "tall": (810, 1440)}
#: Tracks of a screen that gets a share of the panels.
FINE = 12
#: A part that gets less than this share of the room it was made for is too narrow.
_LEAST_COVER = 0.78
#: What a screen shows that would be left without a panel.
_FILL = ("map", "kpis", "queue", "levels", "places", "departments", "trend", "scores")
#: The least width of a column of panels that reads well.
_COLUMN = 430


def fit(layout: Layout, profile: Profile, shape: Shape) -> Layout:
    """The layout with `columns - 1` and `rows - 1` seams."""
    wanted = (profile.columns - 1, profile.rows - 1)
    if (len(layout.column_seams), len(layout.row_seams)) == wanted:
        return layout
    across = _cuts(layout.columns, _free(layout, of_columns=True), profile.columns)
    down = _cuts(layout.rows, _free(layout, of_columns=False), profile.rows)
    if across is None or down is None:
        return spread(layout, profile, SIZES[shape])
    return msgspec.structs.replace(layout, column_seams=across, row_seams=down)


def _free(layout: Layout, *, of_columns: bool) -> list[int]:
    """Where no panel is cut."""
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
    """Each screen some of the panels, in reading order, about as much on each; none is left dark.

    Every screen is cut into FINE × FINE tracks, so that each can be divided as it likes.
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
    """Equal lines side by side as one with their share, never over a seam; and the seams."""
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
    """Panels in order, cut into runs whose heaviest is as light as can be."""
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
    """FINE rows of FINE names: columns side by side as many as read well, stacked evenly."""
    if not panels:
        return [[NOTHING] * FINE for _ in range(FINE)]
    beside = max(1, min(len(panels), 3, int(width // _COLUMN)))
    stacks = [stack for stack in _runs(panels, beside, HEIGHTS.__getitem__) if stack]
    wide = _parts([max(WIDTHS[panel] for panel in stack) for stack in stacks])
    columns: list[list[str]] = []
    for stack, tracks in zip(stacks, wide, strict=True):
        high = _parts([HEIGHTS[panel] for panel in stack])
        names = [panel for panel, n in zip(stack, high, strict=True) for _ in range(n)]
        columns += [names] * tracks
    return [[column[y] for column in columns] for y in range(FINE)]


def _parts(weights: list[int]) -> list[int]:
    """FINE tracks shared out by weight, at least one each."""
    edges = [round(FINE * sum(weights[:n]) / sum(weights)) for n in range(len(weights) + 1)]
    edges = [max(edge, n) for n, edge in enumerate(edges)]
    return [b - a for a, b in pairwise(edges)]


def _area(panel: str) -> float:
    return HEIGHTS[panel] * WIDTHS[panel]
