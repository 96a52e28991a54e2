"""One real tab: what a headless Chromium shows, when, and what that costs it and the wire."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import usage
from tests.bench.city import Feed
from tests.bench.proxy import Proxy

#: the number that every new event moves
_KPI = '[data-kpi="today.reported"]'
WATCH = """
(selector) => {
  const node = document.querySelector(selector);
  const read = () => parseInt(node.textContent.replace(/\\D/g, ""), 10);
  window.seen = [[Date.now(), read()]];
  new MutationObserver(() => window.seen.push([Date.now(), read()]))
    .observe(node, { childList: true, characterData: true, subtree: true });
}
"""
_FIRST = """
(selector) => {
  const look = () => {
    const node = document.querySelector(selector);
    if (node !== null && /\\d/.test(node.textContent)) window.firstNumber = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}
"""


@dataclass(frozen=True)
class Look:
    """What one tab did while events came in."""

    latencies_ms: list[float]
    kb_a_minute: float
    cpu_a_minute: float
    first_s: float
    first_kb: float

    @property
    def p50(self) -> float:
        return statistics.median(self.latencies_ms)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.latencies_ms, n=20)[-1]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of the system, or playwright's own."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


def look(port: int, path: str, feed: Feed, seconds: float, loads: int = 3) -> Look:
    """Load the page ``loads`` times, then watch it for some seconds."""
    with chromium() as browser:
        # The server warm, the browser's own start over; every load with an empty cache.
        _load(browser, port, path).context.close()
        firsts = []
        for _ in range(loads):
            with Proxy(port) as proxy:
                page = _load(browser, proxy.port, path)
                firsts.append((float(page.evaluate("window.firstNumber")) / 1000, proxy.down))
                page.context.close()
        with Proxy(port) as proxy:
            page = _load(browser, proxy.port, path)
            page.wait_for_timeout(3000)
            page.evaluate(WATCH, _KPI)
            pids = usage.descendants(os.getpid(), "chrom")
            down, cpu, began = proxy.down, usage.cpu_seconds(pids), time.time()
            page.wait_for_timeout(seconds * 1000)
            took = time.time() - began
            down, cpu = proxy.down - down, usage.cpu_seconds(pids) - cpu
            page.wait_for_timeout(2000)
            seen = [(float(at), int(value)) for at, value in page.evaluate("window.seen")]
            page.context.close()
    return Look(
        _latencies(seen, feed.acknowledged, began, began + took),
        down / 1024 * 60 / took,
        cpu * 60 / took,
        statistics.median(first for first, _ in firsts),
        statistics.median(kb for _, kb in firsts) / 1024,
    )


def _load(browser: Browser, port: int, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.add_init_script(f"({_FIRST})({_KPI!r})")
    page.goto(f"http://127.0.0.1:{port}{path}", wait_until="commit")
    # not wait_for_function: it would be refused by the page's content policy
    end = time.monotonic() + 30
    while page.evaluate("window.firstNumber") is None:
        if time.monotonic() > end:
            raise RuntimeError(f"{path}: no number in 30 s")
        page.wait_for_timeout(30)
    return page


def _latencies(
    seen: list[tuple[float, int]], acknowledged: list[tuple[float, int]], start: float, end: float
) -> list[float]:
    """For every acknowledged batch: ms until the number on the screen had caught up."""
    values = [value for _, value in seen]
    out = []
    for at, reported in acknowledged:
        if start <= at <= end:
            index = bisect_left(values, reported)
            if index == len(values):
                raise RuntimeError(f"the screen never showed {reported}; it ends at {values[-1]}")
            out.append(max(0.0, seen[index][0] - at * 1000))
    return out
