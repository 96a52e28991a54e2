"""`python -m tests.soak.days`: a wall and its server for days at the true rate, in parts.

Everything is in one directory (`--into`): the store, the plan, a mark a minute. Stop it with
SIGTERM or Ctrl-C, or let the machine go down: the same command goes on where it was, on the same
store, until the hours are full. It writes the table of what has been run so far to `table.md` there
at every mark; `--publish` puts that table into docs/soak.md and runs nothing.

A feed posts 20 events a second (`--rate`), each closed 20 s later; a wall in Chromium shows them.
At each mark the feed pauses until the wall's count stands still, and that count is compared with
the acknowledged reports.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import statistics
import sys
import time
import tomllib
from bisect import bisect_left
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Event

from playwright.sync_api import CDPSession, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.bench import usage
from tests.bench.city import Feed
from tests.bench.running import Gridwall
from tests.bench.screen import WATCH
from tests.soak.ledger import HOUR_S, Mark, Plan, Run, hours, seconds_of, table
from tests.support.browser_fixture import ARGS, chromium
from tests.support.processes import ROOT

RATE, HOURS, MARK_S = 20.0, 72.0, 60.0
DOC, BETWEEN = ROOT / "docs" / "soak.md", ("<!-- soak table -->", "<!-- end of soak table -->")
#: the number on the page that every new event moves
KPI = '[data-kpi="today.reported"]'


class Busy(Exception):
    """Another process works in the run's directory."""


