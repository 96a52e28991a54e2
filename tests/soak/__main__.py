"""`python -m tests.soak`: does a wall grow? A wall in Chromium and 50 clients, for hours' worth.

The feed brings as many events as 20 a second for two hours would (144,000), ten times as fast by
default; each event is closed after a few seconds, so that as many are open at the end as near the
beginning. Compared are the first mark (a twelfth of the way: 10 minutes of 2 hours; never before
2.5 minutes of the clock) and the end: the page's heap after a collection, its DOM nodes and
listeners, and the web worker's memory while 50 clients come and go. `--hours 2` runs at the true
rate, `--faster 20` in six minutes; `--minutes 3` is a quick look.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.city import Feed
from tests.bench.running import Gridwall, get
from tests.bench.usage import resident_mb
from tests.support.browser_fixture import ARGS, chromium
from tests.support.processes import ROOT

RATE, HOURS, FASTER = 20.0, 2.0, 10.0
FIRST_MARK = 1 / 12
#: by then as many events end as begin, and the browser has compiled what it compiles: that goes by
#: time, not by events
SETTLED_S = 150.0
MOST = 1.1
CLIENTS = 50


@dataclass(frozen=True)
class Mark:
    """What everything holds at one moment."""

    events: int
    heap_mb: float
    nodes: int
    listeners: int
    server_mb: float
    open: int


def measure(page: Page, devtools: CDPSession, system: Gridwall, feed: Feed) -> Mark:
    """Collect, then read; the least of ten, for young garbage is no leak: some 200 nodes
    that have just left the page stay with the browser until a later collection."""
    heap, counters = [], []
    for _ in range(10):
        devtools.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(1000)
        heap.append(devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6)
        counters.append(devtools.send("Memory.getDOMCounters"))
    (worker,) = system.web()
    return Mark(
        events=feed.reported,
        heap_mb=min(heap),
        nodes=min(found["nodes"] for found in counters),
        listeners=min(found["jsEventListeners"] for found in counters),
        server_mb=resident_mb(worker),
        open=system.wall()["all"]["open"],
    )


async def come_and_go(port: int) -> None:
    """Clients of the stream that stay for a random while each, for ever."""

    async def one(chance: random.Random) -> None:
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
            )
            leave = time.monotonic() + chance.expovariate(1 / 20)
            while time.monotonic() < leave and await reader.read(65_536):
                pass
            writer.close()
            await asyncio.sleep(chance.uniform(0.1, 2.0))

    async with asyncio.TaskGroup() as group:
        for n in range(CLIENTS):
            group.create_task(one(random.Random(n)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--hours", type=float, help="at the true rate, 20 events a second")
    parser.add_argument("--minutes", type=float, help="at ten times that; default 12")
    parser.add_argument("--faster", type=float, help="two hours' events so many times as fast")
    parser.add_argument("--clients-of", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.clients_of:
        asyncio.run(come_and_go(given.clients_of))
    faster = given.faster or FASTER
    rate = RATE if given.hours else RATE * faster
    seconds = 3600 * given.hours if given.hours else 60 * (given.minutes or 60 * HOURS / faster)
    system = Gridwall()
    clients = None
    try:
        system.ready()
        argv = [sys.executable, "-m", "tests.soak", "--clients-of", str(system.port)]
        clients = subprocess.Popen(argv, cwd=ROOT)
        with (
            Feed(system.port, system.token, 0, rate=rate) as feed,
            sync_playwright() as play,
        ):
            browser = play.chromium.launch(executable_path=chromium(), args=ARGS)
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(f"http://127.0.0.1:{system.port}{system.page}&reload=0")
            devtools = page.context.new_cdp_session(page)
            began, marks = time.monotonic(), []
            wanted = [max(FIRST_MARK, SETTLED_S / seconds), 0.25, 0.5, 0.75, 1.0]
            for share in sorted(wanted):
                page.wait_for_timeout(1000 * max(0, began + share * seconds - time.monotonic()))
                if feed.problems or get(system.port, "/healthz")[0] != 200:
                    raise RuntimeError(f"the system failed: {feed.problems}")
                marks.append(measure(page, devtools, system, feed))
                say(f"{share:4.0%}", marks[-1])
            state = page.locator("body").get_attribute("data-state")
            browser.close()
    finally:
        if clients is not None:
            clients.kill()
            clients.wait()
        system.end()
    return judge(marks, state, seconds)


def judge(marks: list[Mark], state: str | None, seconds: float) -> int:
    """Print the ratios; 1 if something grew."""
    first, last = marks[0], marks[-1]
    ratios = {
        "heap": last.heap_mb / first.heap_mb,
        "DOM nodes": last.nodes / first.nodes,
        "listeners": last.listeners / first.listeners,
        "server": last.server_mb / first.server_mb,
    }
    for name, ratio in ratios.items():
        print(f"{name:10} {ratio:5.2f} {'ok' if ratio <= MOST else 'GREW'}")
    print(f"{last.events:,} events in {seconds / 60:.0f} min; the wall is {state} at the end")
    return int(state != "live" or max(ratios.values()) > MOST)


def say(when: str, mark: Mark) -> None:
    print(
        f"{when}  {mark.events:9,} events  open {mark.open:6,}  heap {mark.heap_mb:6.1f} MB  "
        f"nodes {mark.nodes:6,}  listeners {mark.listeners:5,}  server {mark.server_mb:6.1f} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
