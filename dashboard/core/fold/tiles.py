"""Tiles of the Web Mercator pyramid: the cells that open events are counted in. Pure.

Longitude and latitude are degrees, WGS 84. At zoom z the world is 2^z by 2^z tiles; (0, 0) is in
the north-west.
"""

from __future__ import annotations

import math

_MERCATOR_LIMIT = 85.05112878


def cell(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Web Mercator tile (x, y) of a point at ``zoom`` (0 … 22)."""
    size = 1 << zoom
    lat = max(-_MERCATOR_LIMIT, min(_MERCATOR_LIMIT, lat))
    x = int((lon + 180.0) / 360.0 * size)
    y = int((1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0 * size)
    return min(size - 1, max(0, x)), min(size - 1, max(0, y))


def cell_centre(x: int, y: int, zoom: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a tile."""
    size = 1 << zoom
    lon = (x + 0.5) / size * 360.0 - 180.0
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / size))))
    return lon, lat