def main() -> int:
    """Run until the hours are full or a signal stops it; print and store the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.days", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("soak-run"), help="directory of the run")
    parser.add_argument("--hours", type=float, default=HOURS)
    parser.add_argument("--rate", type=float, default=RATE, help="events a second")
    parser.add_argument("--mark", type=float, default=MARK_S, help="seconds between marks")
    parser.add_argument("--publish", action="store_true", help="the table into docs/soak.md")
    given = parser.parse_args()
    run = Run(given.into.resolve())
    plan = run.plan(
        Plan(hours=given.hours, rate=given.rate, version=_version(), cores=os.cpu_count() or 1)
    )
    if given.publish:
        publish(table(plan, run.marks()))
        return 0
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with (run.directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print(f"another process works in {run.directory}", file=sys.stderr)
            return 1
        go_on(run, plan, given.mark, stop)
    text = table(plan, run.marks())
    print(text)
    return 0


def go_on(run: Run, plan: Plan, every: float, stop: Event) -> None:
    """Run what is left of the plan, a mark at a time; what was stored before stays."""
    before = run.marks()
    left = plan.hours * HOUR_S - seconds_of(before)
    if left <= 0:
        return
    _end_left_over(run.directory / "up.pid")
    system = Gridwall(run.directory / "data")
    (run.directory / "up.pid").write_text(str(system.pid))
    try:
        try:
            system.ready()
        except RuntimeError:
            if stop.is_set():  # told to stop while it started: so was the server
                return
            raise
        with (
            Feed(system.port, system.token, 0, rate=plan.rate, patient=True) as feed,
            sync_playwright() as play,
        ):
            browser = play.chromium.launch(
                executable_path=chromium(), args=ARGS, handle_sigint=False, handle_sigterm=False
            )
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(f"http://127.0.0.1:{system.port}{system.page}")
            watch = Watch(system, feed, page, before)
            while left > 0 and not stop.is_set():
                _wait(page, min(every, left), stop)
                mark = watch.mark()
                run.add(mark)
                (run.directory / "table.md").write_text(table(plan, run.marks()) + "\n")
                left -= mark.seconds
                print(f"{hours(plan.hours * HOUR_S - left)} h: {mark}", flush=True)
            with suppress(BrowserError):
                browser.close()
    finally:
        system.end()


def _wait(page: Page, seconds: float, stop: Event) -> None:
    end = time.monotonic() + seconds
    while not stop.is_set() and (rest := end - time.monotonic()) > 0:
        page.wait_for_timeout(1000 * min(rest, 0.5))


class Watch:
    """Looks at a running system; a mark is what happened since the last one."""

    def __init__(self, system: Gridwall, feed: Feed, page: Page, before: list[Mark]) -> None:
        self._system, self._feed, self._page = system, feed, page
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._start = 1 + max((mark.start for mark in before), default=0)
        self._hold()
        # what a former start had acknowledged and the store has no more stays a difference
        known = before[-1].acknowledged if before else 0
        self._base = max(known, self._counted() - feed.reported)
        page.wait_for_selector(f"{KPI}[data-value]", state="attached", timeout=60_000)
        page.evaluate(WATCH, KPI)
        self._begin()

    def _begin(self) -> None:
        wall = self._system.wall()
        self._today = int(wall["today"]["reported"]) - self._feed.reported
        self._at, self._reported = time.monotonic(), self._feed.reported
        self._cpu = self._used()
        self._feed.acknowledged = []
        self._page.evaluate("window.seen = window.seen.slice(-1)")
        self._feed.held.clear()

    def mark(self) -> Mark:
        """Pause the feed, count, measure, and let it go on."""
        state = self._page.locator("body").get_attribute("data-state") or ""
        self._hold()
        acknowledged, counted = self._base + self._feed.reported, self._counted()
        seen = [(float(at), int(n)) for at, n in self._page.evaluate("window.seen")]
        late = sorted(_latencies(seen, self._feed.acknowledged, self._today))
        for _ in range(2):
            self._devtools.send("HeapProfiler.collectGarbage")
        heap = self._devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        nodes = self._devtools.send("Memory.getDOMCounters")
        wall, server = self._system.wall(), usage.descendants(self._system.pid)
        cpu, now = self._used(), time.monotonic()
        found = Mark(
            start=self._start,
            at=time.time(),
            seconds=now - self._at,
            reported=self._feed.reported - self._reported,
            acknowledged=acknowledged,
            counted=counted,
            differences=wall["checked"]["differences"] if wall["checked"]["at"] else None,
            open=wall["all"]["open"],
            heap_mb=heap,
            worker_mb=max(map(usage.resident_mb, self._system.web()), default=0.0),
            server_mb=sum(map(usage.resident_mb, server)),
            nodes=nodes["nodes"],
            listeners=nodes["jsEventListeners"],
            server_cpu_s=max(0.0, cpu[0] - self._cpu[0]),
            browser_cpu_s=max(0.0, cpu[1] - self._cpu[1]),
            frames=len(seen) - 1,
            state=state,
            pixel_p50=statistics.median(late) if late else None,
            pixel_p95=late[int(len(late) * 0.95)] if late else None,
        )
        self._begin()
        return found

    def _hold(self) -> None:
        """Hold the feed until the batch that is under way is answered."""
        self._feed.held.set()
        self._page.wait_for_timeout(300)
        # a batch may still be answered: two equal counts
        count = -1
        while count != self._feed.reported:
            count = self._feed.reported
            self._page.wait_for_timeout(300)

    def _counted(self) -> int:
        """The wall's count of all reports once it stands still for a second, at most after 15 s."""
        end, still, last = time.monotonic() + 15, 0, -1
        while time.monotonic() < end and still < 4:
            count = int(self._system.wall()["all"]["reported"])
            still = still + 1 if count == last else 0
            last = count
            self._page.wait_for_timeout(250)
        return last

    def _used(self) -> tuple[float, float]:
        """Processor time so far, s: the server's processes, the browser's."""
        return (
            usage.cpu_seconds(usage.descendants(self._system.pid)),
            usage.cpu_seconds(usage.descendants(os.getpid(), "chrom")),
        )


def _latencies(
    seen: list[tuple[float, int]], acknowledged: list[tuple[float, int]], base: int
) -> list[float]:
    """ms until the page had caught up with each batch; none over a midnight."""
    values = [value for _, value in seen]
    if any(later < earlier for earlier, later in pairwise(values)):
        return []
    places = [(at, bisect_left(values, base + count)) for at, count in acknowledged]
    return [max(0.0, seen[n][0] - at * 1000) for at, n in places if n < len(seen)]


def _end_left_over(path: Path) -> None:
    """End the server that a killed run has left behind."""
    try:
        pid = int(path.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if b"dashboard.cli" not in command:
        return
    with suppress(OSError):
        os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    raise Busy(f"process {pid} of an earlier start does not end")


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def publish(text: str) -> None:
    """Put a table into docs/soak.md."""
    before, _, rest = DOC.read_text().partition(BETWEEN[0])
    DOC.write_text(f"{before}{BETWEEN[0]}\n{text}\n{BETWEEN[1]}{rest.partition(BETWEEN[1])[2]}")


if __name__ == "__main__":
    sys.exit(main())
