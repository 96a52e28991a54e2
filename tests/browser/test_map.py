"""The map in a real browser: drill and back, clusters, a hand's pan, flights, base and overlays."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.core.fold.tiles import cell, cell_centre
from tests.unit.data_sources.maps.test_tiles import mbtiles

from .frames import LEVELS
from .harness import Fixture
from .test_wall_look import open_wall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

SIZE = (1366, 768)
#: whether the canvas would look the same if drawn again; edges may be smoothed differently
SAME = """
() => {
  const node = gridwall.map.leaflet.getPane("gwPoints").querySelector("canvas");
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [node.width, node.height];
  const pen = copy.getContext("2d", { willReadFrequently: true });
  const pixels = () => {
    pen.globalCompositeOperation = "copy";
    pen.drawImage(node, 0, 0);
    return pen.getImageData(0, 0, node.width, node.height).data;
  };
  const before = pixels();
  gridwall.points.whole();
  const after = pixels();
  let differ = 0;
  for (let i = 3; i < before.length; i += 4) if (Math.abs(before[i] - after[i]) > 96) differ += 1;
  return { differ, drawn: after.filter((n, i) => i % 4 === 3 && n > 0).length };
}
"""
VIEW = """
() => {
  const { leaflet } = gridwall.map;
  return { zoom: leaflet.getZoom(), lat: leaflet.getCenter().lat, lng: leaflet.getCenter().lng };
}
"""


@pytest.fixture
def served() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


@pytest.fixture
def page(browser: Browser, served: Fixture) -> Iterator[Page]:
    watched = open_wall(browser, served, "zh", SIZE)
    yield watched.page
    watched.context.close()
    assert watched.wrong == []


def cells(served: Fixture, events: int, zoom: int = 12) -> dict[str, list[float]]:
    rng = random.Random(5)
    (south, west), (north, east) = served.city.bounds
    out: dict[str, list[float]] = {}
    for _ in range(events):
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        x, y = cell(lon, lat, zoom)
        row = out.setdefault(f"{x}/{y}", [*cell_centre(x, y, zoom), 0, 0, 0, 0])
        row[2 + LEVELS.index(rng.choices(LEVELS, (66, 27, 6, 1))[0])] += 1
    return out


def spot(page: Page, code: str) -> tuple[float, float]:
    """Where a place is on the screen."""
    box = page.locator("#gw-map").bounding_box()
    assert box is not None
    at = page.evaluate(
        """(code) => {
          const { areas, leaflet } = gridwall.map;
          const one = areas.circles.get(code);
          const { label } = one === undefined ? areas.outlines.get(code) : {};
          return leaflet.latLngToContainerPoint(one ? [one.lat, one.lon] : [label[1], label[0]]);
        }""",
        code,
    )
    return box["x"] + at["x"], box["y"] + at["y"]


def crumbs(page: Page) -> Any:
    return expect(page.locator("#gw-crumbs .crumb"))


def test_down_by_mouse_and_key_and_back(page: Page, served: Fixture) -> None:
    county, zoom = "150421", page.evaluate(VIEW)["zoom"]
    towns = served.city.children[county]
    x, y = spot(page, county)
    # nothing moves before a hand does
    assert page.evaluate("gridwall.map.leaflet.dragging.enabled()") is False
    page.mouse.move(x - 30, y)
    page.mouse.move(x, y)
    assert page.evaluate("gridwall.map.leaflet.dragging.enabled()") is True
    page.mouse.click(x, y)
    crumbs(page).to_have_text(["全市", "阿鲁科尔沁旗"])
    expect(page.locator("#gw-map path.circle")).to_have_count(len(towns))
    expect(page.locator(".area-label.around")).to_have_count(len(towns))
    page.wait_for_timeout(400)
    assert page.evaluate(VIEW)["zoom"] > zoom + 0.4
    shades = page.locator("#gw-map path.circle").evaluate_all("p => p.map(n => n.dataset.shade)")
    assert len(set(shades)) > 2
    page.locator(f'#gw-map path.circle[aria-label^="{served.city.places[towns[0]].zh} "]').focus()
    page.keyboard.press("Enter")
    crumbs(page).to_have_text(["全市", "阿鲁科尔沁旗", served.city.places[towns[0]].zh])
    page.keyboard.press("Backspace")
    crumbs(page).to_have_count(2)
    page.locator("#gw-crumbs .crumb").first.click()
    expect(page.locator("#gw-crumbs")).to_be_hidden()
    expect(page.locator("#gw-map path.circle")).to_have_count(0)
    page.wait_for_timeout(400)
    assert page.evaluate(VIEW)["zoom"] == pytest.approx(zoom, abs=0.01)


def test_counts_are_bounded_and_a_changed_one_is_patched(page: Page, served: Fixture) -> None:
    many = cells(served, 50_000)
    served.show({"cells": many})
    page.wait_for_timeout(900)
    counted = "gridwall.map.marks.list.filter((one) => one.key.includes('/'))"
    look = f"() => ({{ n: {counted}.map((one) => one.n), hidden: gridwall.map.marks.hidden }})"
    found = page.evaluate(look)
    assert 20 < len(found["n"]) < 250
    assert sum(found["n"]) + found["hidden"] == 50_000
    key = next(iter(many))
    served.show({"cells": {key: [*many[key][:2], 5000, 0, 0, 0]}})
    page.wait_for_timeout(900)
    now = page.evaluate(look)
    assert sum(now["n"]) + now["hidden"] == 50_000 - sum(many[key][2:]) + 5000
    same = page.evaluate(SAME)
    assert same["drawn"] > 1000
    assert same["differ"] == 0
    # closer, the same cells make more marks
    page.evaluate("() => gridwall.map.leaflet.setZoom(gridwall.map.leaflet.getZoom() + 2)")
    page.wait_for_timeout(300)
    assert len(page.evaluate(look)["n"]) > 1.5 * len(now["n"])


def test_by_hand_and_by_flight(page: Page, served: Fixture) -> None:
    x, y = spot(page, "150426")
    before = page.evaluate(VIEW)
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(x + 13 * step, y - 7 * step)
    page.wait_for_timeout(100)
    same = page.evaluate(SAME)
    assert same["drawn"] > 1000
    assert same["differ"] == 0
    page.mouse.up()
    assert page.evaluate(VIEW)["lng"] < before["lng"]
    # one changed point in the dragged picture
    event = next(iter(served.state["points"]))
    served.show({"points": {event: [118.9, 42.9, "orange", 1_795_426_000_000]}})
    page.wait_for_timeout(1200)
    assert page.evaluate(SAME)["differ"] == 0
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    assert page.evaluate(VIEW)["zoom"] > before["zoom"]
    assert page.evaluate(SAME)["differ"] == 0
    page.evaluate("() => gridwall.map.home()")
    page.wait_for_timeout(1500)
    _flies(page, before)


def _flies(page: Page, before: dict[str, float]) -> None:
    took = page.evaluate(
        """async () => { const t = performance.now(); await gridwall.map.fly(42.26, 118.95);
           return performance.now() - t; }"""
    )
    there = page.evaluate(VIEW)
    assert there["lat"] == pytest.approx(42.26, abs=0.01)
    assert there["lng"] == pytest.approx(118.95, abs=0.01)
    assert there["zoom"] > before["zoom"] + 1
    assert took < 5000
    # overtaken flights end as well
    page.evaluate("async () => { gridwall.map.fly(44, 120); await gridwall.map.home(); }")
    page.wait_for_timeout(300)
    after = page.evaluate(VIEW)
    assert after["zoom"] == pytest.approx(before["zoom"], abs=0.01)
    assert after["lng"] == pytest.approx(before["lng"], abs=0.01)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("() => { gridwall.map.fly(42.26, 118.95); }")
    assert page.evaluate(VIEW)["lat"] == pytest.approx(42.26, abs=0.01)


def test_what_is_drawn_under_and_over(browser: Browser, tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": "<b>1</b>"},
        "geometry": {"type": "Point", "coordinates": [118.9, 42.3]},
    }
    (tmp_path / "h.geojson").write_text(json.dumps(feature))
    mbtiles(tmp_path / "m.mbtiles")
    (tmp_path / "scenes.toml").write_text(
        """
        [map]
        shade = "overdue"
        [map.base]
        kind = "mbtiles"
        file = "m.mbtiles"
        credit = "© Someone"
        [[overlay]]
        file = "h.geojson"
        name = { zh = "消火栓", en = "Hydrants" }
        mark = "square"
        """
    )
    with Fixture("chifeng", scenes=tmp_path / "scenes.toml") as served:
        watched = open_wall(browser, served, "en", SIZE, theme="light")
        page = watched.page
        expect(page.locator("#gw-overlays .overlay")).to_have_text(["Hydrants"])
        expect(page.locator("#gw-base-credit")).to_have_text("© Someone")
        expect(page.locator("#gw-ramp-way")).to_have_text("Handling overdue")
        tile = page.locator("#gw-map .base-tiles img.leaflet-tile-loaded").first
        expect(tile).to_be_attached()
        assert tile.evaluate("(img) => img.naturalWidth") == 1
        assert page.locator("#gw-map b:has-text('1')").count() == 0
        assert watched.wrong == []
        watched.context.close()


def test_a_wall_screen_has_no_hand_and_heat_no_shades(browser: Browser, served: Fixture) -> None:
    watched = open_wall(browser, served, "zh", SIZE, heat="1", device="hall")
    page = watched.page
    expect(page.locator(".by-heat")).to_be_visible()
    expect(page.locator(".by-area")).to_be_hidden()
    painted = """() => {
      const node = gridwall.map.leaflet.getPane("gwHeat").querySelector("canvas");
      const { data } = node.getContext("2d").getImageData(0, 0, node.width, node.height);
      return data.filter((n, i) => i % 4 === 3 && n > 60).length;
    }"""
    assert page.evaluate(painted) > 2000
    shades = page.locator("#gw-map path.area").evaluate_all("p => p.map(n => n.dataset.shade)")
    assert set(shades) == {"0"}
    x, y = spot(page, "150421")
    page.mouse.move(x - 30, y)
    page.mouse.click(x, y)
    page.keyboard.press("Backspace")
    page.wait_for_timeout(300)
    assert page.evaluate("gridwall.map.leaflet.dragging.enabled()") is False
    expect(page.locator("#gw-crumbs")).to_be_hidden()
    watched.context.close()
