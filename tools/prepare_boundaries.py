"""Prepare a city pack's areas.geojson from published boundaries, once, by hand.

In: a GeoJSON file of polygons (Los Angeles' neighborhood councils, or Chifeng's counties).
Out: the same areas with shared borders kept, simplified to a few thousand vertices,
WGS 84, five decimals, each with a code, two names and a label point inside it.

    python tools/prepare_boundaries.py la FILE dashboard/config/cities/la/areas.geojson
    python tools/prepare_boundaries.py chifeng FILE dashboard/config/cities/chifeng/areas.geojson

Needs shapely >= 2.2 and prcoords (requirements-dev); the product itself needs neither.
"""

# ruff: noqa: T201 (a script for a terminal)

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import prcoords
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

#: councils whose published name is no name to read from 8 m
LA_SHORT = {
    "21": "Greater Valley Glen",
    "22": "NoHo West",
    "24": "NoHo",
    "48": "LA-32",
    "54": "MacArthur Park",
    "60": "P.I.C.O.",
    "74": "United Neighborhoods",
    "77": "Empowerment North",
    "79": "Empowerment West",
    "81": "Empowerment Central",
    "84": "Empowerment Southwest",
    "86": "CANNDU",
    "87": "Empowerment Southeast",
    "109": "Voices of 90037",
}
CHIFENG_EN = {
    "150402": "Hongshan District",
    "150403": "Yuanbaoshan District",
    "150404": "Songshan District",
    "150421": "Ar Horqin Banner",
    "150422": "Bairin Left Banner",
    "150423": "Bairin Right Banner",
    "150424": "Linxi County",
    "150425": "Hexigten Banner",
    "150426": "Ongniud Banner",
    "150428": "Harqin Banner",
    "150429": "Ningcheng County",
    "150430": "Aohan Banner",
}
#: simplification tolerance in degrees (the root of the smallest triangle kept), by city:
#: about 50 m for a city drawn at street scale, about 1 km for 90,000 km² on one screen
TOLERANCE = {"la": 0.0005, "chifeng": 0.01}
#: slivers between neighbours narrower than this are digitising noise, not land
SLIVER = 0.0003
LONGEST_NAME = 28


def la_name(code: str, name: str) -> str:
    """WILSHIRE CENTER - KOREATOWN NC -> Wilshire Center – Koreatown."""
    if code in LA_SHORT:
        return LA_SHORT[code]
    bare = re.sub(r"^NC |\s+(NC|NDC|CC|CDC)$", "", name.strip())
    # Each word of letters, so that the part after a hyphen or a slash is capital too.
    titled = re.sub(r"[A-Za-z]+", lambda word: word[0].capitalize(), bare)
    return titled.replace(" - ", " – ").replace(" Of ", " of ")


def polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The valid polygonal part of a geometry that may cross itself."""
    parts = shapely.get_parts(shapely.make_valid(geometry))
    return shapely.union_all([p for p in parts if p.geom_type.endswith("Polygon")])


def to_wgs84(geometry: BaseGeometry) -> BaseGeometry:
    """GCJ-02 -> WGS 84, vertex by vertex, by the library's iterative inverse."""

    def point(lon: float, lat: float) -> tuple[float, float]:
        there = prcoords.gcj_wgs_bored((lat, lon))
        return there.lon, there.lat

    return shapely.transform(geometry, lambda xy: [point(float(x), float(y)) for x, y in xy])


def label_point(geometry: BaseGeometry) -> list[float]:
    """The middle of the largest circle that fits in: inside, and with room for text."""
    middle = shapely.maximum_inscribed_circle(geometry).coords[0]
    point = shapely.Point(round(middle[0], 5), round(middle[1], 5))
    if not geometry.contains(point):
        point = geometry.representative_point()
    return [round(point.x, 5), round(point.y, 5)]


def read(city: str, source: Path) -> list[tuple[str, str, str, BaseGeometry]]:
    """(code, zh, en, geometry) of every area, in the order of the codes."""
    rows = []
    for feature in json.loads(source.read_text("utf-8"))["features"]:
        known, geometry = feature["properties"], polygons(shape(feature["geometry"]))
        if city == "la":
            name = la_name(known["nc_id"], known["name"])
            rows.append((known["nc_id"], name, name, geometry))
        else:
            code = str(known["adcode"])
            rows.append((code, known["name"], CHIFENG_EN[code], polygons(to_wgs84(geometry))))
    return sorted(rows, key=lambda row: int(row[0]))


def prepare(city: str, source: Path) -> dict[str, Any]:
    """The finished feature collection."""
    rows = read(city, source)
    # Published borders overlap and gape by metres; a coverage has each border once,
    # so that simplifying moves it for both neighbours alike. A few councils share a whole
    # quarter: the smaller one gets it, as the larger one misses it less.
    whole = shapely.coverage_clean(
        [row[3] for row in rows], gap_width=SLIVER, merge_strategy="min_area"
    )
    simple = shapely.coverage_simplify(whole, TOLERANCE[city])
    features = []
    for (code, zh, en, before), geometry in zip(rows, simple, strict=True):
        geometry = shapely.make_valid(shapely.set_precision(geometry, 1e-5))
        if len(en) > LONGEST_NAME or abs(geometry.area / before.area - 1) > 0.1:
            print(f"look at {code} {en!r}: area {geometry.area / before.area:.3f} of before")
        text = json.dumps(mapping(geometry))
        outline = json.loads(text, parse_float=lambda number: round(float(number), 5))
        properties = {"code": code, "zh": zh, "en": en, "label": label_point(geometry)}
        features.append({"type": "Feature", "properties": properties, "geometry": outline})
    return {"type": "FeatureCollection", "features": features}


def main(city: str, source: str, target: str) -> None:
    """Write the file, one feature a line so that a change reads well in a diff."""
    features = prepare(city, Path(source))["features"]
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    Path(target).write_text(text, "utf-8")
    print(f"{target}: {len(lines)} areas, {len(text.encode()) // 1024} KB")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in TOLERANCE:
        sys.exit(__doc__)
    main(*sys.argv[1:])
