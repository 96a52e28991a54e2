"""Prepare the Chifeng pack's places.csv.gz, once: counties, townships, communities, grids.

In: dashboard/config/cities/chifeng/areas.geojson (the counties) and tools/chifeng_names.py.
Out: one line a place with a code after GB/T 2260 (county 6 digits) + township 3 +
community 3 + grid 3, two names, a centre and a radius (down to communities), and the number
of households of each grid. County and township names are real or sound so; communities,
grids, centres and numbers are MADE UP, the same at every run. Nothing about a person.

    python tools/prepare_chifeng.py dashboard/config/cities/chifeng

Needs shapely and pypinyin (requirements-dev); the product itself needs neither.
"""

# ruff: noqa: T201 (a script for a terminal)

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import random
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import shapely
from chifeng_names import COUNTIES, NEIGHBOURHOODS, SEATS, VILLAGES
from pypinyin import lazy_pinyin
from shapely.geometry import Polygon, shape

SEED = 150400
KM = 111.32  # kilometres in a degree of latitude
KINDS = {
    "街道": ("Subdistrict", 1),
    "镇": ("Town", 101),
    "乡": ("Township", 201),
    "苏木": ("Sumu", 251),
}
URBAN = {"街道"}
COLUMNS = ["code", "parent", "tier", "zh", "en", "lat", "lon", "radius_m", "households"]
Row = list[str]


class Spot(NamedTuple):
    """A township's centre and reach."""

    lat: float
    lon: float
    radius_m: int


def roman(name: str) -> str:
    """Pinyin in one capitalised word."""
    return "".join(lazy_pinyin(name)).capitalize()


def kind_of(name: str) -> str:
    """The ending of a township's name, which names its kind."""
    return next(kind for kind in KINDS if name.endswith(kind))


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Flat-earth distance of two (lon, lat) points, good enough within a county."""
    east = (one[0] - other[0]) * math.cos(math.radians(one[1])) * KM
    return math.hypot(east, (one[1] - other[1]) * KM)


def spots(names: list[str], outline: Polygon, seat: tuple[float, float]) -> list[Spot]:
    """A centre for each township: subdistricts around the county seat, the rest spread out.

    Spread by best candidate: of 40 random points the one farthest from all so far. The
    radius reaches no neighbour's centre by half and never leaves the county.
    """
    rng = random.Random(f"{SEED}:{names[0]}")
    inner = outline.buffer(-0.02)
    west, south, east, north = outline.bounds
    points: list[tuple[float, float]] = []
    for name in names:
        best, farthest = seat, -1.0
        for _ in range(40):
            if kind_of(name) in URBAN:
                point = (seat[0] + rng.gauss(0, 0.035), seat[1] + rng.gauss(0, 0.025))
            else:
                point = (rng.uniform(west, east), rng.uniform(south, north))
            if not inner.contains(shapely.Point(point)):
                continue
            nearest = min((distance_km(point, p) for p in points), default=1.0)
            if nearest > farthest:
                best, farthest = point, nearest
        points.append(best)
    found = []
    for at in points:
        gap = min((distance_km(at, p) for p in points if p != at), default=20.0)
        edge = outline.exterior.distance(shapely.Point(at)) * KM * math.cos(math.radians(at[1]))
        reach = max(0.3, min(gap * 0.5, edge * 0.9, 12.0))
        found.append(Spot(round(at[1], 5), round(at[0], 5), int(reach * 1000)))
    return found


def communities(code: str, name: str, spot: Spot) -> list[Row]:
    """The communities (or villages) of a township and their grids."""
    rng = random.Random(f"{SEED}:{code}")
    urban = kind_of(name) in URBAN
    suffix, english = ("社区", "Community") if urban else ("村", "Village")
    if name.endswith("苏木"):
        suffix, english = "嘎查", "Gacha"
    words = rng.sample(NEIGHBOURHOODS if urban else VILLAGES, rng.randint(4, 8))
    rows: list[Row] = []
    for number, word in enumerate(words, start=1 if urban else 201):
        inside = f"{code}{number:03d}"
        # Within 0.7 of the radius, and at most 0.3 wide: a community stays in its township.
        away = 0.7 * math.sqrt(rng.random()) * spot.radius_m / 1000
        turn = rng.uniform(0, 2 * math.pi)
        lat = spot.lat + away * math.sin(turn) / KM
        lon = spot.lon + away * math.cos(turn) / KM / math.cos(math.radians(spot.lat))
        radius = int(spot.radius_m * 0.28)
        zh, en = f"{word}{suffix}", f"{roman(word)} {english}"
        where = [f"{lat:.5f}", f"{lon:.5f}", str(radius), ""]
        rows.append([inside, code, "community", zh, en, *where])
        for grid in range(1, rng.randint(3, 5) + 1):
            homes = rng.randint(220, 420) if urban else rng.randint(50, 180)
            zh, en = f"{word}{suffix}第{grid}网格", f"{roman(word)} Grid {grid}"
            rows.append([f"{inside}{grid:03d}", inside, "grid", zh, en, "", "", "", str(homes)])
    return rows


def prepare(areas: Path) -> list[Row]:
    """Every place, parents before children."""
    rows: list[Row] = []
    for feature in json.loads(areas.read_text("utf-8"))["features"]:
        known, outline = feature["properties"], shape(feature["geometry"])
        county = known["code"]
        lon, lat = known["label"]
        rows.append([county, "", "county", known["zh"], known["en"], str(lat), str(lon), "", ""])
        names = COUNTIES[county]
        used = {kind: first for kind, (_, first) in KINDS.items()}
        for name, spot in zip(names, spots(names, outline, SEATS[county]), strict=True):
            assert outline.contains(shapely.Point(spot.lon, spot.lat)), name
            kind = kind_of(name)
            code, used[kind] = f"{county}{used[kind]:03d}", used[kind] + 1
            en = f"{roman(name.removesuffix(kind))} {KINDS[kind][0]}"
            place = [f"{spot.lat:.5f}", f"{spot.lon:.5f}", str(spot.radius_m), ""]
            rows.append([code, county, "township", name, en, *place])
            rows.extend(communities(code, name, spot))
    return rows


def main(pack: str) -> None:
    """Write the file; no name and no time inside the gzip, so that equal rows are equal bytes."""
    rows = prepare(Path(pack) / "areas.geojson")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    target = Path(pack) / "places.csv.gz"
    target.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    counts = Counter(row[2] for row in rows)
    print(f"{target}: {dict(counts)}, {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
