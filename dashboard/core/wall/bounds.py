"""The most that a wall holds, whatever the data: codes by rank, rows and bytes of each panel. Pure.

In: counts by code, or panels. Out: the same, with the least important left out and the rest summed.
A city's own codes are always kept; of codes it does not know, those with most open events. A panel
has a budget of bytes, and all of them together at most :data:`FRAME_BYTES`, so that a frame stays
small however many codes there are and however long they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import msgspec

from dashboard.core.model.codes import OTHERS
from dashboard.core.wall.counts import Sums
from dashboard.core.wall.rows import Cell

#: codes that the city does not know, of each kind, of which a wall has counts of their own
UNKNOWN_KEPT = 200
#: of a city whose pack lists none of a kind
UNLISTED_KEPT = 1000
#: places that the map shades
AREAS_KEPT = 600
WARNINGS_KEPT = 100
CELLS_KEPT = 900

#: bytes of a frame with every panel in full; the sum of the budgets is below it
FRAME_BYTES = 262_144
#: bytes of each panel in JSON; a frame's own head has 200 of its own
BUDGETS: Mapping[str, int] = {
    "head": 6_000,
    "kpi": 3_000,
    "levels": 1_500,
    "trend": 10_000,
    "areas": 30_000,
    "points": 110_000,
    "cells": 20_000,
    "places": 3_000,
    "queue": 18_000,
    "alerts": 16_000,
    "scores": 14_000,
    "departments": 10_000,
    "brief": 6_000,
    "area": 3_500,
    "surges": 5_000,
    "recent": 5_500,
}
#: where there are cells, the points are fewer
WITH_CELLS: Mapping[str, int] = {**BUDGETS, "points": 38_000, "cells": 92_000}
#: bytes of the row of all others
_ROW = 160
_T = TypeVar("_T")
_P = TypeVar("_P", bound=msgspec.Struct)
_encode = msgspec.json.Encoder().encode


class Others(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out of a list of counts: how many codes, and the sum of their events."""

    codes: int
    reported: int = 0
    open: int = 0
    closed: int = 0
    overdue: int = 0
    response_overdue: int = 0


def kept(
    groups: Mapping[str, Sums], known: frozenset[str]
) -> tuple[dict[str, Sums], Others | None]:
    """The counts of known codes and of the unknown ones with most open events; and the others.

    ``groups`` is code → fact → n. None where nothing is left out.
    """
    most = UNKNOWN_KEPT if known else UNLISTED_KEPT
    unknown = [code for code in groups if code not in known]
    if len(unknown) <= most:
        return dict(groups), None
    unknown.sort(key=lambda code: (*(-groups[code].get(f, 0) for f in ("open", "reported")), code))
    rest = unknown[most:]
    gone = set(rest)
    return {code: facts for code, facts in groups.items() if code not in gone}, Others(
        codes=len(rest),
        **{
            name: sum(groups[code].get(name, 0) for code in rest)
            for name in ("reported", "open", "closed", "overdue", "response_overdue")
        },
    )


def kept_scored(month: Mapping[str, Sums], known: frozenset[str]) -> dict[str, Sums]:
    """The sums of known subjects, and of the unknown ones with most tallies."""
    most = UNKNOWN_KEPT if known else UNLISTED_KEPT
    unknown = [code for code in month if code not in known]
    if len(unknown) <= most:
        return dict(month)
    unknown.sort(key=lambda code: (-sum(month[code].values()), code))
    gone = set(unknown[most:])
    return {code: sums for code, sums in month.items() if code not in gone}


def coarser(cells: Mapping[str, Cell], zoom: int, most: int = CELLS_KEPT) -> dict[str, Cell]:
    """The cells, of a coarser zoom where there are more than ``most``: no event is lost."""
    found = dict(cells)
    while len(found) > most and zoom > 0:
        zoom -= 1
        groups: dict[str, list[Cell]] = {}
        for tile, of in found.items():
            x, y = (int(part) >> 1 for part in tile.split("/"))
            groups.setdefault(f"{x}/{y}", []).append(of)
        found = {tile: _together(group) for tile, group in groups.items()}
    return found


def _together(group: Sequence[Cell]) -> Cell:
    """The cells as one, in the middle of their events."""
    levels = [sum(of) for of in zip(*(_levels(cell) for cell in group), strict=True)]
    weights = [sum(_levels(cell)) for cell in group]
    all_ = sum(weights) or 1
    lon = sum(cell.lon * n for cell, n in zip(group, weights, strict=True)) / all_
    lat = sum(cell.lat * n for cell, n in zip(group, weights, strict=True)) / all_
    return Cell(round(lon, 5), round(lat, 5), *levels)


