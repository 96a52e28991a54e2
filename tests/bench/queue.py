"""The leaders' queue with 100,000 open events: its pages over HTTP, and one tab that scrolls."""

from __future__ import annotations

import gzip
import random
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from dashboard.config.cities import City, load
from dashboard.core.model.actions import Action, Kind, Level
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from tests.bench.bench import Bench
from tests.bench.screen import chromium
from tests.bench.table import Line
from tests.support.processes import wait_until

TITLE = "leaders' queue, 100,000 open events"
MANY = 100_000
_BATCH = 5000
_TIMES = 9
_MINUTE = 60_000
_LEVELS = [Level.BLUE] * 90 + [Level.YELLOW] * 29 + [Level.ORANGE] * 6 + [Level.RED]

#: moves on by most of a screen each frame for three seconds, as a user who drags the bar does;
#: then returns the frames a second, the longest one, and the most rows there were in the document
_SCROLL = """async () => {
  const box = document.querySelector('.q-grid .ag-body-viewport');
  let frames = 0, longest = 0, rows = 0, last = performance.now();
  const start = last, end = start + 3000;
  while (last < end) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    frames += 1;
    rows = Math.max(rows, document.querySelectorAll('.q-grid .ag-row').length);
    box.scrollTop += 340;
  }
  return { fps: frames * 1000 / (last - start), longest, rows };
}"""
_HELD = (
    "() => { let n = 0; gwQueue.api.forEachNode(node => { if (node.data) n += 1; }); return n; }"
)


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    system = bench.gridwall
    bench.say(f"{MANY:,} open events are made and folded")
    with connect(system.redis_url) as r:
        log, actions = ActionLog(r), _actions(load("chifeng"), int(time.time() * 1000))
        while part := list(islice(actions, _BATCH)):
            log.append(part)
    address = f"http://127.0.0.1:{system.port}"
    with httpx.Client(base_url=address, timeout=30) as client:
        wait_until(lambda: _total(client) >= MANY, 600)
        lines = _over_http(client)
    bench.say("a tab of the queue")
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        return lines + _in_a_tab(page, address)


def _actions(city: City, now: int) -> Iterator[Action]:
    pick = random.Random(1)
    grids = [p.code for p in city.places.values() if p.tier == "grid"]
    departments, categories = list(city.departments), list(city.categories)
    (south, west), (north, east) = city.bounds
    for n in range(MANY):
        name, start = f"Q{n:06}", now - 10 * _MINUTE - pick.randrange(3 * 24 * 60) * _MINUTE

        def step(kind: Kind, after: int, name: str = name, start: int = start, **more: Any) -> Any:
            at = start + after * _MINUTE
            return Action(action_id=f"{name}:{kind}", event_id=name, kind=kind, ts=at, **more)

        yield step(
            Kind.REPORT, 0, level=pick.choice(_LEVELS), category=pick.choice(categories),
            place=city.path(pick.choice(grids)), lat=pick.uniform(south, north),
            lon=pick.uniform(west, east),
        )  # fmt: skip
        yield step(Kind.REGISTER, 1)
        yield step(Kind.DISPATCH, 2, department=pick.choice(departments))


def _total(client: httpx.Client) -> int:
    answer = client.get("/api/v1/queue", params={"limit": 1})
    return int(answer.json()["total"]) if answer.status_code == 200 else 0


def _over_http(client: httpx.Client) -> list[Line]:
    department = client.get("/api/v1/queue").json()["rows"][0]["department"]

    def ms(**query: Any) -> float:
        took = []
        for _ in range(_TIMES):
            began = time.perf_counter()
            client.get("/api/v1/queue", params={"limit": 100, **query}).raise_for_status()
            took.append((time.perf_counter() - began) * 1000)
        return statistics.median(took)

    first = client.get("/api/v1/queue", params={"limit": 100})
    at = first.json()["at"]
    return [
        Line("first page of 100, with counts", ms(), "ms", most=300),
        Line("sorted by department", ms(sort="department"), "ms", most=300),
        Line("filter: one department, overdue", ms(department=department, clock="overdue"), "ms",
             most=300),
        Line("search by part of a number", ms(q="q09999"), "ms", most=300),
        Line("page at row 90,000", ms(offset=90_000, at=at), "ms", most=300),
        Line("a page's payload", len(first.content) / 1024, "KB",
             note=f"gzip {len(gzip.compress(first.content, 5)) / 1024:.1f} KB"),
    ]  # fmt: skip


def _in_a_tab(page: Page, address: str) -> list[Line]:
    def until(look: Callable[[], Any]) -> float:
        began = time.perf_counter()
        look()
        return (time.perf_counter() - began) * 1000

    def open_it() -> None:
        page.goto(f"{address}/queue?lang=en")
        expect(page.locator(".q-grid .mark").first).to_be_visible(timeout=60_000)

    def press(what: str, proof: str) -> None:
        with page.expect_response(lambda answer: proof in answer.url):
            page.locator(what).first.click()
        expect(page.locator(".q-grid .mark").first).to_be_visible(timeout=60_000)

    def settled() -> None:
        expect(page.locator(".q-grid .q-wait")).to_have_count(0, timeout=60_000)

    opened = until(open_it)
    sort = until(lambda: press('.ag-header-cell[col-id="department"]', "sort="))
    chip = until(lambda: press('.q-chip[data-clock="overdue"]', "clock=overdue"))
    page.locator('.q-chip[data-clock=""]').click()
    settled()
    moved = page.evaluate(_SCROLL)
    rest = until(settled)
    jump = until(lambda: (page.evaluate("gwQueue.api.ensureIndexVisible(95000)"), settled()))
    return [
        Line("page opened, rows in sight (cold)", opened / 1000, "s"),
        Line("sort pressed, rows in sight", sort, "ms", most=1000),
        Line("overdue pressed, rows in sight", chip, "ms", most=1000),
        Line("scrolled 340 px a frame", moved["fps"], "frames/s", least=30,
             note=f"longest frame {moved['longest']:.0f} ms"),
        Line("stopped, all rows filled", rest, "ms", most=1000),
        Line("jump to row 95,000, rows filled", jump, "ms", most=1000),
        Line("rows in the document, at most", moved["rows"], "", most=100),
        Line("rows the browser holds", page.evaluate(_HELD), "", most=400),
    ]  # fmt: skip
