"""Writes the places of a city into its pack: places.csv, outlines to draw and to locate by.

``outlines.geojson`` has every place as exact as the file it came from; ``areas.geojson`` has those
of one level, simplified for screens without a gap between neighbours.
"""

from __future__ import annotations

import csv
import io
import os
from math import cos, radians
from pathlib import Path
from typing import Any

import msgspec
import tomlkit

from dashboard.config.cities import TIERS
from data_sources.maps.boundaries.cells import DEGREE_M
from data_sources.maps.boundaries.files import DECIMALS
from data_sources.maps.boundaries.nesting import Area, Level

PLACES, AREAS, OUTLINES = "places.csv", "areas.geojson", "outlines.geojson"
#: of the city's larger side, a line may be off by so much on screens: half a pixel of 1080
_OFF = 1 / 2000
#: a level with fewer places shows little on a map; of one with more each is too small
_FEWEST, _MOST = 5, 400


def drawn_level(levels: list[Level]) -> int:
    """Which level the map draws: the widest one with at least five places."""
    fit = [n for n, level in enumerate(levels) if _FEWEST <= len(level.areas) <= _MOST]
    return fit[0] if fit else len(levels) - 1


def write_places(folder: Path, levels: list[Level], drawn: int) -> None:
    """Write the places of all levels and the outlines; the pack's old ones are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    marks = {area.code: _mark(area.shape) for level in levels for area in level.areas}
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("code", "parent", "tier", "zh", "en", "lat", "lon", "radius_m"))
    for tier, level in zip(TIERS, levels, strict=False):
        for area in level.areas:
            lon, lat, radius = marks[area.code]
            rows.writerow((area.code, area.parent, tier, area.zh, area.en, lat, lon, radius))
    _replace(folder / PLACES, table.getvalue().encode())
    every = [
        _feature(area, area.shape, marks[area.code]) for level in levels for area in level.areas
    ]
    _replace(folder / OUTLINES, _collection(every))
    areas = levels[drawn].areas
    slim = simplified([area.shape for area in areas])
    shown = [_feature(a, s, marks[a.code]) for a, s in zip(areas, slim, strict=True)]
    _replace(folder / AREAS, _collection(shown))


def simplified(shapes: list[Any]) -> list[Any]:
    """The shapes with fewer corners; neighbours keep the line between them in common."""
    import shapely

    west, south, east, north = shapely.total_bounds(shapes)
    off = max(east - west, north - south) * _OFF
    slim = shapely.coverage_simplify(shapes, off)
    return [shapely.transform(one, lambda points: points.round(DECIMALS)) for one in slim]


def bounds_of(levels: list[Level]) -> list[list[float]]:
    """[[south, west], [north, east]] around all places."""
    import shapely

    shapes = [area.shape for level in levels for area in level.areas]
    west, south, east, north = (float(one) for one in shapely.total_bounds(shapes))
    high, wide = (north - south) * 0.02, (east - west) * 0.02
    return [
        [round(max(south - high, -90.0), 4), round(max(west - wide, -180.0), 4)],
        [round(min(north + high, 90.0), 4), round(min(east + wide, 180.0), 4)],
    ]


def new_city(
    name: str, zh: str, en: str, zone: str, levels: list[Level], drawn: int, credit: str
) -> str:
    """A commented ``city.toml`` with a department and a category to begin with."""
    doc = tomlkit.document()

    def say(*lines: str) -> None:
        doc.add(tomlkit.nl())
        for line in lines:
            doc.add(tomlkit.comment(line))

    doc.add(tomlkit.comment("由 gridwall city new 写成，请修改；改后用 gridwall city check 检查"))
    doc.add(
        tomlkit.comment("Written by gridwall city new: change it, then run gridwall city check")
    )
    say("名称与大屏标题 the city's names, and the words at the top of the wall")
    doc.add("id", name)
    doc.add("zh", zh)
    doc.add("en", en)
    doc.add("title_zh", f"{zh} 运行大屏")
    doc.add("title_en", f"{en} wall")
    say("时区；日历：cn（含调休）或 weekdays the zone; the calendar: cn, or weekdays (Mon to Fri)")
    doc.add("zone", zone)
    doc.add("calendar", "cn" if zone in ("Asia/Shanghai", "Asia/Urumqi") else "weekdays")
    say("数据是否模拟（大屏会注明） whether events are made up (the wall says so)")
    doc.add("simulated", False)
    say("部门能否自行结案 whether a department closes what is with it")
    doc.add("department_closes", True)
    say("地图画哪一级；初始范围 which tier the map draws; what it shows at first")
    doc.add("area_tier", TIERS[drawn])
    doc.add("bounds", bounds_of(levels))
    doc.add("credit_zh", credit)
    doc.add("credit_en", credit)
    say("部门：代码 = 名称 departments: code = names, short enough for a wall")
    departments = tomlkit.table()
    departments.add("centre", _inline(zh="指挥中心", en="Centre"))
    doc.add("departments", departments)
    say("类别 → 级别 red orange yellow blue，及负责部门 categories: level, and the department")
    categories = tomlkit.table()
    categories.add("request", _inline(zh="诉求", en="Request", level="blue", department="centre"))
    doc.add("categories", categories)
    say(
        f"地点在 {PLACES}，画的边界在 {AREAS}，定位的边界在 {OUTLINES}",
        f"places are in {PLACES}, drawn outlines in {AREAS}, exact ones in {OUTLINES}",
    )
    return tomlkit.dumps(doc)


def replace_places(text: str, levels: list[Level], drawn: int) -> str:
    """A ``city.toml`` whose places are those of the boundaries; all else is left as it is."""
    doc = tomlkit.parse(text)
    doc.pop("places", None)
    doc["area_tier"] = TIERS[drawn]
    doc["bounds"] = bounds_of(levels)
    return tomlkit.dumps(doc)


def _inline(**values: str) -> Any:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _mark(shape: Any) -> tuple[float, float, int]:
    """A point well within a place (longitude, latitude) and a radius in m that stays within it."""
    import shapely

    part = max(shapely.get_parts(shape), key=lambda one: one.area)
    west, south, east, north = part.bounds
    line = shapely.maximum_inscribed_circle(part, max(east - west, north - south) / 100)
    (lon, lat), (edge_lon, edge_lat) = line.coords[0], line.coords[-1]
    radius = ((edge_lon - lon) ** 2 + (edge_lat - lat) ** 2) ** 0.5 * DEGREE_M
    return round(lon, 5), round(lat, 5), int(radius * cos(radians(lat)))


def _feature(area: Area, shape: Any, mark: tuple[float, float, int]) -> dict[str, Any]:
    import shapely

    known = {"code": area.code, "zh": area.zh, "en": area.en, "label": mark[:2]}
    drawn = msgspec.json.decode(shapely.to_geojson(shape))
    return {"type": "Feature", "properties": known, "geometry": drawn}


def _collection(features: list[dict[str, Any]]) -> bytes:
    lines = b",\n".join(msgspec.json.encode(one) for one in features)
    return b'{"type":"FeatureCollection","features":[\n' + lines + b"\n]}\n"


def _replace(file: Path, data: bytes) -> None:
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(data)
    os.replace(new, file)
