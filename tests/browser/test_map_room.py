"""No name, number or mark of the map covers another, at any size of wall, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .faults import settled
from .frames import LEVELS
from .harness import Fixture
from .test_map import cells
from .test_wall_look import GO, LANGUAGES, open_wall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SIZES = ((1920, 1080), (3840, 2160), (7680, 4320), (1080, 1920))
#: [what, left, top, right, bottom] of names and numbers, the crumbs, and of what is painted on the
#: points' canvas; CSS px of the screen
THINGS = """
() => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const out = [];
  const add = (what, box) => out.push([what, box.left, box.top, box.right, box.bottom]);
  for (const node of document.querySelectorAll(".gw-map .area-label")) {
    if (!seen(node)) continue;
    add(node.textContent, node.getBoundingClientRect());
  }
  const crumbs = document.getElementById("gw-crumbs");
  if (!crumbs.hidden) add("crumbs", crumbs.getBoundingClientRect());
  const corner = document.getElementById("gw-map").getBoundingClientRect();
  gridwall.map.marks.boxes().forEach(({ x, y, w, h }, i) => {
    const left = corner.left + x, top = corner.top + y;
    add("mark " + gridwall.map.marks.list[i].key, { left, top, right: left + w, bottom: top + h });
  });
  return out;
}
"""
#: painted pixels of the points' canvas that are in none of the boxes marks say they have
STRAY = """
() => {
  const node = gridwall.map.leaflet.getPane("gwPoints").querySelector("canvas");
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [node.width, node.height];
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen.drawImage(node, 0, 0);
  const drawn = () => {
    const { data } = pen.getImageData(0, 0, node.width, node.height);
    let n = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 24) n += 1;
    return n;
  };
  const all = drawn();
  const ratio = devicePixelRatio;
  for (const { x, y, w, h } of gridwall.map.marks.boxes()) {
    pen.clearRect(Math.floor(x * ratio), Math.floor(y * ratio),
      Math.ceil(w * ratio) + 1, Math.ceil(h * ratio) + 1);
  }
  return [all, drawn()];
}
"""
EDGES = """
() => {
  const { left, top, right, bottom } = document.getElementById("gw-map").getBoundingClientRect();
  return [left, top, right, bottom];
}
"""
EVENTS = "() => gridwall.map.marks.list.reduce((n, one) => n + one.n, gridwall.map.marks.hidden)"


def covered(page: Page) -> list[str]:
    """Pairs of things of which one reaches into the other."""
    things = page.evaluate(THINGS)
    assert len(things) > 8
    return [
        f"{a[0]} / {b[0]}"
        for n, a in enumerate(things)
        for b in things[:n]
        if a[1] + 0.1 < b[3] and b[1] + 0.1 < a[3] and a[2] + 0.1 < b[4] and b[2] + 0.1 < a[4]
    ]


def cut(page: Page) -> list[str]:
    """Things with their middle on the map that reach over its edge."""
    left, top, right, bottom = page.evaluate(EDGES)
    found = []
    for what, x0, y0, x1, y1 in page.evaluate(THINGS):
        middle = left < (x0 + x1) / 2 < right and top < (y0 + y1) / 2 < bottom
        over = x0 < left - 0.5 or y0 < top - 0.5 or x1 > right + 0.5 or y1 > bottom + 0.5
        if middle and over:
            found.append(f"{what} at {[x0, y0, x1, y1]} of {[left, top, right, bottom]}")
    return found


def look(page: Page, size: tuple[int, int], scene: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(GO, scene)
    settled(page)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("city", ["chifeng", "la"])
def test_nothing_covers_another(browser: Browser, city: str, lang: str) -> None:
    with Fixture(city) as served:
        watched = open_wall(browser, served, lang, SIZES[0])
        page = watched.page
        served.show({"points": at_the_edges(served)})
        page.wait_for_timeout(1200)
        points = served.state["points"]
        for size in SIZES:
            scene = "map" if size[0] > 4000 else "overview"
            look(page, size, scene)
            assert covered(page) == [], (size, scene)
            assert cut(page) == [], (size, scene)
            assert page.evaluate(EVENTS) == len(points)
            if size[0] < 2000:
                painted, stray = page.evaluate(STRAY)
                assert painted > 1000
                assert stray == 0, size
        # red events are all there, and what has come and gone keeps that so
        reds = "() => gridwall.map.marks.list.reduce((n, one) => n + one.levels[3], 0)"
        assert page.evaluate(reds) == sum(1 for one in points.values() if one[2] == "red")
        ids = list(points)
        served.show({"points": {**dict.fromkeys(ids[:150]), **_moved(points, ids[150:300])}})
        page.wait_for_timeout(1200)
        assert covered(page) == []
        assert page.evaluate(EVENTS) == len(points) - 150
        assert page.evaluate(STRAY)[1] == 0
        served.show({"cells": cells(served, 20_000)})
        page.wait_for_timeout(1200)
        assert covered(page) == []
        # the largest sums come first: what finds no room is a few events
        assert page.evaluate("() => gridwall.map.marks.hidden") < 200
        assert page.evaluate(STRAY)[1] == 0
        watched.context.close()
        assert watched.wrong == []


def at_the_edges(served: Fixture) -> dict[str, Any]:
    """Events as far east, west, north and south as they can be."""
    (south, west), (north, east) = served.city.bounds
    corners = [(west, south), (east, south), (east, north), (west, north)]
    ends = [*corners, (east, (south + north) / 2), (west, (south + north) / 2)]
    return {
        f"edge{n}-{more}": [lon, lat, LEVELS[n % 4], 1_795_426_328_500]
        for n, (lon, lat) in enumerate(ends)
        for more in range(3)
    }


def _moved(points: dict[str, Any], ids: list[str]) -> dict[str, Any]:
    """These events a little further east, and each of another level."""
    rows = {}
    for n, event in enumerate(ids):
        lon, lat, _, ts = points[event][:4]
        rows[event] = [lon + 0.02, lat, LEVELS[n % 3], ts]
    return rows


def test_in_a_place(browser: Browser) -> None:
    """Names and counts of a county's townships, below the way back to the city."""
    with Fixture("chifeng") as served:
        for lang in LANGUAGES:
            watched = open_wall(browser, served, lang, SIZES[-1], area="150421", scene="map")
            assert covered(watched.page) == []
            assert cut(watched.page) == []
            assert any(one[0] == "crumbs" for one in watched.page.evaluate(THINGS))
            watched.context.close()


def test_what_is_far_from_a_new_event_stays(browser: Browser) -> None:
    where = """() => ({
      marks: Object.fromEntries(gridwall.map.marks.list.map((o) => [o.key, [o.box, o.n]])),
      names: [...document.querySelectorAll(".gw-map .area-label")]
        .map((node) => [node.textContent, node.style.transform, node.style.visibility]),
    })"""
    with Fixture("chifeng") as served:
        watched = open_wall(browser, served, "en", SIZES[0])
        page = watched.page
        before = page.evaluate(where)
        (south, west), _ = served.city.bounds
        new = {f"x{n}": [west + 0.1 * n, south + 0.1, "blue", 1_795_426_328_500] for n in range(3)}
        served.show({"points": new})
        page.wait_for_timeout(1200)
        after = page.evaluate(where)
        assert len(after["marks"]) > len(before["marks"])
        assert {key: after["marks"].get(key) for key in before["marks"]} == before["marks"]
        assert after["names"] == before["names"]
        watched.context.close()
