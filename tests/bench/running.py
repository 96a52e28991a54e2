"""The systems under measure: a whole Gridwall, and plain Dash on the same Redis."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from data_sources.engine.server import running_url
from tests.bench import usage
from tests.support.processes import ROOT, gridwall, wait_until


def free_port() -> int:
    """A free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of a page; status 0 while no server answers."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("GET", path)
        answer = link.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        link.close()


class Started:
    """A process with a log, ended with everything it started."""

    def __init__(self, argv: list[str], env: dict[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        self._log = log

    def wait_for(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it is ready; raises with its log if it ends before that."""

        def look() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"ended: {self._log.read_text(errors='replace')[-2000:]}")
            return ready()

        wait_until(look, seconds)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Gridwall:
    """`gridwall up --city chifeng --no-feed` in a directory of its own, or in one that is kept."""

    def __init__(self, keep: Path | None = None) -> None:
        self._kept = keep is not None
        self.directory = keep or Path(tempfile.mkdtemp(prefix="gw-bench-"))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port, self.token = free_port(), secrets.token_urlsafe(16)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWALL_")}
        self._env = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "GRIDWALL_DATA_DIR": str(self.directory),
            "GRIDWALL_INTAKE_TOKEN": self.token,
            # all clients of the bench have one address
            "GRIDWALL_STREAMS_PER_ADDRESS": "100000",
            "GRIDWALL_QUESTIONS_PER_PERSON": "100",
        }
        arguments = ("up", "--city", "chifeng", "--no-feed", "--port", str(self.port))
        self._up = Started(gridwall(*arguments), self._env, self.directory / "up.log")
        self._web: Started | None = None

    def ready(self) -> Gridwall:
        self._up.wait_for(lambda: get(self.port, "/readyz")[0] == 200, 60)
        return self

    @property
    def pid(self) -> int:
        """The supervisor's process."""
        return self._up.process.pid

    @property
    def page(self) -> str:
        return "/wall?lang=zh"

    @property
    def redis_url(self) -> str:
        url = running_url(self.directory / "chifeng")
        assert url is not None
        return url

    def web_master(self) -> int:
        """gunicorn's master; the supervisor starts another when it ends."""
        found = usage.descendants(self._up.process.pid, "gunicorn")
        return next(pid for pid in found if usage.children(pid, "gunicorn"))

    def web(self) -> list[int]:
        """The web worker: the child of gunicorn's master."""
        return usage.children(self.web_master())

    def second_web(self) -> tuple[int, list[int]]:
        """Port and worker of a second web process that serves walls and takes nothing in."""
        port = free_port()
        env = {**self._env, "GRIDWALL_REDIS_URL": self.redis_url}
        command = gridwall("web", "--city", "chifeng", "--port", str(port))
        self._web = Started(command, env, self.directory / "web2.log")
        self._web.wait_for(lambda: get(port, "/readyz")[0] == 200, 60)
        return port, usage.children(self._web.process.pid)

    def wall(self) -> dict[str, Any]:
        status, body = get(self.port, "/api/v1/wall")
        assert status == 200, body
        return dict(json.loads(body))

    def end(self) -> None:
        if self._web is not None:
            self._web.end()
        self._up.end()
        if not self._kept:
            shutil.rmtree(self.directory, ignore_errors=True)


class PlainDash:
    """The tutorial's way over the views of a running Gridwall."""

    def __init__(self, redis_url: str, directory: Path) -> None:
        self.port = free_port()
        argv = [sys.executable, "-m", "tests.bench.plain_dash", redis_url, str(self.port)]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._server = Started(argv, env, directory / "plain.log")

    def ready(self) -> PlainDash:
        self._server.wait_for(lambda: get(self.port, "/_dash-layout")[0] == 200, 60)
        return self

    @property
    def page(self) -> str:
        return "/"

    def web(self) -> list[int]:
        return [self._server.process.pid]

    def end(self) -> None:
        self._server.end()
