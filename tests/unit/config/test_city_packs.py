"""The packs that ship: complete, consistent, small, and without personal data."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from dashboard.config import cities
from dashboard.config.cities import TIERS
from dashboard.config.reading import ConfigError
from dashboard.core.model.actions import Level

PACKS = cities.available(cities.folders()[0])


def inside(point: list[float], rings: list[list[list[float]]]) -> bool:
    """Even–odd rule over all rings of a polygon."""
    lon, lat = point
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def rings(geometry: dict) -> list:
    """All rings of a Polygon or MultiPolygon."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        return polygons
    return [ring for polygon in polygons for ring in polygon]


def test_the_packs_are_there() -> None:
    assert PACKS == ("boston", "chifeng", "la")


@pytest.mark.parametrize("city_id", PACKS)
def test_every_name_fits_a_wall(city_id: str) -> None:
    city = cities.load(city_id)
    for named in (*city.departments.values(), *city.categories.values()):
        assert 0 < len(named.zh) <= 8, named
        assert 0 < len(named.en) <= 22, named
    for place in city.places.values():
        assert place.zh, place
        assert 0 < len(place.en) <= 32, place


@pytest.mark.parametrize("city_id", PACKS)
def test_outlines_have_labels_inside_and_places(city_id: str) -> None:
    city = cities.load(city_id)
    (south, west), (north, east) = city.bounds
    for feature in city.areas["features"]:
        known = feature["properties"]
        lon, lat = known["label"]
        assert inside(known["label"], rings(feature["geometry"])), known
        assert south <= lat <= north, known
        assert west <= lon <= east, known
        assert len(known["en"]) <= 28, known
        assert city.places[known["code"]].zh == known["zh"]


@pytest.mark.parametrize("city_id", PACKS)
def test_files_stay_small(city_id: str) -> None:
    for file in cities.load(city_id).directory.iterdir():
        limit = 300 if file.name.startswith("sample") else 250
        assert file.stat().st_size <= limit * 1024, file


def test_los_angeles() -> None:
    city = cities.load("la")
    assert len(city.areas["features"]) == 99
    assert city.place_name("55", "en") == "Wilshire Center – Koreatown"
    assert city.path("55") == ("central", "", "", "55")
    assert city.place_name("north-valley", "zh") == "北谷区"
    assert city.department_name("BOS", "zh") == "市政卫生局"
    assert {category.level for category in city.categories.values()} == {
        Level.BLUE,
        Level.YELLOW,
        Level.ORANGE,
    }
    assert not city.simulated


def test_chifeng_is_a_tree_with_coded_ancestors() -> None:
    city = cities.load("chifeng")
    counts = {tier: sum(p.tier == tier for p in city.places.values()) for tier in TIERS}
    assert counts == {"county": 12, "township": 170, "community": 1047, "grid": 4162}
    lengths = dict(zip(TIERS, (6, 9, 12, 15), strict=True))
    for place in city.places.values():
        assert len(place.code) == lengths[place.tier]
        assert place.code.startswith(place.parent)
        assert (place.households is not None) == (place.tier == "grid")
    assert city.simulated
    assert {c.level for c in city.categories.values()} == set(Level)


def test_chifeng_townships_lie_in_their_counties() -> None:
    city = cities.load("chifeng")
    outlines = {f["properties"]["code"]: rings(f["geometry"]) for f in city.areas["features"]}
    for place in city.places.values():
        if place.tier in ("township", "community"):
            assert place.lat is not None
            assert place.lon is not None
            assert inside([place.lon, place.lat], outlines[place.code[:6]]), place


def test_an_unknown_code_is_its_own_name() -> None:
    city = cities.load("la")
    assert city.department_name("XYZ", "zh") == "XYZ"
    assert city.category_name("new-thing", "en") == "new-thing"
    assert city.place_name("999", "en") == "999"
    assert city.path("999") == ()


def test_a_city_is_read_once() -> None:
    assert cities.load("la") is cities.load("la")


GOOD = """
id = "x"
zh = "甲"
en = "X"
title_zh = "甲"
title_en = "X"
zone = "Asia/Shanghai"
calendar = "cn"
simulated = false
area_tier = "grid"
bounds = [[1, 2], [3, 4]]
[departments]
A = { zh = "甲", en = "A" }
[categories]
c = { zh = "丙", en = "C", level = "red", department = "A" }
"""


def pack(tmp_path: Path, text: str, **files: str) -> Path:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "city.toml").write_text(text, "utf-8")
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, "utf-8")
    return tmp_path


def test_a_small_pack(tmp_path: Path) -> None:
    city = cities.load("x", pack(tmp_path, GOOD))
    assert city.areas["features"] == []
    assert city.categories["c"].level is Level.RED


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('zone = "Asia/Shanghai"', 'zone = "Mars/Dome"', "zone='Mars/Dome'"),
        ('zone = "Asia/Shanghai"', "", "zone=None"),
        ('calendar = "cn"', 'calendar = "moon"', "calendar='moon'"),
        ("[[1, 2], [3, 4]]", "[[3, 2], [1, 4]]", "bounds="),
        ('level = "red"', 'level = "purple"', "categories.c.level='purple'"),
        ('department = "A"', 'department = "B"', "categories.c.department='B'"),
        ('en = "A"', "en = 3", "departments.A.en=3"),
        (
            "simulated = false",
            'simulated = false\nmayor = "?"',
            "mayor='?': unknown; known are id, zh, en",
        ),
        (
            'level = "red"',
            'level = "red", boss = "?"',
            "categories.c.boss='?': unknown; known are code, zh",
        ),
        ("[departments]", "[departments", "not TOML: Expected ']'"),
    ],
)
def test_a_wrong_pack_is_refused_with_file_key_and_value(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        cities.load("x", pack(tmp_path, GOOD.replace(old, new)))
    assert message in str(raised.value)
    assert "city.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("g1,nowhere,grid,格,G", "places.g1.parent='nowhere'"),
        ("g1,,grid,格,G\ng1,,grid,格,G", "places.csv:3: code='g1'"),
        ("g1,,street,格,G", "places.csv:2: tier='street'"),
        ("g1,,grid,格,", "places.csv:2: en=None"),
    ],
)
def test_wrong_places(tmp_path: Path, rows: str, message: str) -> None:
    packs = pack(tmp_path, GOOD, places_csv=f"code,parent,tier,zh,en\n{rows}\n")
    with pytest.raises(ConfigError) as raised:
        cities.load("x", packs)
    assert message in str(raised.value)


def test_an_outline_without_a_place(tmp_path: Path) -> None:
    feature = {"properties": {"code": "7", "zh": "", "en": "", "label": [0, 0]}}
    areas = json.dumps({"type": "FeatureCollection", "features": [feature]})
    with pytest.raises(ConfigError) as raised:
        cities.load("x", pack(tmp_path, GOOD, areas_geojson=areas))
    assert "code='7': no place of tier grid" in str(raised.value)


@pytest.mark.parametrize("name", ["nowhere", "../la", ""])
def test_an_unknown_city(name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        cities.load(name)
    assert repr(name) in str(raised.value)
