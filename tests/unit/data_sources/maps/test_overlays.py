"""A site's overlays: geometry and names go out, and nothing else; faults are reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.config.scenes.model import Base, Overlay
from data_sources.maps import overlays
from data_sources.maps.overlays import OverlayError, read_overlay
from tests.unit.data_sources.maps.test_tiles import client


def file(path: Path, *features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def feature(kind: str, at: Any, **about: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": about,
        "geometry": {"type": kind, "coordinates": at},
    }


def test_only_geometry_and_names_go_out(tmp_path: Path) -> None:
    made = file(
        tmp_path / "h.geojson",
        feature("Point", [118.956789123, 42.2, 600.5], name="<b>No. 1</b>", phone="139"),
        feature("LineString", [[118.9, 42.2], [118.95, 42.25]], name=7),
        {"type": "Feature", "properties": None, "geometry": None},
    )
    web = client(tmp_path, Base(), Overlay(file=made, name={"en": "Hydrants"}, mark="square"))
    overlay = web.get("/map/setup.json").json()["overlays"][0]
    assert {k: overlay[k] for k in ("name", "mark", "scenes", "bad")} == {
        "name": {"en": "Hydrants"}, "mark": "square", "scenes": None, "bad": False,
    }  # fmt: skip
    answer = web.get(overlay["url"])
    point, line = answer.json()["features"]
    assert point["properties"] == {"name": "<b>No. 1</b>"}
    assert point["geometry"]["coordinates"] == [118.95679, 42.2]
    assert line["properties"] == {"name": ""}
    assert "139" not in answer.text
    assert web.get("/map/overlay/1.geojson").status_code == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ('{"type": "Topology"}', "not GeoJSON"),
        (json.dumps(feature("Circle", [1, 2])), "unknown geometry 'Circle'"),
        (json.dumps(feature("Point", [42.2])), "expected \\[longitude, latitude\\]"),
        (json.dumps(feature("Point", [580_000, 4_600_000])), "WGS 84"),
        (json.dumps(feature("LineString", [1, 2])), "expected a list"),
    ],
)
def test_what_is_wrong_is_reported(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(content)
    with pytest.raises(OverlayError, match=reason):
        read_overlay(path)


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = file(tmp_path / "m.geojson", *[feature("Point", [1, 2])] * 5001)
    with pytest.raises(OverlayError, match="5001 features"):
        read_overlay(made)
    with pytest.raises(OverlayError, match="No such file"):
        read_overlay(tmp_path / "none")
    monkeypatch.setattr(overlays, "MAX_BYTES", 100)
    with pytest.raises(OverlayError, match="larger than"):
        read_overlay(made)
    web = client(tmp_path, Base(), Overlay(file=made, name={}))
    assert web.get("/map/setup.json").json()["overlays"][0]["bad"] is True
    assert web.get("/map/overlay/0.geojson").status_code == 404
