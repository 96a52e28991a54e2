"""The map over HTTP: base map tiles, the site's overlays, the city's outlines, and places.

Everything comes from this host: the browser never contacts a tile server, and never learns its
address or key.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.config.cities import City, Place
from dashboard.config.scenes.model import Base, Overlay, SceneFile
from dashboard.web.answers.errors import PROBLEMS, problem
from data_sources.maps.overlays import OverlayError, read_overlay
from data_sources.maps.sources import open_source
from data_sources.maps.tiles import Tile, TileError, TileSource, exists

log = structlog.get_logger("tiles")

#: one transparent pixel, for where there is no tile
_CLEAR = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b494441"
    "5478da6360600000000300012b094d840000000049454e44ae426082"
)
_FOR_A_DAY = {"Cache-Control": "private, max-age=86400"}
_FOR_30_S = {"Cache-Control": "private, max-age=30"}


class Ground:
    """The base map and the overlays of the current scene file; opened again when it changes."""

    def __init__(
        self, scenes: Callable[[], SceneFile], key: str, directory: Path, city: City
    ) -> None:
        self._scenes, self._key, self._directory, self._city = scenes, key, directory, city
        self._lock = threading.Lock()
        self._opened: Base | None = None
        self._source: TileSource | None = None
        self._wrong = ""
        self._overlays: dict[Path, tuple[tuple[int, int], bytes, str]] = {}

    def setup(self) -> dict[str, Any]:
        """The body of `/map/setup.json`; why a source is bad is in the log only."""
        file = self._scenes()
        source, wrong = self._open()
        base = file.map.base
        shown: dict[str, Any] = {"kind": "none", "bad": bool(wrong)}
        if source is not None:
            zooms = {"min_zoom": source.min_zoom, "max_zoom": source.max_zoom}
            version = blake2b(repr(base).encode(), digest_size=4).hexdigest()
            shown |= {"kind": base.kind, "credit": base.credit, "version": version, **zooms}
        return {
            "base": shown,
            "overlays": [self._entry(n, one) for n, one in enumerate(file.overlays)],
        }

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """A tile of the base map; None if there is none. Raises :class:`TileError`."""
        source, _ = self._open()
        return source.tile(z, x, y) if source is not None and exists(z, x, y) else None

    def overlay(self, number: int) -> bytes | None:
        """An overlay's GeoJSON; None if the number is unknown or the file is bad."""
        overlays = self._scenes().overlays
        return self._read(overlays[number])[0] or None if number < len(overlays) else None

    def _entry(self, number: int, overlay: Overlay) -> dict[str, Any]:
        body, wrong = self._read(overlay)
        version = blake2b(body, digest_size=4).hexdigest()
        return {
            "url": f"/map/overlay/{number}.geojson?v={version}",
            "name": dict(overlay.name),
            "mark": overlay.mark,
            "scenes": None if overlay.scenes is None else list(overlay.scenes),
            "bad": bool(wrong),
        }

    def _open(self) -> tuple[TileSource | None, str]:
        base = self._scenes().map.base
        with self._lock:
            if base != self._opened:
                if self._source is not None:
                    self._source.close()
                self._opened, self._source, self._wrong = base, None, ""
                try:
                    self._source = open_source(base, self._key, self._directory, self._city)
                except TileError as error:
                    self._wrong = str(error)
                    log.error("no base map", reason=self._wrong)
            return self._source, self._wrong

    def _read(self, overlay: Overlay) -> tuple[bytes, str]:
        try:
            stat = overlay.file.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = (0, 0)
        with self._lock:
            kept = self._overlays.get(overlay.file)
            if kept is None or kept[0] != stamp:
                body, wrong = b"", ""
                try:
                    body = read_overlay(overlay.file)
                except OverlayError as error:
                    wrong = str(error)
                    log.error("overlay not shown", reason=wrong)
                kept = self._overlays[overlay.file] = (stamp, body, wrong)
            return kept[1], kept[2]


def tiles_router(ground: Ground) -> APIRouter:
    """``/map/setup.json``, ``/map/tiles/{z}/{x}/{y}`` and ``/map/overlay/{n}.geojson``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/map/setup.json")
    async def setup() -> JSONResponse:
        """The base map's kind, zooms and credit; the overlays with names, marks and URLs."""
        found = await run_in_threadpool(ground.setup)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    @routes.get("/map/tiles/{z}/{x}/{y}")
    async def tile(z: int, x: int, y: int) -> Response:
        """A tile's image; a transparent one if there is none, 502 if its server is unreachable."""
        try:
            found = await run_in_threadpool(ground.tile, z, x, y)
        except TileError:
            return problem(502, "no tile just now", headers=_FOR_30_S)
        if found is None:
            return Response(_CLEAR, media_type="image/png", headers=_FOR_A_DAY)
        return Response(found.body, media_type=found.type, headers=_FOR_A_DAY)

    @routes.get("/map/overlay/{number}.geojson")
    async def overlay(number: int) -> Response:
        """An overlay's geometry and names; 404 if there is no such overlay."""
        body = await run_in_threadpool(ground.overlay, number) if number >= 0 else None
        if body is None:
            return problem(404, "no such overlay", field="number")
        return Response(body, media_type="application/geo+json", headers=_FOR_A_DAY)

    return routes


