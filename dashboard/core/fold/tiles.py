"""Tiles of the Web Mercator pyramid: the cells that open events are counted in. Pure.

Longitude and latitude are degrees, WGS 84. At zoom z the world is 2^z by 2^z tiles; (0, 0) is in
the north-west.
"""

from __future__ import annotations

import math

#: an event's place in its tile is one of so many steps in each direction (a power of two)
STEP_BITS = 6
_STEPS = 1 << STEP_BITS
#: sums of steps to the right and down are in one number, the former in units of this: a tile of 16
#: million events fits
_RIGHT = 1 << 30

_MERCATOR_LIMIT = 85.05112878


def cell(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Web Mercator tile (x, y) of a point at ``zoom`` (0 … 22)."""
    size = 1 << zoom
    lat = max(-_MERCATOR_LIMIT, min(_MERCATOR_LIMIT, lat))
    x = int((lon + 180.0) / 360.0 * size)
    y = int((1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0 * size)
    return min(size - 1, max(0, x)), min(size - 1, max(0, y))


def tile_and_steps(x: int, y: int) -> tuple[str, int]:
    """The tile ("X/Y") of a cell `STEP_BITS` zooms deeper, and the steps of the cell in it."""
    return (
        f"{x >> STEP_BITS}/{y >> STEP_BITS}",
        (x & _STEPS - 1) * _RIGHT + (y & _STEPS - 1),
    )


def steps_above(x: int, y: int, n: int, steps: int, up: int) -> int:
    """The steps of ``n`` events in tile x, y as steps in the tile that is ``up`` zooms above it."""
    right, down = divmod(steps, _RIGHT)
    inside = (1 << up) - 1
    right, down = (
        ((tile & inside) * _STEPS * n + of) >> up for tile, of in ((x, right), (y, down))
    )
    return right * _RIGHT + down


def middle(x: int, y: int, zoom: int, n: int, steps: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of ``n`` events in a tile; ``n`` is not 0."""
    right, down = divmod(steps, _RIGHT)
    return _place(x + (right / n + 0.5) / _STEPS, y + (down / n + 0.5) / _STEPS, zoom)


def cell_centre(x: int, y: int, zoom: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a tile."""
    return _place(x + 0.5, y + 0.5, zoom)


def _place(x: float, y: float, zoom: int) -> tuple[float, float]:
    size = 1 << zoom
    lon = x / size * 360.0 - 180.0
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / size))))
    return lon, lat
