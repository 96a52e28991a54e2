"""The whole of Gridwall under load, watched from outside while something is broken.

`Stand` runs `gridwall up` for the simulated city without a feed. A sender posts reports and sends
each again until it is accepted; a real wall in Chromium and `/readyz` are looked at twice a second.
`Watch.row` puts down what was seen; `Stand.settle` checks afterwards that every report that was
acknowledged is counted exactly once, and that no log names a secret or a person.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page

from dashboard import ROOT
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from data_sources.audit.inspection import audit
from data_sources.engine.server import running_url
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from tests.support.processes import gridwall, wait_until
from tests.support.stores.ownserver import free_port

TOKEN = "token-of-the-chaos-tests-4711"
PASSWORD = "password-of-the-chaos-tests-0815"
#: in the text of every tenth report: must be in no log
NAME, PHONE = "张伟明", "13812345678"
CITY = "chifeng"
#: where rows of the table go; the table of docs/operating.md is made of them
ROWS = ROOT / "docs" / "faults.json"
#: read here: the settings of the machine are hidden from tests while they run
WRITES = os.environ.get("GRIDWALL_FAULTS") == "write"
_SEND_S = 0.2


class Sender:
    """Posts a report every 0.2 s; each again until it has been accepted."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.acknowledged: set[str] = set()
        self.refused: set[str] = set()
        #: codes and causes of answers that were no acknowledgement
        self.answers: set[str] = set()
        self._over, self._held, self._idle = (threading.Event() for _ in range(3))
        self._thread = threading.Thread(target=self._send, name="sender", daemon=True)
        self._thread.start()

    def hold(self) -> None:
        """Send no new report; the last one is still sent until it is accepted."""
        self._held.set()
        wait_until(self._idle.is_set, 90)

    def go_on(self) -> None:
        """Send again."""
        self._idle.clear()
        self._held.clear()
        self.answers.clear()

    def stop(self) -> None:
        """Send no more."""
        self._over.set()
        self._thread.join(20)

    def _send(self) -> None:
        number = 0
        with httpx.Client(base_url=self._address, timeout=10) as http:
            while not self._over.wait(_SEND_S):
                if self._held.is_set():
                    self._idle.set()
                    continue
                number += 1
                event = f"chaos-{number}"
                while not self._accepted(http, event, number) and not self._over.is_set():
                    time.sleep(_SEND_S)

    def _accepted(self, http: httpx.Client, event: str, number: int) -> bool:
        at = datetime.fromtimestamp(time.time() - 2, UTC).isoformat()
        text = f"{NAME} {PHONE}" if number % 10 == 0 else "灯坏了"
        report = {"action_id": f"{event}:report", "event_id": event, "kind": "report", "ts": at}
        report |= {"actor": "grid", "level": "blue", "category": "streetlight"}
        body = {**report, "place": ["150402", "150402001"], "text": text}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        try:
            answer = http.post("/api/v1/actions", json=body, headers=headers)
        except httpx.HTTPError as error:
            self.answers.add(type(error).__name__)
            return False
        if answer.status_code == 200:
            self.acknowledged.add(event)
            return True
        found = answer.json()
        self.answers.add(f"{answer.status_code} {found.get('cause') or found.get('error') or ''}")
        if answer.status_code == 400:
            self.refused.add(event)
            return True
        return False


