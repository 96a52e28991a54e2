"""The map with 100,000 open events: dragging it, and what one changed point costs."""

from __future__ import annotations

import random

from dashboard.core.fold.tiles import cell, cell_centre
from tests.bench.bench import Bench
from tests.bench.panning import naive, ours
from tests.bench.screen import chromium
from tests.bench.table import Line
from tests.browser.harness import Fixture

TITLE = "map, 100,000 open events"
MANY, FEW = 100_000, 10_000
CELL_ZOOM = 14


def measure(bench: Bench) -> list[Line]:
    with Fixture("la") as served, chromium() as browser:
        alone = ours(browser, served, MANY)
        served.state = {**served.state, "cells": _cells(served)}
        wall = ours(browser, served, None)
        plain, n = naive(browser, served, MANY), MANY
        if plain is None:
            bench.say(f"plain GeoJSON: {MANY:,} points not drawn in 60 s; {FEW:,} taken")
            plain, n = naive(browser, served, FEW), FEW
    fps = plain.fps if plain else None
    change = plain.change_ms if plain else None
    name = f"dl.GeoJSON, {n:,}"
    return [
        Line("dragged, as served", wall.fps, "frames/s", least=30, comparison=fps,
             compared_with=name),
        Line("dragged, all single points", alone.fps, "frames/s", comparison=fps,
             compared_with=name),
        Line("one changed point, as served", wall.change_ms, "ms", most=10, comparison=change,
             compared_with=name),
        Line("one changed point, all single points", alone.change_ms, "ms", comparison=change,
             compared_with=name),
    ]  # fmt: skip


def _cells(served: Fixture) -> dict[str, list[float]]:
    """100,000 events as the server counts them."""
    rng = random.Random(7)
    (south, west), (north, east) = served.city.bounds
    out: dict[str, list[float]] = {}
    for n in range(MANY):
        lon = west + (east - west) * (rng.random() + rng.random() + rng.random()) / 3
        lat = south + (north - south) * (rng.random() + rng.random() + rng.random()) / 3
        x, y = cell(lon, lat, CELL_ZOOM)
        if (key := f"{x}/{y}") not in out:
            out[key] = [*cell_centre(x, y, CELL_ZOOM), 0, 0, 0, 0]
        out[key][2 + (3 if n % 1000 == 0 else n % 7 // 3)] += 1
    return out
