"""Where a row's cells say that something is: latitude and longitude by any way of writing. Pure.

In: a pair of cells, or one cell with both ("39.3, -76.6", WKT, GeoJSON or Socrata's location, also
as Python prints it). Out: degrees, WGS 84, or None for what is no place: blank, (0, 0), a value off
the earth. Swiss coordinates (LV95, EPSG:2056) are recognised by their range, which no other system
shares with two columns of metres, and turned by swisstopo's own formulas, right to a metre. All
other plane coordinates are left out.
"""

from __future__ import annotations

import re
from collections import Counter

#: "lat, lon" in a cell, with or without brackets; a comma between figures is a decimal comma if
#: the pair is parted by something else
_PAIR = re.compile(
    r"[(\[]?\s*(-?\d{1,3}(?:[.]\d+)?)\s*[°]?\s*[,;/\s|]\s*(-?\d{1,3}(?:[.]\d+)?)\s*[°]?\s*[)\]]?"
)
_COMMA_PAIR = re.compile(r"[(\[]?\s*(-?\d{1,3},\d+)\s*[;/\s|]\s*(-?\d{1,3},\d+)\s*[)\]]?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WKT = re.compile(r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*(-?[\d.]+)[\s,]+(-?[\d.]+)[^)]*\)", re.I)
_GEOJSON = re.compile(
    r"""["']coordinates["']\s*:\s*\[\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)"""
)
_POINT = re.compile(r"""["']type["']\s*:\s*["']Point["']""", re.I)
_NAMED = re.compile(
    r"""["'](lat|latitude|lon|lng|long|longitude)["']\s*:\s*["']?(-?\d+(?:\.\d+)?)""", re.I
)
_INSIDE = re.compile(r"\(\s*(-?\d{1,2}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)\s*\)\s*$")

Point = tuple[float, float]


def degrees(cell: str) -> float | None:
    """The number of a cell, with a point or a comma before its decimals; None for no number."""
    cell = cell.strip().replace("−", "-")
    if "," in cell and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if value == value and abs(value) < 1e9 else None


def on_earth(lat: float | None, lon: float | None) -> Point | None:
    """The pair if it is a place: not blank, not (0, 0), not off the earth."""
    if lat is None or lon is None or (abs(lat) < 1e-6 and abs(lon) < 1e-6):
        return None
    if not (-90 < lat < 90 and -180 <= lon <= 180) or lat == 0 or lon == 0:
        return None
    return lat, lon


def swiss(east: float, north: float) -> Point | None:
    """Degrees of Swiss plane coordinates; None outside of Switzerland.

    Source: swisstopo, "Approximate formulas for the transformation between Swiss projection
    coordinates and WGS 84".
    """
    if 480_000 <= east <= 840_000 and 70_000 <= north <= 300_000:  # LV03, without the first digit
        east, north = east + 2_000_000, north + 1_000_000
    if not (2_480_000 <= east <= 2_840_000 and 1_070_000 <= north <= 1_300_000):
        return None
    y, x = (east - 2_600_000) / 1e6, (north - 1_200_000) / 1e6
    lon = 2.6779094 + 4.728982 * y + 0.791484 * y * x + 0.1306 * y * x * x - 0.0436 * y**3
    lat = (
        16.9023892 + 3.238272 * x - 0.270978 * y * y - 0.002528 * x * x
        - 0.0447 * y * y * x - 0.0140 * x**3
    )  # fmt: skip
    return lat * 100 / 36, lon * 100 / 36


def of_text(cell: str, lon_first: bool = False) -> Point | None:
    """The place that one cell writes; None for none.

    ``lon_first`` is about a bare pair: WKT and GeoJSON always have the longitude first.
    """
    cell = cell.strip()
    if not cell:
        return None
    found = _PAIR.fullmatch(cell) or _COMMA_PAIR.fullmatch(cell)
    if found is not None:
        first, second = degrees(found[1]), degrees(found[2])
        return on_earth(second, first) if lon_first else on_earth(first, second)
    found = _WKT.match(cell) or (_GEOJSON.search(cell) if _POINT.search(cell) else None)
    if found is not None:
        first, second = degrees(found[1]), degrees(found[2])
        if first is not None and second is not None and (turned := swiss(first, second)):
            return turned
        return on_earth(second, first)
    named = {name.lower()[:2]: degrees(value) for name, value in _NAMED.findall(cell)}
    if named:
        return on_earth(named.get("la"), named.get("lo", named.get("ln")))
    inside = _INSIDE.search(cell)
    return on_earth(degrees(inside[1]), degrees(inside[2])) if inside else None


def numbers_of(cell: str) -> tuple[float, float] | None:
    """The first two numbers of a cell; None for fewer."""
    found = _NUMBER.findall(cell)
    return (float(found[0]), float(found[1])) if len(found) > 1 else None


def of_pair(first: str, second: str) -> Point | None:
    """The place of a latitude and a longitude in two cells; LV95 counts, other planes do not."""
    lat, lon = degrees(first), degrees(second)
    if lat is None or lon is None:
        return None
    if abs(lat) > 400 or abs(lon) > 400:
        return swiss(lon, lat) or swiss(lat, lon)
    return on_earth(lat, lon)


class Pairs:
    """What the pairs of two columns show: how many are places, and which stand for none."""

    def __init__(self) -> None:
        self.cells = self.places = self.beyond = 0
        #: pairs of whole degrees, and how often
        self.whole: Counter[Point] = Counter()

    def see(self, point: Point | None, given: bool) -> None:
        """Count one pair; ``given``: its cells are not blank."""
        self.cells += given
        if point is None:
            return
        self.places += 1
        if point[0] == int(point[0]) and point[1] == int(point[1]) and len(self.whole) < 1000:
            self.whole[point] += 1

    @property
    def stand_ins(self) -> frozenset[Point]:
        """Pairs of whole degrees among others with decimals: written for 'unknown'."""
        few = sum(self.whole.values()) < 0.9 * self.places
        return frozenset(self.whole) if few else frozenset()