class Watch:
    """What the wall and `/readyz` showed from its beginning on, in order, each once."""

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address
        self.walls: list[str] = []
        self.banners: list[str] = []
        self.ready: list[str] = []
        #: answers of 200 with an age over the limit: there must be none
        self.wrong: list[str] = []
        self.began = time.monotonic()

    def look(self) -> tuple[str, bool]:
        """The wall's state now, and whether `/readyz` answers 200."""
        state, stop, banner = self._page.evaluate(
            "() => [document.body.dataset.state || 'loading', document.body.dataset.stop || '',"
            " document.getElementById('gw-banner')?.innerText || '']"
        )
        wall = f"{state}/{stop}" if stop else state
        _once(self.walls, wall)
        if state != "live" and banner:
            _once(self.banners, _plain(banner))
        ready = False
        try:
            answer = httpx.get(f"{self._address}/readyz", timeout=6)
            found = answer.json()
            ready = answer.status_code == 200
            words = [str(answer.status_code), found.get("stop") or "", found.get("cause") or ""]
            _once(self.ready, " ".join(w for w in words if w))
            if ready and found["age_ms"] >= 15_000:
                self.wrong.append(answer.text)
        except (httpx.HTTPError, ValueError):
            _once(self.ready, "no answer")
        return state, ready

    def until(self, what: Callable[[str, bool], bool], seconds: float) -> float:
        """Look twice a second until ``what(state, ready)``; returns how long that took, s."""
        began = time.monotonic()
        while not what(*self.look()):
            took = time.monotonic() - began
            assert took < seconds, f"{self.walls} {self.banners} {self.ready} after {took:.0f} s"
            time.sleep(0.4)
        return time.monotonic() - began

    def well(self, seconds: float) -> float:
        """Until the wall is live and `/readyz` 200; returns how long that took, s."""
        return self.until(lambda state, ready: state == "live" and ready, seconds)

    def during(self, seconds: float) -> None:
        """Look for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            time.sleep(0.4)


def _once(seen: list[str], what: str) -> None:
    if what not in seen:
        seen.append(what)


def _plain(banner: str) -> str:
    """The banner without the times in it."""
    words = banner.split()
    return " ".join("…" if ":" in word or word.isdigit() else word for word in words)


class Stand:
    """`gridwall up` with a sender and a wall; a context."""

    def __init__(self, directory: Path, browser: Browser, url: str | None = None) -> None:
        self.directory, self._browser, self._url = directory, browser, url
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = directory / "up.log"

    @property
    def url(self) -> str:
        """The address of the store."""
        found = self._url or running_url(self.directory / "data" / CITY)
        assert found is not None
        return found

    def env(self) -> dict[str, str]:
        """The settings of its processes."""
        known = {"GRIDWALL_DATA_DIR": str(self.directory / "data"), "GRIDWALL_CITY": CITY}
        known["GRIDWALL_INTAKE_TOKEN"] = TOKEN
        if self._url is not None:
            known["GRIDWALL_REDIS_URL"] = self._url
        return {**os.environ, **known}

    def __enter__(self) -> Stand:
        self.directory.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                gridwall("up", "--no-feed", "--port", str(self.port)),
                cwd=ROOT,
                env=self.env(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: "/wall" in self.log.read_text() or self.process.poll() is not None, 300)
        assert self.process.poll() is None, self.log.read_text()
        self.sender = Sender(self.address)
        self.page = self._browser.new_page(viewport={"width": 1920, "height": 1080})
        self.page.goto(f"{self.address}/wall?lang=en", timeout=120_000)
        self.watch().well(180)
        wait_until(lambda: len(self.sender.acknowledged) > 3, 30)
        return self

    def __exit__(self, *_: object) -> None:
        self.sender.stop()
        self.page.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def watch(self) -> Watch:
        """Look from now on."""
        return Watch(self.page, self.address)

    def pid_of(self, part: str) -> int:
        """The process of a part: its name; `worker`, `engine`, `supervisor` as well."""
        below = _descendants(self.process.pid)
        if part == "supervisor":
            return _children(self.process.pid)[0]
        if part == "worker":
            web = self.pid_of("web")
            return next(pid for pid in below if _parent(pid) == web)
        wanted = {"engine": "-server ", "web": "gunicorn"}.get(part, f"dashboard.cli {part} ")
        return next(pid for pid in below if wanted in _command(pid) + " ")

    def settle(self, watch: Watch, *, lost: bool = False) -> str:
        """Check that nothing acknowledged is missing or counted twice; returns it in words."""
        self.sender.hold()
        assert watch.wrong == [], "ready with data older than the limit"
        acknowledged = self.sender.acknowledged
        rules = rules_for(Settings(city=CITY))
        with connect(self.url) as r:
            parts = shards(1)
            wait_until(lambda: audit(r, parts, rules).waiting == 0, 30)
            found = audit(r, parts, rules)
            assert found.clean, found.lines()
            stored = {key.decode() for key in r.hkeys(parts[0].events)}
            reported = int(r.hget(parts[0].view("count"), "all|reported") or 0)
            assert reported == len(stored)
        if not lost:
            assert acknowledged <= stored, sorted(acknowledged - stored)[:5]
            assert stored <= acknowledged, "the sender sends each until it is acknowledged"
        self.check_logs()
        self.sender.go_on()
        return f"{len(acknowledged)} acknowledged, {reported} counted; audit clean"

    def check_logs(self) -> None:
        """No log names a secret, or the person that is in the reports."""
        logs = [self.log, *(self.directory / "data").glob("*/logs/*.log*")]
        for path in logs:
            text = path.read_text(encoding="utf-8", errors="replace")
            for secret in (TOKEN, PASSWORD, NAME, PHONE):
                assert secret not in text, f"{path.name} names {secret}"


def note(fault: str, done: str, watch: Watch, recovered: str, kept: str) -> None:
    """Keep a row of the table if `GRIDWALL_FAULTS=write`."""
    row = {
        "fault": fault,
        "done": done,
        "wall": [one for one in watch.walls if one != "live"] or ["live"],
        "banner": watch.banners,
        "ready": [one for one in watch.ready if one != "200"] or ["200"],
        "recovered": recovered,
        "kept": kept,
    }
    print(json.dumps(row, ensure_ascii=False))  # noqa: T201 - shown by `make chaos`
    if not WRITES:
        return
    rows = json.loads(ROWS.read_text(encoding="utf-8")) if ROWS.exists() else {}
    rows[fault] = row
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    ROWS.write_text(text + "\n", encoding="utf-8")


def note_kept(faults: list[str], kept: str) -> None:
    """Add to the rows of faults that shared a run what was kept, if `GRIDWALL_FAULTS=write`."""
    if WRITES:
        rows = json.loads(ROWS.read_text(encoding="utf-8"))
        for fault in faults:
            rows[fault]["kept"] = f"in one run of {len(faults)}: {kept}"
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        ROWS.write_text(text + "\n", encoding="utf-8")


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found]


def _descendants(pid: int) -> list[int]:
    out: list[int] = []
    for child in _children(pid):
        out += [child, *_descendants(child)]
    return out
