"""Boundary files of every kind are the same places in the end, and say what was mended."""

from pathlib import Path

import numpy as np
import prcoords
import pytest
import shapely

from data_sources.maps.boundaries.columns import choose
from data_sources.maps.boundaries.errors import BoundaryError
from data_sources.maps.boundaries.files import only, read_layer
from tests.unit.data_sources.maps.boundaries.made import (
    QUARTERS,
    geojson,
    topojson,
    written,
    zipped,
)


def _same(layer) -> None:
    assert layer.columns["code"] == list(QUARTERS)
    assert layer.columns["name"] == [zh for zh, _, _ in QUARTERS.values()]
    for found, (_, _, wanted) in zip(layer.shapes, QUARTERS.values(), strict=True):
        assert found.symmetric_difference(wanted).area < wanted.area * 1e-4


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:4527"])
def test_a_geopackage_in_any_system(tmp_path: Path, crs: str) -> None:
    layer = read_layer(written(tmp_path / "a.gpkg", QUARTERS, "GPKG", crs))
    _same(layer)
    assert layer.notes == []


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_a_shapefile_that_does_not_say_its_encoding(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path / "a.shp", QUARTERS, "ESRI Shapefile", encoding=encoding)
    _same(read_layer(zipped(file)))
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    _same(read_layer(file))


def test_a_topojson_file(tmp_path: Path) -> None:
    layer = read_layer(topojson(tmp_path / "towns.json"))
    west, east = layer.shapes
    assert (west.bounds, east.bounds) == ((119.0, 42.0, 119.1, 42.1), (119.1, 42.0, 119.2, 42.1))
    assert shapely.coverage_is_valid(layer.shapes)


@pytest.mark.parametrize(("system", "name"), [("GCJ02", "wgs_gcj"), ("BD09", "wgs_bd")])
def test_the_shifted_systems_are_set_back(tmp_path: Path, system: str, name: str) -> None:
    def shift(points):
        moved = (getattr(prcoords, name)(prcoords.Coords(lat, lon)) for lon, lat in points)
        return np.array([(lon, lat) for lat, lon in moved])

    file = geojson(tmp_path / "a.json", QUARTERS, shift)
    _same(read_layer(file, system))
    # never guessed: as WGS 84 they are some hundred metres off
    off = read_layer(file).shapes[0].centroid.distance(QUARTERS["101"][2].centroid)
    assert 0.002 < off < 0.02


def test_swapped_coordinates_are_noticed(tmp_path: Path) -> None:
    layer = read_layer(geojson(tmp_path / "a.geojson", QUARTERS, lambda p: p[:, ::-1]))
    _same(layer)
    assert "swapped" in layer.notes[0]


def test_swapped_coordinates_below_ninety_are_told_by_the_zone(tmp_path: Path) -> None:
    def to_konstanz(points):
        return points[:, ::-1] - np.array([42.0 - 47.66, 119.0 - 9.17])

    file = geojson(tmp_path / "a.geojson", QUARTERS, to_konstanz)
    west = read_layer(file, zone="Europe/Berlin").shapes[0].bounds[0]
    assert west == pytest.approx(9.17, abs=0.001)


def test_metres_without_a_system_are_asked_for(tmp_path: Path) -> None:
    file = geojson(tmp_path / "a.geojson", QUARTERS, lambda p: p * 10_000)
    with pytest.raises(BoundaryError, match="--system EPSG"):
        read_layer(file)


def test_an_area_that_crosses_itself_is_mended(tmp_path: Path) -> None:
    bow = shapely.Polygon([(119, 42), (119.1, 42.1), (119.1, 42), (119, 42.1)])
    layer = read_layer(geojson(tmp_path / "a.geojson", {"1": ("结", "Bow", bow)}))
    assert layer.shapes[0].is_valid
    assert layer.shapes[0].area == pytest.approx(0.005)
    assert "not valid" in layer.notes[0]


def test_columns_are_guessed_and_overridden(tmp_path: Path) -> None:
    layer = read_layer(geojson(tmp_path / "a.geojson", QUARTERS))
    found = choose(layer)
    assert (found.code, found.zh, found.en) == ("code", "name", "name_en")
    assert choose(layer, zh="name_en").zh == "name_en"
    with pytest.raises(BoundaryError, match="no column 'nam'; there are code, name, name_en"):
        choose(layer, code="nam")
    only(layer, "name", "北关")
    assert layer.columns["code"] == ["202"]


def test_what_is_no_boundary_file_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.geojson"
    file.write_text("code,name\n1,x\n")
    with pytest.raises(BoundaryError, match="cannot be read"):
        read_layer(file)
    file.write_text('{"type":"FeatureCollection","features":[]}')
    with pytest.raises(BoundaryError, match="no shapes"):
        read_layer(file)
