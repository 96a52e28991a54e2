"""A city served over a fixed store: the same events each time, its clock stopped at their end.

Los Angeles is a part of the packaged file, cut off at one moment; Chifeng is simulated from a seed.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from .checkout import Checkout

CITIES = ("la", "chifeng")
ADMIN, INTAKE = "an-admin-token-of-the-record", "an-intake-token-of-the-record"
ACCOUNT, PASSWORD = "anna", "Bergamot-tea-41"
_EVERY = 4
_END = datetime(2018, 1, 4, 9, 34)
_TIMES = "%m/%d/%Y %I:%M:%S %p"
_PATIENCE_S = 300.0


@dataclass
class Site:
    """A running city."""

    checkout: Checkout
    city: str
    work: Path
    url: str
    #: names in addresses → codes of this city
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of everything that uses this store."""
        return {
            "GRIDWALL_DATA_DIR": str(self.work / "data"),
            "GRIDWALL_CITY": self.city,
            "GRIDWALL_ADMIN_TOKEN": ADMIN,
            "GRIDWALL_INTAKE_TOKEN": INTAKE,
        }

    def run(
        self, *arguments: str, given: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the store."""
        env = {**self.environment, **more}
        return self.checkout.run(*arguments, cwd=self.work, given=given, timeout=300, **env)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[None]:
        """A command that keeps running; stops it at the end."""
        with (self.work / f"{arguments[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                self.checkout.gridwall(*arguments),
                cwd=self.work,
                env=self.checkout.environment(**self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        answer = httpx.get(self.url + path, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def get_as_admin(self, path: str) -> Any:
        """The JSON at a path once people must sign in."""
        headers = {"Authorization": f"Bearer {ADMIN}"}
        return httpx.get(self.url + path, headers=headers, timeout=60).json()

    def add_account(self) -> None:
        """Make the first account: from then on everybody must sign in."""
        options = ("--role", "administrator", "--password-stdin", "--keep")
        done = self.run("people", "add", ACCOUNT, *options, given=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
        wait(lambda: httpx.get(f"{self.url}/api/v1/me", timeout=10).status_code == 401)


@contextmanager
def served(checkout: Checkout, city: str, work: Path) -> Iterator[Site]:
    """A city with all its parts running; stops them at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Site(checkout, city, work, f"http://127.0.0.1:{port}")
    # Folded before the clock runs: else it escalates what the next batch closes in time, and how
    # often depends on the speed of the machine. Supervised, a feed starts no clock of its own.
    done = site.run(*_feed(checkout, city, work), GRIDWALL_SUPERVISED="1")
    assert done.returncode == 0, done.stderr
    with site.running("projector"):
        # the engine must be the projector's: another command's would end with that command
        wait(lambda: any(work.rglob("*.sock")))
        wait(lambda: _folded(site))
    with site.running("up", "--no-feed", "--port", str(port)):
        wait(lambda: _settled(site))
        yield site


def wait(until: Callable[[], object], seconds: float = _PATIENCE_S) -> None:
    """Return once `until()` is true; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise TimeoutError(f"still not so after {seconds:.0f} s")
        time.sleep(0.3)


def _feed(checkout: Checkout, city: str, work: Path) -> tuple[str, ...]:
    if city == "chifeng":
        when = ("--start", "2021-02-08 16:30", "--duration", "1")
        return ("simulate", "--rate", "0.008", "--seed", "7", *when)
    found = next(checkout.root.glob(f"dashboard/**/{city}/sample.csv.gz"))
    with gzip.open(found, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::_EVERY]
    path = work / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(_as_it_was(row) for row in rows)
    return ("replay", str(path), "--format", "la311", "--speed", "max")


def _as_it_was(row: dict[str, str]) -> dict[str, str]:
    """A row as it was at the end of the slice: what happened later has not happened."""
    times = [row[name].strip() for name in ("UpdatedDate", "ClosedDate")]
    if any(one and datetime.strptime(one, _TIMES) > _END for one in times):
        return {**row, "Status": "Open", "ClosedDate": ""}
    return row


def _folded(site: Site) -> bool:
    """The store holds events, and none of their actions waits."""
    done = site.run("state", "--json")
    if done.returncode:
        return False
    state = json.loads(done.stdout)
    return bool(state["all"]["reported"]) and not state["health"]["lag"]


def _settled(site: Site) -> bool:
    """Every part has begun, nothing waits, and the store has been audited once."""
    try:
        if httpx.get(f"{site.url}/readyz", timeout=5).status_code != 200:
            return False
        wall = site.get("/api/v1/wall")
    except httpx.HTTPError:
        return False
    return bool(wall["checked"]["at"]) and not wall["health"]["lag"]
