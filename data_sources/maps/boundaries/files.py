"""Reads a boundary file into shapes in WGS 84, valid ones, with what was mended on the way.

In: a GeoJSON, TopoJSON, Shapefile (.shp or .zip) or GeoPackage file. Out: a :class:`Layer`.
GCJ-02 and BD-09 cannot be recognised: they must be named.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from data_sources.maps.boundaries.errors import BoundaryError, require

SHIFTED = ("GCJ02", "BD09")
_SYSTEM = re.compile(r"WGS84|GCJ02|BD09|EPSG:\d{4,6}")
_POLYGONS = ("Polygon", "MultiPolygon")
#: decimals of a degree that are kept: a decimetre
DECIMALS = 6


@dataclass
class Layer:
    """The shapes of one file and the columns next to them."""

    file: Path
    columns: dict[str, list[str]]
    #: shapely polygons in WGS 84, longitude first
    shapes: list[Any]
    #: what it was in before
    system: str
    #: what was noticed and done, in both languages
    notes: list[str] = field(default_factory=list)


def read_layer(file: Path, system: str = "", zone: str = "") -> Layer:
    """The polygons of a file in WGS 84; ``system`` replaces the system that the file names.

    ``zone`` helps to notice that latitude and longitude are swapped. Raises: `BoundaryError`.
    """
    require()
    if system and not _SYSTEM.fullmatch(system):
        raise BoundaryError(f"{system!r}: expected WGS84, GCJ02, BD09 or EPSG: with a number")
    meta, shapes, values = _raw(file)
    names = [str(name) for name in meta["fields"]]
    columns = {
        name: [_plain(v) for v in column] for name, column in zip(names, values, strict=True)
    }
    layer = Layer(file, columns, shapes, system or str(meta["crs"] or "WGS84"))
    _only_polygons(layer)
    _to_wgs84(layer)
    _unswap(layer, zone)
    _valid(layer)
    return layer


def _raw(file: Path) -> tuple[dict[str, Any], list[Any], Any]:
    import pyogrio.errors
    import pyogrio.raw
    import shapely

    wrong = ""
    for encoding in _encodings(file):
        try:
            meta, _, shapes, values = pyogrio.raw.read(file, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
            wrong = str(error)
            break
        if not len(shapes):
            raise BoundaryError(f"{file}: no shapes in it")
        return meta, list(shapely.from_wkb(shapes, on_invalid="fix")), values
    reason = wrong or "its texts are neither UTF-8 nor GB18030"
    raise BoundaryError(f"{file}: cannot be read: {reason}")


def _encodings(file: Path) -> tuple[str | None, ...]:
    """What to try: a Shapefile often does not say; GDAL would take Latin-1 then, in silence."""
    if file.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(file) as packed:
                inside = [name.lower() for name in packed.namelist()]
        except (OSError, zipfile.BadZipFile) as error:
            raise BoundaryError(f"{file}: cannot be read: {error}") from error
        named = any(name.endswith(".cpg") for name in inside)
        return (None,) if named else ("UTF-8", "GB18030")
    if file.suffix.lower() != ".shp":
        return (None,)
    named = any(file.with_suffix(end).exists() for end in (".cpg", ".CPG"))
    return (None,) if named else ("UTF-8", "GB18030")


def _plain(value: Any) -> str:
    """A cell as text; a whole number has no decimals."""
    if value is None or not isinstance(value, str | int | float | np.generic):
        return ""
    if isinstance(value, float) and isnan(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _keep(layer: Layer, kept: list[int]) -> None:
    layer.shapes = [layer.shapes[n] for n in kept]
    layer.columns = {name: [cells[n] for n in kept] for name, cells in layer.columns.items()}


def only(layer: Layer, column: str, value: str) -> None:
    """Keep the rows that have this value. Raises: `BoundaryError` if there are none."""
    if column not in layer.columns:
        known = ", ".join(layer.columns)
        raise BoundaryError(f"{layer.file}: no column {column!r}; there are {known}")
    kept = [n for n, cell in enumerate(layer.columns[column]) if cell == value]
    if not kept:
        raise BoundaryError(f"{layer.file}: no row has {column}={value}")
    _keep(layer, kept)


def _only_polygons(layer: Layer) -> None:
    shapes = layer.shapes
    kept = [n for n, s in enumerate(shapes) if s is not None and s.geom_type in _POLYGONS]
    if left := len(shapes) - len(kept):
        layer.notes.append(f"{left} 行没有面，未用 rows without an area are left out")
    if not kept:
        raise BoundaryError(f"{layer.file}: no areas in it")
    _keep(layer, kept)


def _to_wgs84(layer: Layer) -> None:
    import pyproj
    import shapely
    from pyproj.exceptions import CRSError

    if layer.system in SHIFTED:
        layer.shapes = [shapely.transform(one, _unshift(layer.system)) for one in layer.shapes]
        return
    name = "EPSG:4326" if layer.system in ("WGS84", "OGC:CRS84") else layer.system
    try:
        there = pyproj.Transformer.from_crs(name, "EPSG:4326", always_xy=True)
    except CRSError as error:
        raise BoundaryError(f"{layer.file}: unknown coordinate system {layer.system!r}") from error
    if there.source_crs is not None and there.source_crs.equals("EPSG:4326"):
        return

    def moved(points: Any) -> Any:
        return np.column_stack(there.transform(points[:, 0], points[:, 1]))

    layer.shapes = [shapely.transform(one, moved) for one in layer.shapes]


def _unshift(system: str) -> Any:
    import prcoords

    back = prcoords.gcj_wgs_bored if system == "GCJ02" else prcoords.bd_wgs_bored

    def moved(points: Any) -> Any:
        found = (back(prcoords.Coords(float(lat), float(lon))) for lon, lat in points)
        return np.array([(lon, lat) for lat, lon in found]).reshape(-1, 2)

    return moved


def _unswap(layer: Layer, zone: str) -> None:
    """Turn latitude and longitude about where they are evidently swapped."""
    import shapely

    west, south, east, north = (float(one) for one in shapely.total_bounds(layer.shapes))
    swapped = max(abs(south), abs(north)) > 90 >= max(abs(west), abs(east))
    if not swapped:
        if max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180:
            raise BoundaryError(
                f"{layer.file}: coordinates such as {west:.6g}, {south:.6g} are no degrees; "
                "name their system: --system EPSG:…"
            )
        swapped = _elsewhere((west + east) / 2, (south + north) / 2, zone)
    if swapped:
        layer.shapes = [shapely.transform(one, lambda p: p[:, ::-1]) for one in layer.shapes]
        layer.notes.append("经纬度颠倒，已换回 latitude and longitude were swapped; turned about")


def _elsewhere(lon: float, lat: float, zone: str) -> bool:
    """Whether a place is at sea, or not in the zone, and the swapped one is on land or in it."""
    from tzfpy import get_tz

    if abs(lon) > 90:
        return False
    here, there = str(get_tz(lon, lat) or ""), str(get_tz(lat, lon) or "")
    if zone:
        return here != zone and there == zone
    return here.startswith("Etc/") and bool(there) and not there.startswith("Etc/")


def _valid(layer: Layer) -> None:
    import shapely

    layer.shapes = [
        shapely.transform(shapely.force_2d(one), lambda points: points.round(DECIMALS))
        for one in layer.shapes
    ]
    mended = 0
    for number, one in enumerate(layer.shapes):
        if not one.is_valid:
            layer.shapes[number] = polygons(shapely.make_valid(one))
            mended += 1
    if mended:
        layer.notes.append(f"{mended} 个面自相交，已修复 areas were not valid and are mended")


def polygons(shape: Any) -> Any:
    """The areas of a shape, without the lines and points that mending may leave."""
    import shapely

    if shape.geom_type in _POLYGONS:
        return shape
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in _POLYGONS]
    return shapely.union_all(parts) if parts else shapely.MultiPolygon()
