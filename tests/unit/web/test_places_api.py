"""Where the places are: path, bounds and children, kept by ETag."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dashboard.config.cities import load
from dashboard.web.api.map import places_router


def client(city: str) -> TestClient:
    app = FastAPI()
    app.include_router(places_router(load(city)))
    return TestClient(app)


def test_down_the_tree_of_chifeng() -> None:
    web, city = client("chifeng"), load("chifeng")
    top = web.get("/api/v1/places/").json()
    assert (top["code"], top["path"], len(top["children"])) == ("", [], 12)
    county = web.get("/api/v1/places/150402").json()
    town = county["children"][0]
    assert [one["code"] for one in county["children"]] == list(city.children["150402"])
    assert town.keys() == {"code", "zh", "en", "lat", "lon", "radius", "households"}
    (south, west), (north, east) = county["bounds"]
    assert all(
        south < one["lat"] < north and west < one["lon"] < east for one in county["children"]
    )
    below = web.get(f"/api/v1/places/{town['code']}").json()
    assert [one["code"] for one in below["path"]] == ["150402", town["code"]]
    (s, w), (n, e) = below["bounds"]
    assert 0 < n - s < 0.1
    assert s < town["lat"] < n
    assert w < town["lon"] < e
    # a grid's centre is not known: its community's view is shown
    community = below["children"][0]["code"]
    grid = city.children[community][0]
    found = web.get(f"/api/v1/places/{grid}").json()
    assert found["bounds"] == web.get(f"/api/v1/places/{community}").json()["bounds"]
    assert len(found["path"]) == 4


def test_bounds_come_from_the_outlines_below() -> None:
    web = client("la")
    county = web.get("/api/v1/places/harbor").json()
    boxes = [web.get(f"/api/v1/places/{c['code']}").json()["bounds"] for c in county["children"]]
    assert county["bounds"][0] == [min(b[0][0] for b in boxes), min(b[0][1] for b in boxes)]
    assert county["bounds"][1] == [max(b[1][0] for b in boxes), max(b[1][1] for b in boxes)]


@pytest.mark.parametrize("city", ["la", "boston"])
def test_etag_and_unknown(city: str) -> None:
    web = client(city)
    first = web.get("/api/v1/places/")
    again = web.get("/api/v1/places/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert web.get("/api/v1/places/nowhere").status_code == 404
