"""Places of one or several levels, each in the wider one that holds the largest share of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from data_sources.maps.boundaries.columns import Chosen
from data_sources.maps.boundaries.errors import BoundaryError
from data_sources.maps.boundaries.files import Layer, polygons

_CODE = re.compile(r"[^\w.-]+")
#: a place with less of it in its wider place than this is reported
_MOST = 0.5


@dataclass
class Area:
    """One place with its outline; ``share`` of it is in ``parent``."""

    code: str
    zh: str
    en: str
    shape: Any
    parent: str = ""
    share: float = 0.0


@dataclass
class Level:
    """The places of one file."""

    areas: list[Area]
    notes: list[str]


def areas_of(layer: Layer, chosen: Chosen) -> Level:
    """The places of a layer; rows with the same code and name are one. Raises: `BoundaryError`."""
    import shapely

    notes: list[str] = []
    rows: dict[str, tuple[str, str, list[Any]]] = {}
    zhs, ens = layer.columns[chosen.zh], layer.columns[chosen.en]
    codes = layer.columns[chosen.code] if chosen.code else [""] * len(zhs)
    for number, shape in enumerate(layer.shapes):
        zh, en = zhs[number] or ens[number], ens[number] or zhs[number]
        code = _CODE.sub("-", (codes[number] or en).lower() if not chosen.code else codes[number])
        code = code.strip("-")[:48]
        if not code or not zh:
            raise BoundaryError(f"{layer.file}: row {number + 1} has no code or no name")
        known = rows.setdefault(code, (zh, en, []))
        if known[:2] != (zh, en):
            raise BoundaryError(
                f"{layer.file}: code {code!r} is that of {known[0]!r} and of {zh!r}: "
                "name another column by --code"
            )
        known[2].append(shape)
    if len(rows) < len(zhs):
        notes.append(f"{len(zhs) - len(rows)} 行并入同码的面 rows are parts of one with their code")
    return Level(
        [
            Area(code, zh, en, parts[0] if len(parts) == 1 else polygons(shapely.union_all(parts)))
            for code, (zh, en, parts) in rows.items()
        ],
        notes,
    )


def nest(levels: list[Level]) -> list[Level]:
    """The levels from the widest places to the smallest, each place with the one it is in."""
    import numpy as np

    ordered = sorted(
        levels, key=lambda level: -float(np.median([a.shape.area for a in level.areas]))
    )
    _distinct(ordered)
    for wider, level in pairwise(ordered):
        _within(wider, level)
    return ordered


def _distinct(levels: list[Level]) -> None:
    """No code twice in the city: those of a level that has one of another get a letter first."""
    taken: set[str] = set()
    for number, level in enumerate(levels):
        if taken & {area.code for area in level.areas}:
            for area in level.areas:
                area.code = f"{'abcd'[number]}-{area.code}"
        taken |= {area.code for area in level.areas}


def _within(wider: Level, level: Level) -> None:
    import shapely

    tree = shapely.STRtree([area.shape for area in wider.areas])
    partly: list[str] = []
    outside: list[str] = []
    for area in level.areas:
        best, most = None, 0.0
        # in the order of the file: of equal shares the first one counts
        for number in sorted(tree.query(area.shape, predicate="intersects")):
            common = shapely.intersection(area.shape, wider.areas[number].shape).area
            if common > most:
                best, most = wider.areas[number], common
        if best is None:
            outside.append(area.zh)
            continue
        area.parent, area.share = best.code, most / area.shape.area if area.shape.area else 1.0
        if area.share < _MOST:
            partly.append(f"{area.zh} {area.share:.0%}")
    if outside:
        level.notes.append(
            f"{len(outside)} 个不在任何上级内 are in no wider place: {_some(outside)}"
        )
    if partly:
        level.notes.append(
            f"{len(partly)} 个在上级内不足一半 are less than half in theirs: {_some(partly)}"
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
