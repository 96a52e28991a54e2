"""A site's own places for the map: a GeoJSON file, checked and cut down to what is drawn.

Only outlines and a name are passed on, whatever else the file has about a place, such as who lives
there. Limits protect a wall's browser; an error is one line that names the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dashboard.errors import GridwallError

#: limits of a file: bytes, features, positions; and characters of a name
MAX_BYTES = 20_000_000
MAX_FEATURES = 5_000
MAX_POSITIONS = 100_000
MAX_NAME = 60
#: how deep a type's coordinates are nested
_DEPTH = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
#: decimal places of a coordinate; about a metre
_DIGITS = 5


class OverlayError(GridwallError):
    """An overlay's file can't be drawn; the text names the file and the reason."""


def read_overlay(path: Path) -> bytes:
    """The file as GeoJSON with nothing but geometry and ``name``.

    Raises: `OverlayError`.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise OverlayError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        data = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise OverlayError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise OverlayError(f"{path}: not JSON: {error}") from error
    features = list(_features(path, data))
    if len(features) > MAX_FEATURES:
        raise OverlayError(f"{path}: {len(features)} features, at most {MAX_FEATURES} can be drawn")
    out, positions = [], 0
    for number, feature in enumerate(features):
        shape, name = feature
        for one in _simple(path, number, shape):
            kind, coordinates = one["type"], one.get("coordinates")
            rounded, n = _rounded(path, number, coordinates, _DEPTH[kind])
            positions += n
            out.append(
                {
                    "type": "Feature",
                    "properties": {"name": name},
                    "geometry": {"type": kind, "coordinates": rounded},
                }
            )
    if positions > MAX_POSITIONS:
        raise OverlayError(
            f"{path}: {positions} positions, at most {MAX_POSITIONS} can be drawn; simplify it"
        )
    return msgspec.json.encode({"type": "FeatureCollection", "features": out})


def _features(path: Path, data: Any) -> Iterator[tuple[Any, str]]:
    """Each geometry with its name."""
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        for feature in data["features"]:
            yield from _features(path, feature)
    elif kind == "Feature":
        about = data.get("properties")
        name = about.get("name") if isinstance(about, dict) else None
        yield data.get("geometry"), name.strip()[:MAX_NAME] if isinstance(name, str) else ""
    elif kind in _DEPTH or kind == "GeometryCollection":
        yield data, ""
    else:
        raise OverlayError(f"{path}: not GeoJSON: type {kind!r}")


def _simple(path: Path, number: int, shape: Any) -> Iterator[dict[str, Any]]:
    """The geometry, or those of a collection; none for a feature without a geometry."""
    if shape is None:
        return
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind == "GeometryCollection" and isinstance(shape.get("geometries"), list):
        for one in shape["geometries"]:
            yield from _simple(path, number, one)
    elif kind in _DEPTH:
        yield shape
    else:
        raise OverlayError(f"{path}: features[{number}]: unknown geometry {kind!r}")


def _rounded(path: Path, number: int, at: Any, depth: int) -> tuple[list[Any], int]:
    """The rounded coordinates without heights, and the number of positions."""
    wrong = f"{path}: features[{number}]: coordinates"
    if not isinstance(at, list):
        raise OverlayError(f"{wrong}: expected a list")
    if depth > 0:
        below = [_rounded(path, number, one, depth - 1) for one in at]
        return [one for one, _ in below], sum(n for _, n in below)
    if len(at) < 2 or not all(type(n) in (int, float) for n in at[:2]):
        raise OverlayError(f"{wrong}: expected [longitude, latitude], got {at!r:.60}")
    lon, lat = at[0], at[1]
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise OverlayError(
            f"{wrong}: {lon}, {lat} is no longitude and latitude; export the file in WGS 84"
        )
    return [round(lon, _DIGITS), round(lat, _DIGITS)], 1