def _levels(cell: Cell) -> tuple[int, int, int, int]:
    return cell.blue, cell.yellow, cell.orange, cell.red


def first(rows: Iterable[tuple[str, _T]], room: int) -> dict[str, _T]:
    """The first of ``rows`` (key and value) that together take at most ``room`` bytes of JSON."""
    out: dict[str, _T] = {}
    for key, value in rows:
        room -= len(_encode(key)) + len(_encode(value)) + 2
        if room < 0:
            break
        out[key] = value
    return out


def fitted(panels: _P) -> _P:
    """The panels, each within its budget of bytes: the first rows, by the order they are shown in.

    An order next to the rows is cut with them.
    """
    changed: dict[str, Any] = {}
    budgets = WITH_CELLS if getattr(panels, "cells", None) else BUDGETS
    for name, budget in budgets.items():
        panel = getattr(panels, name)
        if len(_encode(panel)) > budget:
            changed[name] = _FITS.get(name, _ordered)(panel, budget)
    return msgspec.structs.replace(panels, **changed) if changed else panels


def _ordered(panel: Any, budget: int) -> Any:
    """A panel of rows by key with their order: the first of them."""
    rest = msgspec.structs.replace(panel, order=[], rows={})
    room = budget - len(_encode(rest))
    # each key is in the order, too
    rows: dict[str, Any] = {}
    for key in panel.order:
        value = panel.rows[key]
        room -= 2 * len(_encode(key)) + len(_encode(value)) + 4
        if room < 0:
            break
        rows[key] = value
    return msgspec.structs.replace(panel, order=list(rows), rows=rows)


def _departments(panel: Any, budget: int) -> Any:
    """The departments with most open events, by code; the others are one row."""
    rows = {code: row for code, row in panel.rows.items() if code != OTHERS}
    top = sorted(rows, key=lambda code: (-rows[code].open, -rows[code].reported, code))
    found = _ordered(msgspec.structs.replace(panel, order=top, rows=rows), budget - _ROW)
    left = [row for code, row in panel.rows.items() if code not in found.rows]
    counts = {name: sum(getattr(row, name) for row in left) for name in left[0].__struct_fields__}
    shown = {**found.rows, OTHERS: type(left[0])(**counts)}
    return msgspec.structs.replace(found, order=sorted(shown), rows=shown)


def _areas(panel: Mapping[str, Any], budget: int) -> dict[str, Any]:
    top = sorted(panel.items(), key=lambda one: (-one[1].open, one[0]))
    return first(top, budget - 2)


def _rows(panel: Mapping[str, Any], budget: int) -> dict[str, Any]:
    return first(panel.items(), budget - 2)


def _head(panel: Any, budget: int) -> Any:
    """The head with as many of its names of places as fit."""
    rest = msgspec.structs.replace(panel, names={})
    return msgspec.structs.replace(
        rest, names=first(panel.names.items(), budget - len(_encode(rest)))
    )


def _children(panel: Any, budget: int) -> Any:
    """The place with as many of the places below it as fit."""
    children: list[Any] = list(panel.children)
    while children and len(_encode(panel)) > budget:
        children.pop()
        panel = msgspec.structs.replace(panel, children=list(children))
    return panel


def _brief(panel: Any, budget: int) -> Any:
    """The brief with its longest lists cut until it fits."""
    values = {name: getattr(panel, name) for name in panel.__struct_fields__}
    while len(_encode(panel)) > budget:
        longest = max(values, key=lambda name: len(_encode(values[name])))
        values[longest] = _shorter(values[longest])
        panel = type(panel)(**values)
    return panel


def _shorter(value: Any) -> Any:
    """The value with its last row less, or None for one without rows."""
    if isinstance(value, list):
        return value[:-1]
    if isinstance(value, dict):
        return dict(list(value.items())[:-1])
    if isinstance(value, msgspec.Struct) and hasattr(value, "order") and cast(Any, value).order:
        order = list(cast(Any, value).order)[:-1]
        rows = {key: cast(Any, value).rows[key] for key in order}
        return msgspec.structs.replace(value, order=order, rows=rows)
    return None


_FITS: Mapping[str, Callable[[Any, int], Any]] = {
    "head": _head,
    "areas": _areas,
    "points": _rows,
    "cells": _rows,
    "departments": _departments,
    "area": _children,
    "brief": _brief,
}
