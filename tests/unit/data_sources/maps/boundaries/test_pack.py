"""Boundary files become a pack that loads: nested, without gaps, and points find their place."""

import csv
import json
import os
from pathlib import Path

import pytest
import shapely

from dashboard.config import cities
from dashboard.config.mappings import full_mapping
from data_sources.intake.cityfile.mapped import CaseReader
from data_sources.maps.boundaries.cells import cells
from data_sources.maps.boundaries.columns import choose
from data_sources.maps.boundaries.errors import BoundaryError
from data_sources.maps.boundaries.files import read_layer
from data_sources.maps.boundaries.nesting import areas_of, nest
from data_sources.maps.boundaries.pack import new_city, write_places
from data_sources.maps.located import locator, place_names
from tests.support.processes import run
from tests.unit.data_sources.maps.boundaries.made import QUARTERS, WARDS, geojson

SHARED = Path(__file__).resolve().parents[6] / "shared" / "data" / "cities" / "boundaries"


def _pack(folder: Path, levels: list, drawn: int = 1) -> cities.City:
    text = new_city(folder.name, "小城", "Town", "Asia/Shanghai", levels, drawn, "")
    write_places(folder, levels, drawn)
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return cities.load(folder.name, folder.parent)


def _levels(tmp_path: Path) -> list:
    files = [
        geojson(tmp_path / "q.geojson", QUARTERS),
        geojson(tmp_path / "w.geojson", WARDS),
    ]
    layers = [read_layer(file) for file in files]
    return nest([areas_of(layer, choose(layer)) for layer in layers])


def test_the_narrow_ones_are_in_the_wide_ones_whatever_the_order(tmp_path: Path) -> None:
    wide, narrow = _levels(tmp_path)
    assert [area.code for area in wide.areas] == ["1", "2"]
    assert {area.code: area.parent for area in narrow.areas} == {
        "101": "1", "102": "1", "201": "2", "202": "2",
    }  # fmt: skip
    assert narrow.notes == []


def test_the_drawn_outlines_are_slim_and_leave_no_gap(tmp_path: Path) -> None:
    levels = _levels(tmp_path)
    city = _pack(tmp_path / "town", levels)
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in city.areas["features"]]
    exact = [area.shape for area in levels[1].areas]
    assert shapely.coverage_is_valid(shapes)
    corners = sum(map(shapely.get_num_coordinates, shapes))
    assert corners < sum(map(shapely.get_num_coordinates, exact)) / 2
    whole = shapely.union_all(shapes)
    assert len(whole.interiors) == 0
    assert whole.symmetric_difference(shapely.union_all(exact)).area < whole.area / 1000
    for place in city.places.values():
        shape = next(a.shape for level in levels for a in level.areas if a.code == place.code)
        reach = shapely.Point(place.lon, place.lat).distance(shape.boundary) * 111_320
        assert 0 < place.radius_m < reach


def test_a_point_has_the_narrowest_place_and_none_outside(tmp_path: Path) -> None:
    city = _pack(tmp_path / "town", _levels(tmp_path), drawn=0)
    found = locator(city)
    assert found is not None
    assert found.place(42.05, 119.05) == ("1", "101")
    assert found.place(42.15, 119.15) == ("2", "202")
    assert found.place(42.5, 119.05) == ()
    assert place_names(city)["east gate"] == "101"


def test_a_code_of_two_levels_gets_a_letter(tmp_path: Path) -> None:
    same = {str(n): row for n, row in enumerate(QUARTERS.values(), 1)}
    layers = [
        read_layer(geojson(tmp_path / "q.geojson", same)),
        read_layer(geojson(tmp_path / "w.geojson", WARDS)),
    ]
    _, narrow = nest([areas_of(layer, choose(layer)) for layer in layers])
    assert [area.code for area in narrow.areas] == ["b-1", "b-2", "b-3", "b-4"]


def test_one_code_with_two_names_is_asked_about(tmp_path: Path) -> None:
    layer = read_layer(geojson(tmp_path / "q.geojson", QUARTERS))
    layer.columns["code"][1] = "101"
    with pytest.raises(BoundaryError, match="'101' is that of '东关' and of '西关'"):
        areas_of(layer, choose(layer, code="code"))


