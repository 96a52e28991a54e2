"""Small boundary files of a made-up town, in each kind of file: two wards, four quarters."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

#: the south-west corner of the town: in Inner Mongolia, on land in every reading
WEST, SOUTH = 119.0, 42.0
SIDE = 0.1


def quarter(column: int, row: int) -> shapely.Polygon:
    """A square with a wavy line between it and its neighbours, in many small steps."""
    steps = np.linspace(0, SIDE, 60)
    wave = np.sin(steps / SIDE * 6 * np.pi) * 0.00002
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = west + SIDE, south + SIDE
    below = [(west + s, south + w) for s, w in zip(steps, wave, strict=True)]
    above = [(west + s, north + w) for s, w in zip(steps, wave, strict=True)][::-1]
    left = [(west + w, north - s) for s, w in zip(steps, wave[::-1], strict=True)]
    right = [(east + w, south + s) for s, w in zip(steps, wave, strict=True)]
    return shapely.Polygon([*below, *right[1:-1], *above, *left[1:-1]]).buffer(0)


QUARTERS = {
    "101": ("东关", "East Gate", quarter(0, 0)),
    "102": ("西关", "West Gate", quarter(0, 1)),
    "201": ("南关", "South Gate", quarter(1, 0)),
    "202": ("北关", "North Gate", quarter(1, 1)),
}
WARDS = {
    "1": ("旧城", "Old Town", shapely.union(quarter(0, 0), quarter(0, 1))),
    "2": ("新城", "New Town", shapely.union(quarter(1, 0), quarter(1, 1))),
}


def geojson(file: Path, rows: dict, moved=None) -> Path:
    """Write rows as GeoJSON; ``moved`` changes the coordinates."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": zh, "name_en": en},
            "geometry": json.loads(
                shapely.to_geojson(shape if moved is None else shapely.transform(shape, moved))
            ),
        }
        for code, (zh, en, shape) in rows.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def written(file: Path, rows: dict, driver: str, crs: str = "EPSG:4326", **more) -> Path:
    """Write rows by GDAL in a system."""
    import pyproj

    there = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    shapes = [
        shapely.transform(s, lambda p: np.column_stack(there.transform(p[:, 0], p[:, 1])))
        for _, _, s in rows.values()
    ]
    columns = {
        "code": np.array(list(rows), dtype=object),
        "name": np.array([zh for zh, _, _ in rows.values()], dtype=object),
        "name_en": np.array([en for _, en, _ in rows.values()], dtype=object),
    }
    pyogrio.raw.write(
        file, np.array(shapely.to_wkb(shapes)), list(columns.values()), list(columns),
        driver=driver, geometry_type="Polygon", crs=crs, **more,
    )  # fmt: skip
    return file


def zipped(file: Path) -> Path:
    """The parts of a Shapefile in one zip, without the note of its encoding."""
    packed = file.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as out:
        for part in file.parent.glob(f"{file.stem}.*"):
            if part.suffix not in (".cpg", ".zip"):
                out.write(part, part.name)
    return packed


def topojson(file: Path) -> Path:
    """Two squares with one arc in common, quantised."""
    scale, there = [0.0001, 0.0001], [WEST, SOUTH]
    arcs = [
        [[1000, 0], [0, 1000]],
        [[1000, 1000], [-1000, 0], [0, -1000], [1000, 0]],
        [[1000, 0], [1000, 0], [0, 1000], [-1000, 0]],
    ]
    squares = [
        {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "w", "name": "西"}},
        {"type": "Polygon", "arcs": [[2, -1]], "properties": {"code": "e", "name": "东"}},
    ]
    whole = {
        "type": "Topology",
        "transform": {"scale": scale, "translate": there},
        "objects": {"towns": {"type": "GeometryCollection", "geometries": squares}},
        "arcs": arcs,
    }
    file.write_text(json.dumps(whole))
    return file
