"""A regular grid of square cells over points: the places of a city without boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, floor, radians
from typing import Any

from data_sources.maps.boundaries.errors import BoundaryError, require
from data_sources.maps.boundaries.nesting import Area, Level

#: metres of a degree of latitude
DEGREE_M = 111_320.0
_MOST_CELLS = 3000


def cells(points: Sequence[tuple[float, float]], side_m: int) -> Level:
    """The cells that hold a point (latitude, longitude), named by row and column.

    The hundredth of the points that is farthest out has no cell. Raises: `BoundaryError`.
    """
    require()
    import numpy as np
    import shapely

    if not points:
        raise BoundaryError("no row has a position: a grid of cells needs some")
    found = np.array(points)
    low, high = np.quantile(found, 0.005, axis=0), np.quantile(found, 0.995, axis=0)
    within = found[((found >= low) & (found <= high)).all(axis=1)]
    tall = side_m / DEGREE_M
    wide = tall / max(0.05, cos(radians(float(np.median(found[:, 0])))))
    south, west = float(low[0]), float(low[1])
    used = sorted({_cell(lat, lon, south, west, tall, wide) for lat, lon in within})
    if len(used) > _MOST_CELLS:
        raise BoundaryError(
            f"{len(used)} cells of {side_m} m: at most {_MOST_CELLS}; choose a larger --cells"
        )

    def area(row: int, column: int) -> Any:
        west_, south_ = west + column * wide, south + row * tall
        corners = [round(one, 6) for one in (west_, south_, west_ + wide, south_ + tall)]
        return shapely.box(*corners)

    return Level(
        [
            Area(
                f"r{row + 1}c{col + 1}",
                f"{row + 1}-{col + 1}格",
                f"Cell {row + 1}-{col + 1}",
                area(row, col),
            )
            for row, col in used
        ],
        [],
    )


def _cell(
    lat: float, lon: float, south: float, west: float, tall: float, wide: float
) -> tuple[int, int]:
    return floor((lat - south) / tall), floor((lon - west) / wide)
