"""kill -9 of web, projector and Redis under an open wall: it never shows what was not committed.

A watcher in the page notes every set of totals that was on the screen; another one, at Redis, notes
every set that was committed (sequence number by sequence number; one it was too slow for may
only lie between its neighbours). The screen may lag, but what it shows must be one of those, and
10 s after everything answers again it must be live and moving. GRIDWALL_KILLS=30 for a long run;
`-s` prints the figures.
"""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from data_sources.store.connection import connect
from tests.bench.city import Feed
from tests.support.processes import wait_until

from .live import Stack

pytestmark = [pytest.mark.chaos, pytest.mark.browser, pytest.mark.alone]

KILLS = int(os.environ.get("GRIDWALL_KILLS", "6"))
TOKEN = "a-token-of-the-tests"
VICTIMS = ("web", "projector", "redis")
RECOVERY_S = 10.0
PATHS = ("all.reported", "all.open", "all.overdue")
Totals = tuple[int, ...]

_COMMITTED = """
local seq = redis.call('HGET', '{g0}:meta', 'seq')
local found = redis.call('HMGET', '{g0}:view:count', unpack(ARGV))
return {seq, found}
"""
_WATCH = """
(paths) => {
  const read = () => paths.map((p) => {
    const node = document.querySelector(`[data-kpi="${p}"]`);
    const value = node && node.getAttribute('data-value');
    return value ? Number(value) : null;
  });
  window.seen = [];
  let last = '';
  const note = () => {
    const now = read(), key = now.join();
    if (key === last || now.includes(null)) return;
    last = key;
    window.seen.push(now);
  };
  note();
  new MutationObserver(note).observe(document.querySelector('main'), {
    subtree: true, attributes: true, attributeFilter: ['data-value'],
  });
}
"""


class Committed(threading.Thread):
    """Reads the committed totals as fast as it can, whatever happens to Redis meanwhile."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url, self.done = url, threading.Event()
        self.totals: set[Totals] = set()
        #: neighbours of what was committed and not seen in between
        self.unseen: list[tuple[Totals, Totals]] = []
        self.commits = 0

    def run(self) -> None:
        names = [path.replace(".", "|") for path in PATHS]
        with connect(self._url, timeout=1.0) as r:
            before: tuple[int, Totals] | None = None
            while not self.done.wait(0.001):
                try:
                    seq, found = r.eval(_COMMITTED, 0, *names)  # type: ignore[misc]
                except redis.RedisError:
                    before = None
                    time.sleep(0.02)
                    continue
                now = (int(seq or 0), tuple(int(n or 0) for n in found))
                if before is None or now[0] != before[0]:
                    self._note(before, now)
                before = now

    def _note(self, before: tuple[int, Totals] | None, now: tuple[int, Totals]) -> None:
        self.commits += 1
        self.totals.add(now[1])
        if before is not None and now[0] > before[0] + 1:
            self.unseen.append((before[1], now[1]))

    def explains(self, shown: Totals) -> bool:
        """Whether it was committed, or may have been between two looks."""
        return shown in self.totals or any(
            all(min(a, b) <= n <= max(a, b) for n, a, b in zip(shown, low, high, strict=True))
            for low, high in self.unseen
        )


@pytest.mark.timeout(300 + 40 * KILLS)
def test_the_screen_shows_only_what_was_committed(browser: Browser, tmp_path: Path) -> None:
    rng = random.Random(30)
    took: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
    parts = ("projector", "clock", "web")
    with (
        Stack(tmp_path, patience=120, parts=parts, token=TOKEN) as stack,
        Feed(stack.port, TOKEN, 0, rate=20, patient=True),
    ):
        committed = Committed(stack.engine.url)
        committed.start()
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{stack.address}/wall?lang=en")
        body = page.locator("body")
        expect(body).to_have_attribute("data-state", "live", timeout=20_000)
        page.evaluate(_WATCH, list(PATHS))
        for kill in range(KILLS):
            victim = VICTIMS[kill] if kill < len(VICTIMS) else rng.choice(VICTIMS)
            time.sleep(rng.uniform(0.3, 2.0))
            stack.stop(victim)
            time.sleep(rng.uniform(0.2, 2.0))
            stack.start(victim)
            wait_until(lambda stack=stack: _answers(stack), 120)
            took[victim].append(_recovered(page))
        time.sleep(2.0)
        seen = [tuple(one) for one in page.evaluate("window.seen")]
        committed.done.set()
        committed.join(5)
        page.close()
    wrong = [one for one in seen if not committed.explains(one)]
    exact = sum(1 for one in seen if one in committed.totals)
    print(  # noqa: T201  # the long run's figures
        f"\n{KILLS} kills, {committed.commits} commits, {len(seen)} sets of totals on the screen, "
        f"{exact} of them seen committed, {len(wrong)} wrong; s to recover (median, worst): "
        + ", ".join(f"{k} {statistics.median(v):.1f} {max(v):.1f}" for k, v in took.items() if v)
    )
    assert wrong == []
    assert len(seen) > KILLS, "the screen hardly moved: nothing was shown"
    assert exact > 0.5 * len(seen), "the watcher saw too few commits to judge"
    assert max(t for times in took.values() for t in times) <= RECOVERY_S


def _answers(stack: Stack) -> bool:
    """Everything that was killed, or ended with it, is back and works."""
    for part in stack.parts:
        stack.revive(part)
    try:
        return httpx.get(f"{stack.address}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _recovered(page: Page) -> float:
    """Seconds until the wall is live, and shows a number that it did not show before."""
    began = time.monotonic()
    shown: list[Any] = page.evaluate("window.seen.length")
    limit = 3 * RECOVERY_S
    body = page.locator("body")
    while (
        body.get_attribute("data-state") != "live" or page.evaluate("window.seen.length") == shown
    ):
        assert time.monotonic() - began < limit, "the wall did not recover"
        page.wait_for_timeout(50)
    return time.monotonic() - began
