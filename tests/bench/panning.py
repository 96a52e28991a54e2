"""What the mapping row does in the browser: 100,000 points, our map and a plain GeoJSON layer."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dash_leaflet as dl
import uvicorn
from dash import Dash, html
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from tests.browser.harness import Fixture

SIZE = {"width": 1920, "height": 1080}
PAN_S = 3.0
PATIENCE_S = 60.0
#: the same points in both pages: [lon, lat, level, ms], thick in the middle of the city
_POINTS = """
function points(n, [[south, west], [north, east]]) {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const middle = () => (random() + random() + random()) / 3;
  const levels = ["blue", "blue", "blue", "blue", "yellow", "yellow", "orange"];
  const out = {};
  for (let i = 0; i < n; i += 1) {
    const level = i % 1000 === 0 ? "red" : levels[i % 7];
    out["p" + i] = [west + middle() * (east - west), south + middle() * (north - south), level, i];
  }
  return out;
}
"""
_FILL = f"""
([n, bounds]) => {{
  {_POINTS}
  window.points = points(n, bounds);
  const began = performance.now();
  gridwall.renderers.get("cells").render({{}});
  gridwall.renderers.get("points").render(window.points);
  return performance.now() - began;
}}
"""
_CHANGE = """
() => {
  const panel = window.points === undefined ? gridwall.held("points") : window.points;
  const ids = Object.keys(panel);
  const took = [];
  let now = panel;
  for (let i = 0; i < 21; i += 1) {
    const id = ids[(i * 4177) % ids.length];
    const [lon, lat, level, ts, ...rest] = now[id];
    now = { ...now, [id]: [lon, lat, level === "blue" ? "yellow" : "blue", ts, ...rest] };
    const began = performance.now();
    gridwall.renderers.get("points").render(now);
    took.push(performance.now() - began);
  }
  window.points = now;
  return took.sort((a, b) => a - b)[10];
}
"""
_COUNT = """
() => {
  window.frames_seen = 0;
  const count = () => { window.frames_seen += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
}
"""
_NAIVE_JS = """
window.naive = { drawn: 0, map: null };
window.dashExtensions = { naive: {
  each: () => { window.naive.drawn += 1; },
  point: (feature, at) => L.circleMarker(at, { radius: 4, color: feature.properties.colour }),
} };
L.Map.addInitHook(function () { window.naive.map = this; });
"""
_NAIVE_DRAW = f"""
async ([n, bounds, changed, patience]) => {{
  {_POINTS}
  if (!changed) window.points = points(n, bounds);
  else window.points["p17"] = [bounds[0][1], bounds[0][0], "red", 0];
  const features = Object.entries(window.points).map(([id, [lon, lat, level]]) => ({{
    type: "Feature", properties: {{ id, colour: level }},
    geometry: {{ type: "Point", coordinates: [lon, lat] }},
  }}));
  const began = performance.now();
  window.naive.drawn = 0;
  dash_clientside.set_props("naive", {{ data: {{ type: "FeatureCollection", features }} }});
  while (window.naive.drawn < n) {{
    if (performance.now() - began > patience) return null;
    await new Promise((done) => setTimeout(done, 20));
  }}
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}}
"""


@dataclass(frozen=True)
class Cost:
    """Frames a second while the map is dragged, and ms for one changed point."""

    fps: float
    change_ms: float


def ours(browser: Browser, served: Fixture, points: int | None) -> Cost:
    """Our map as it is served, or with so many single points given straight to the canvas."""
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
    page.goto(served.url("en", scene="map"))
    page.wait_for_selector("#gw-map path", state="attached")
    page.wait_for_selector("body[data-version]", state="attached")
    page.wait_for_timeout(1500)
    if points is not None:
        page.evaluate(_FILL, [points, served.city.bounds])
    cost = Cost(_pan(page, "#gw-map"), float(page.evaluate(_CHANGE)))
    page.context.close()
    return cost


def naive(browser: Browser, served: Fixture, points: int) -> Cost | None:
    """A dl.GeoJSON that gets all points again when one changes; None if it takes too long."""
    with _plain_page(served) as address:
        page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(2000 * PATIENCE_S)
        page.goto(address)
        page.wait_for_selector("#map .leaflet-pane", state="attached")
        page.wait_for_timeout(1000)
        draw = [points, served.city.bounds, False, 1000 * PATIENCE_S]
        if page.evaluate(_NAIVE_DRAW, draw) is None:
            page.context.close()
            return None
        fps = _pan(page, "#map")
        draw[2] = True
        change = page.evaluate(_NAIVE_DRAW, draw)
        page.context.close()
        return None if change is None else Cost(fps, float(change))


def _pan(page: Page, selector: str) -> float:
    """Drag with a real mouse, stroke after stroke; frames that the page was given a second."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y)
    page.evaluate(_COUNT)
    began = time.monotonic()
    stroke = 0
    while time.monotonic() - began < PAN_S:
        way = 1 if stroke % 2 else -1
        stroke += 1
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(40):
            page.mouse.move(x + way * 5 * step, y + way * 2 * step)
        page.mouse.up()
    frames = page.evaluate("window.frames_seen")
    return float(frames) / (time.monotonic() - began)


@contextmanager
def _plain_page(served: Fixture) -> Iterator[str]:
    """A Dash app with nothing but a map and a GeoJSON layer, drawn on a canvas."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "naive.js").write_text(_NAIVE_JS)
        server = FastAPI()
        app = Dash("naive", server=server, assets_folder=folder)  # type: ignore[arg-type]
        ((south, west), (north, east)) = served.city.bounds
        layer = dl.GeoJSON(
            id="naive",
            pointToLayer={"variable": "dashExtensions.naive.point"},
            onEachFeature={"variable": "dashExtensions.naive.each"},
        )
        view = {"bounds": [[south, west], [north, east]], "preferCanvas": True}
        app.layout = html.Div(
            dl.Map(layer, id="map", style={"height": "100vh"}, trackViewport=False, **view)
        )
        app._setup_server()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        web = uvicorn.Server(
            uvicorn.Config(server, host="127.0.0.1", port=port, log_level="warning")
        )
        thread = threading.Thread(target=web.run, daemon=True)
        thread.start()
        while not web.started:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            web.should_exit = True
            thread.join(5)