def test_cells_hold_the_points_and_are_as_wide_as_said(tmp_path: Path) -> None:
    points = [(42.0 + n % 20 * 0.01, 119.0 + n // 20 * 0.01) for n in range(400)]
    level = cells(points, 2000)
    city = _pack(tmp_path / "grid", [level], drawn=0)
    found = locator(city)
    assert found is not None
    placed = sum(bool(found.place(*point)) for point in points)
    assert placed >= 0.95 * len(points)
    west, south, east, north = level.areas[0].shape.bounds
    assert (north - south) * 111_320 == pytest.approx(2000, rel=0.001)
    assert (east - west) * 111_320 * 0.7423 == pytest.approx(2000, rel=0.01)
    with pytest.raises(BoundaryError, match="at most 3000"):
        cells([(n % 100 * 0.1, n // 100 * 0.1) for n in range(10_000)], 50)


def test_the_commands_make_check_show_and_list_a_city(tmp_path: Path) -> None:
    packs, data = tmp_path / "packs", tmp_path / "data"
    env = {"GRIDWALL_CITIES": str(packs), "GRIDWALL_DATA_DIR": str(data)}
    files = [
        part
        for name, rows in (("q.geojson", QUARTERS), ("w.geojson", WARDS))
        for part in ("--areas", str(geojson(tmp_path / name, rows)))
    ]
    made = run("city", "new", "town", *files, "--zh-name", "小城", "--draw", "2", **env)
    assert made.returncode == 0, made.stderr
    assert "code code, zh name, en name_en" in made.stdout
    assert "county 2, township 4" in made.stdout
    assert "4 outlines; Asia/Shanghai" in made.stdout
    again = run("city", "new", "town", *files, **env)
    assert again.returncode == 2
    shown = run("city", "show", "town", "--json", **env)
    assert json.loads(shown.stdout.splitlines()[2])["parent"] == "1"
    file = packs / "town" / "city.toml"
    text = file.read_text()
    file.write_text(text.replace('level = "blue"', 'levle = "blue"') + "\n[plases]\nx = 1\n")
    wrong = run("city", "check", "town", **env)
    assert wrong.returncode == 1
    line = next(n for n, row in enumerate(file.read_text().splitlines(), 1) if "levle" in row)
    assert f"city.toml:{line}: categories.request.levle" in wrong.stderr
    assert 'did you mean "level"?' in wrong.stderr
    assert 'did you mean "places"?' in wrong.stderr
    file.write_text(
        text.replace("Asia/Shanghai", "Asia/Nowhere").replace('t = "centre"', 't = "center"')
    )
    wrong = run("city", "check", "town", **env)
    assert "not an IANA time zone" in wrong.stderr
    assert "no such department" in wrong.stderr
    file.write_text(text.replace('level = "blue"', 'levle = "blue"'))
    listed = run("city", "list", "--json", **env)
    rows = {row["id"]: row for row in map(json.loads, listed.stdout.splitlines())}
    assert rows["chifeng"]["zh"] == "赤峰市"
    assert "did you mean" in rows["town"]["wrong"]


def test_packs_are_found_in_every_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one/a", "two/b", "data/cities/c"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "city.toml").write_text("")
    both = os.pathsep.join((str(tmp_path / "one"), str(tmp_path / "two")))
    monkeypatch.setenv("GRIDWALL_CITIES", both)
    monkeypatch.setenv("GRIDWALL_DATA_DIR", str(tmp_path / "data"))
    assert set(cities.available()) == {"a", "b", "c", "boston", "chifeng", "la"}
    assert cities.own_folder() == tmp_path / "one"


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs real boundary files")
def test_real_wards_and_neighbourhoods(tmp_path: Path) -> None:
    files = [SHARED / f"winnipeg_{name}.geojson" for name in ("neighbourhoods", "wards")]
    layers = [read_layer(file) for file in files]
    levels = nest([areas_of(layer, choose(layer)) for layer in layers])
    _pack(tmp_path / "winnipeg", levels, drawn=0)
    rows = list(csv.DictReader((tmp_path / "winnipeg" / "places.csv").open()))
    # against the files themselves, by shapely alone
    read = [json.loads(file.read_text())["features"] for file in files]
    small = {f["properties"]["id"]: f["geometry"] for f in read[0]}
    wide = {f["properties"]["number"]: _valid(f["geometry"]) for f in read[1]}
    parents = {r["code"].removeprefix("b-"): r["parent"] for r in rows if r["tier"] == "township"}
    assert parents.keys() == small.keys()
    for code, geometry in small.items():
        shape = _valid(geometry)
        best = max(wide, key=lambda ward: wide[ward].intersection(shape).area)
        assert parents[code] == best


def _valid(geometry: dict) -> shapely.Geometry:
    return shapely.make_valid(shapely.from_geojson(json.dumps(geometry)))


def test_a_row_gets_the_place_it_names_or_that_of_its_position(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    rows = ["id,opened,category,ward,latitude,longitude"]
    rows += [
        "1,2026-03-02 10:00:00,Litter,,42.05,119.05",
        "2,2026-03-02 11:00:00,Litter,new town,42.05,119.05",
        "3,2026-03-02 12:00:00,Litter,,42.25,119.05",
        "4,2026-03-13 12:00:00,Litter,,,",
    ]
    file.write_text("\n".join(rows) + "\n")
    city = _pack(tmp_path / "town", _levels(tmp_path), drawn=0)
    written = tmp_path / "mapping.toml"
    written.write_text(
        'id = "id"\nzone = "Asia/Shanghai"\n[opened]\ncolumn = "opened"\n'
        '[category]\ncolumn = "category"\n[place]\ncounty = "ward"\n'
        '[position]\nlat = "latitude"\nlon = "longitude"\n',
    )
    reader = CaseReader(full_mapping(written), city)
    cases = [reader.case(row, row["id"]) for row in csv.DictReader(file.open())]
    assert [case.place[:2] for case in cases] == [("1", "101"), ("2",), ("",) * 2, ("",) * 2]
    outside = [any("outside every outline" in note for note in case.notes) for case in cases]
    assert outside == [False, False, True, False]
