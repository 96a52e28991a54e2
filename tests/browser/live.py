"""The whole system for one browser test: engine, projector, clock, web and a feed, each its
own process that the test may stop and start. No supervisor, so that what is stopped stays so."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import httpx

from dashboard.processes.connect import SUPERVISED
from data_sources.engine.server import Engine
from tests.support.processes import ROOT, gridwall, wait_until

PARTS = ("projector", "clock", "web", "feed")


class Stack:
    """A running city; use as a context manager."""

    def __init__(
        self,
        directory: Path,
        city: str = "chifeng",
        rate: float = 2.0,
        *,
        patience: float = 60,
        parts: tuple[str, ...] = PARTS,
        token: str = "",
    ) -> None:
        """``token``: the intake's, for who feeds it by itself and leaves out the part."""
        self.engine = Engine(directory)
        self.city, self._rate, self._patience = city, rate, patience
        self.parts, self._token = parts, token
        self._log = directory / "parts.log"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Stack:
        self.engine.open()
        try:
            for part in self.parts:
                self.start(part)
            wait_until(self.ready, self._patience)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for part in list(self._running):
            self.stop(part)
        self.engine.close()

    def ready(self) -> bool:
        """Whether every part works and the backfill is complete."""
        try:
            answer = httpx.get(f"{self.address}/readyz", timeout=2)
            return answer.status_code == 200 and answer.json()["lag"] < 50
        except httpx.HTTPError:
            return False

    def wall(self) -> dict[str, object]:
        """The wall's state by the API."""
        found: dict[str, object] = httpx.get(f"{self.address}/api/v1/wall", timeout=5).json()
        return found

    def start(self, part: str) -> None:
        """Start a part; "redis" is the engine itself."""
        if part == "redis":
            self.engine.start()
            return
        arguments = {
            "web": ("web", "--port", str(self.port)),
            "feed": ("simulate", "--rate", str(self._rate), "--seed", "7", "--past", "5000"),
        }.get(part, (part,))
        environment = {
            **os.environ,
            "GRIDWALL_REDIS_URL": self.engine.url,
            "GRIDWALL_CITY": self.city,
            "GRIDWALL_INTAKE_TOKEN": self._token,
            SUPERVISED: "1",  # the feed must not start a projector of its own
        }
        with self._log.open("ab") as log:
            self._running[part] = subprocess.Popen(
                gridwall(*arguments),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def revive(self, part: str) -> None:
        """Start a part again if it has ended, as the supervisor does."""
        if self._running[part].poll() is not None:
            self.start(part)

    def stop(self, part: str) -> None:
        """kill -9, with all it started."""
        if part == "redis":
            assert self.engine.process is not None
            self.engine.process.kill()
            self.engine.reap()
            return
        process = self._running.pop(part)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
