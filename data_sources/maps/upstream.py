"""Tiles of a server of the site's choice, fetched by us and cached on disk.

The page asks our route. Only the address in the scene file is ever fetched, with whole numbers
put in; redirects are not followed, and only pictures are accepted. The address, which has the
key, never leaves the server: no message or log line contains it. Tiles far from the city are not
fetched, so that a visitor can't use up the site's quota with the rest of the world.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

import structlog
import urllib3

from data_sources.maps.cache import TileCache
from data_sources.maps.tiles import MAX_BYTES, Tile, TileError, picture

log = structlog.get_logger("tiles")
# at its finest level the library logs addresses, and ours contains the key
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)

_CONNECT_S, _READ_S = 3.0, 8.0
#: the most requests at a time, so that a slow server doesn't occupy all threads of a worker
_AT_ONCE = 6
#: how long a tile that failed is not asked for again, s; how many of them are remembered
_AGAIN_S, _FAILURES = 30.0, 4096
#: margin around the city's bounds within which tiles are fetched, as a share of their size
_AROUND = 1.5
_AGENT = "Gridwall"

Bounds = Sequence[Sequence[float]]


class Upstream:
    """One address with {z}, {x}, {y} (or {-y}) and, if it needs one, {key}."""

    min_zoom, max_zoom = 0, 19

    def __init__(self, template: str, key: str, cache: TileCache, bounds: Bounds) -> None:
        if "{key}" in template and not key:
            raise TileError("[map.base] url: holds {key}, but GRIDWALL_MAP_KEY is not set")
        self._template, self._key, self._cache, self._bounds = template, key, cache, bounds
        timeout = urllib3.Timeout(connect=_CONNECT_S, read=_READ_S)
        self._pool = urllib3.PoolManager(
            maxsize=_AT_ONCE, timeout=timeout, retries=False, headers={"User-Agent": _AGENT}
        )
        self._busy = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._failed: OrderedDict[tuple[int, int, int], float] = OrderedDict()

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The picture; an old one if the server can't be reached.

        Raises: `TileError` if there is no old one either.
        """
        if not _near(self._bounds, z, x, y):
            return None
        name = f"{z}/{x}/{y}"
        cached = self._cache.get(name)
        if cached is not None and cached.valid:
            return _as_tile(cached.body)
        if self._failed.get((z, x, y), 0.0) > time.monotonic():
            if cached is not None:
                return _as_tile(cached.body)
            raise TileError(f"tile {name}: the server did not answer")
        try:
            body = self._fetch(z, x, y)
        except TileError as error:
            self._note_failure((z, x, y))
            log.warning("tile not had", tile=name, reason=str(error))
            if cached is not None:
                return _as_tile(cached.body)
            raise
        self._cache.put(name, body)
        return _as_tile(body)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _fetch(self, z: int, x: int, y: int) -> bytes:
        """The picture's bytes; empty where the server has none. Raises: `TileError`."""
        url = self._template.replace("{-y}", str((1 << z) - 1 - y))
        for name, value in (("z", z), ("x", x), ("y", y), ("key", self._key)):
            url = url.replace("{" + name + "}", str(value))
        with self._busy:
            try:
                answer = self._pool.request("GET", url, redirect=False, preload_content=False)
                body = answer.read(MAX_BYTES + 1)
                # a body that is too long is cut off; its connection can't be used again
                answer.release_conn() if len(body) <= MAX_BYTES else answer.close()
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                # the library's own text would contain the address, and so the key
                raise TileError(type(error).__name__) from None
        if answer.status in (204, 404):
            return b""
        if answer.status != 200:
            raise TileError(f"status {answer.status}")
        if picture(body) is None:
            raise TileError("no picture" if len(body) <= MAX_BYTES else "too large")
        return body

    def _note_failure(self, tile: tuple[int, int, int]) -> None:
        with self._lock:
            self._failed[tile] = time.monotonic() + _AGAIN_S
            while len(self._failed) > _FAILURES:
                self._failed.popitem(last=False)


def _as_tile(body: bytes) -> Tile | None:
    return picture(body) if body else None


def _near(bounds: Bounds, z: int, x: int, y: int) -> bool:
    """Whether a tile touches the city's surroundings."""
    (south, west), (north, east) = bounds
    wide, high = (east - west) * _AROUND, (north - south) * _AROUND
    left, right = _column(west - wide, z), _column(east + wide, z)
    top, bottom = _row(north + high, z), _row(south - high, z)
    return left <= x <= right and top <= y <= bottom


def _column(lon: float, z: int) -> int:
    return math.floor((lon + 180) / 360 * (1 << z))


def _row(lat: float, z: int) -> int:
    lat = math.radians(max(-85.0, min(85.0, lat)))
    return math.floor((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * (1 << z))
