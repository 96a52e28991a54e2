"""A level has one shape wherever it is drawn: on walls, pages and the map's canvas."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dashboard.config.levels import SHAPES, clip_path
from dashboard.web.pages.table import PAGES
from tests.support.processes import wait_until

from .faults import settled
from .harness import Fixture
from .reviewed import Reviewed
from .test_review_look import address
from .test_wall_look import GO, Watched, open_wall

pytestmark = pytest.mark.browser

#: elements in a level's colour, no bars: [level, whether its shape is the table's, class]
DRAWN = """
(table) => {
  const probe = document.createElement("i");
  (document.querySelector(".wall, .review, .steering, .guide") || document.body).append(probe);
  const known = Object.entries(table).map(([level, shape]) => {
    probe.style.cssText = `background: var(--${level}); clip-path: ${shape}`;
    const { backgroundColor, clipPath } = getComputedStyle(probe);
    return { level, backgroundColor, clipPath };
  });
  probe.remove();
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    const { backgroundColor, clipPath } = getComputedStyle(node);
    const one = known.find((level) => level.backgroundColor === backgroundColor);
    if (one === undefined || node.closest(".bar, .swatch")) continue;
    found.push([one.level, one.clipPath === clipPath, node.className]);
  }
  return found;
}
"""
#: what a stamp of the map paints in the level's colour, against the table's outline
STAMPED = """
async (table) => {
  const link = [...document.querySelectorAll("link[rel=modulepreload]")]
    .find((one) => one.href.includes("map/stamps.mjs"));
  const { stamps } = await import(link.href);
  const inks = getComputedStyle(document.querySelector(".wall"));
  const out = {};
  for (const [level, shape] of Object.entries(table)) {
    const n = stamps.LEVELS.indexOf(level);
    const size = 2 * Math.ceil(stamps.radius(n, false)) + 8;
    const node = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const pen = node.getContext("2d");
    stamps.put(pen, n, size / 2, size / 2, false);
    const seen = pen.getImageData(0, 0, size, size).data;
    const ink = inks.getPropertyValue("--" + level).trim();
    const wanted = [1, 3, 5].map((i) => parseInt(ink.slice(i, i + 2), 16));
    const spots = [];
    for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
      const at = 4 * (y * size + x);
      if (wanted.every((part, i) => Math.abs(part - seen[at + i]) < 12) && seen[at + 3] > 250)
        spots.push([x, y]);
    }
    const xs = spots.map((s) => s[0]), ys = spots.map((s) => s[1]);
    const [left, right] = [Math.min(...xs), Math.max(...xs) + 1];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys) + 1];
    /* the same outline, put to the box that was painted: how much of each is in the other */
    const r = shape.radius;
    const box = { left: -r, right: r, top: -r, bottom: r };
    for (const [x, y] of shape.corners) {
      box.left = Math.min(box.left, x); box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y);
    }
    const path = new Path2D();
    const to = (x, y) => [
      left + ((x - box.left) / (box.right - box.left)) * (right - left),
      top + ((y - box.top) / (box.bottom - box.top)) * (bottom - top),
    ];
    shape.corners.forEach(([x, y], i) => path[i ? "lineTo" : "moveTo"](...to(x, y)));
    if (shape.radius) path.arc(...to(0, 0), (right - left) / 2, 0, 7);
    let inside = 0, both = 0;
    const painted = new Set(spots.map(([x, y]) => x + ":" + y));
    for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
      if (!pen.isPointInPath(path, x + 0.5, y + 0.5)) continue;
      inside += 1;
      if (painted.has(x + ":" + y)) both += 1;
    }
    out[level] = both / (inside + spots.length - both);
  }
  return out;
}
"""
TABLE = {level: clip_path(shape) for level, shape in SHAPES.items()}
OUTLINES = {
    level: {"corners": shape.corners, "radius": shape.radius} for level, shape in SHAPES.items()
}


#: pages that always show an event's level
WITH_LEVELS = ("queue", "event", "brief")


def judged(page: Page) -> tuple[set[str], list[Any]]:
    """The levels that are drawn, and the marks whose shape is another than the table's."""
    found = page.evaluate(DRAWN, TABLE)
    return {level for level, _, _ in found}, [one for one in found if not one[1]]


def test_walls(browser: Browser) -> None:
    with Fixture("chifeng") as served:
        watched = open_wall(browser, served, "zh", (3840, 2160))
        page = watched.page
        for scene in served.scenes.current.scenes:
            page.evaluate(GO, scene)
            settled(page)
            assert judged(page)[1] == [], scene
        assert judged(page)[0] == set(SHAPES)
        alike = page.evaluate(STAMPED, OUTLINES)
        page.goto(served.url().replace("/wall?", "/styleguide?"))
        page.locator(".mark.red").first.wait_for(state="attached", timeout=20_000)
        assert judged(page) == (set(SHAPES), [])
        watched.context.close()
    assert min(alike.values()) > 0.8, alike


def test_pages(browser: Browser, review_site: Reviewed) -> None:
    drawn: dict[str, set[str]] = {}
    watched = Watched(browser, 1920, 1080)
    page = watched.page
    paths = {one.id: address(one, review_site) for one in PAGES} | {"steer": "/steer"}
    for name, path in paths.items():
        page.goto(f"{review_site.url}{path}")
        page.locator(".review h1, .steering main").first.wait_for(timeout=20_000)
        page.locator("[data-again]").wait_for(state="detached", timeout=20_000)
        if name in WITH_LEVELS:  # what this test is about is there to be seen
            wait_until(lambda: bool(judged(page)[0]), 20)
        settled(page)
        drawn[name], wrong = judged(page)
        assert wrong == [], name
    watched.context.close()
    assert all(drawn[name] for name in WITH_LEVELS)
    assert set().union(*drawn.values()) == set(SHAPES)