#: the radius of a place of which only the centre is known
_RADIUS_M = 500
_M_PER_DEGREE = 111_320.0
_HEADERS = {"Cache-Control": "private, max-age=300"}

Bounds = list[list[float]]


class Atlas:
    """The places of a city pack, as the map shows them; each answer is made once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._outlines = {
            feature["properties"]["code"]: _box(feature["geometry"]["coordinates"])
            for feature in city.areas["features"]
        }
        self._made: dict[str, tuple[bytes, str]] = {}

    def place(self, code: str) -> tuple[bytes, str] | None:
        """The JSON of a place and its ETag; None if there is no such place."""
        if code and code not in self._city.places:
            return None
        if code not in self._made:
            body = msgspec.json.encode(self._entry(code))
            self._made[code] = body, f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        return self._made[code]

    def _entry(self, code: str) -> dict[str, Any]:
        city = self._city
        path = [one for one in city.path(code) if one] if code else []
        return {
            "code": code,
            "tier": city.places[code].tier if code else "",
            "path": [_shown(city.places[one]) for one in path],
            "bounds": self._bounds(code) or [list(corner) for corner in city.bounds],
            "children": [_shown(city.places[one]) for one in city.children.get(code, ())],
        }

    def _bounds(self, code: str) -> Bounds | None:
        """[[south, west], [north, east]] around all that is known inside a place, or None."""
        boxes = list(self._boxes(code))
        if not boxes and code:
            # a grid without a known centre: the bounds of the place around it will do
            return self._bounds(self._city.places[code].parent)
        if not boxes:
            return None
        south, west, north, east = zip(*boxes, strict=True)
        return [[min(south), min(west)], [max(north), max(east)]]

    def _boxes(self, code: str) -> Iterator[tuple[float, float, float, float]]:
        if code in self._outlines:
            yield self._outlines[code]
            return
        if code and (around := _around(self._city.places[code])) is not None:
            yield around
        for child in self._city.children.get(code, ()):
            yield from self._boxes(child)


def _shown(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "zh": place.zh,
        "en": place.en,
        "lat": place.lat,
        "lon": place.lon,
        "radius": place.radius_m,
        "households": place.households,
    }


def _around(place: Place) -> tuple[float, float, float, float] | None:
    """South, west, north, east of a place's centre and radius; None without a centre."""
    if place.lat is None or place.lon is None:
        return None
    radius = (place.radius_m or _RADIUS_M) / _M_PER_DEGREE
    # a degree of longitude is shorter: 1.5 is near enough for a view at 48° and below
    wide = radius * 1.5
    return place.lat - radius, place.lon - wide, place.lat + radius, place.lon + wide


def _box(coordinates: Any) -> tuple[float, float, float, float]:
    points = list(_points(coordinates))
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lats), min(lons), max(lats), max(lons)


def _points(coordinates: Any) -> Iterator[list[float]]:
    if isinstance(coordinates[0], (int, float)):
        yield coordinates
    else:
        for inner in coordinates:
            yield from _points(inner)


def places_router(city: City) -> APIRouter:
    """``GET /api/v1/places/{code}``; ``/api/v1/places/`` is the city itself."""
    atlas = Atlas(city)
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/places/{code:path}")
    async def place(code: str, request: Request) -> Response:
        """A place's path, bounds and children with centre, radius (m) and households.

        Has an ETag; 404 if there is no such place.
        """
        found = atlas.place(code)
        if found is None:
            return problem(404, "unknown place", "the city has no place with this code", "code")
        body, tag = found
        headers = {**_HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return routes


def files_router(city: City) -> APIRouter:
    """``/city/areas.geojson``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/city/areas.geojson", include_in_schema=False)
    async def areas() -> Response:
        """The city's outlines."""
        path, kind = city.directory / "areas.geojson", "application/geo+json"
        if path.is_file():
            return FileResponse(path, media_type=kind)
        return JSONResponse(dict(city.areas), media_type=kind)

    return routes
