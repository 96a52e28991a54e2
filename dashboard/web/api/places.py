"""What lies in a place, for the map: outlines come as GeoJSON, the rest is centres and reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from dashboard.config.cities import City, Place

#: how far a place reaches of which only the centre is known
_REACH_M = 500
_M_PER_DEGREE = 111_320.0
_HEADERS = {"Cache-Control": "private, max-age=300"}

Bounds = list[list[float]]


class Atlas:
    """The places of a city pack as the map asks for them; answers are made once."""

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
            body = msgspec.json.encode(self._told(code))
            self._made[code] = body, f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        return self._made[code]

    def _told(self, code: str) -> dict[str, Any]:
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
        """[[south, west], [north, east]] about all that is known to lie in a place."""
        boxes = list(self._boxes(code))
        if not boxes and code:
            # a grid whose centre nobody has noted: what it lies in is near enough
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
    """South, west, north, east of a centre and its reach."""
    if place.lat is None or place.lon is None:
        return None
    reach = (place.radius_m or _REACH_M) / _M_PER_DEGREE
    # at the latitudes where people live two thirds of it is near enough for a view
    wide = reach * 1.5
    return place.lat - reach, place.lon - wide, place.lat + reach, place.lon + wide


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
    routes = APIRouter()

    @routes.get("/api/v1/places/{code:path}")
    async def place(code: str, request: Request) -> Response:
        """A place's path, bounds and children with centre, reach (m) and households.

        Kept by its ETag; 404 if there is no such place.
        """
        found = atlas.place(code)
        if found is None:
            return JSONResponse({"error": "unknown place", "code": code}, 404)
        body, tag = found
        headers = {**_HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return routes
