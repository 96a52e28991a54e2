"""A Redis server of one test's own, with the faults it asks for: a port, a password, a limit.

``with server(tmp_path, maxmemory="8mb") as own``: ``own.url``, ``own.client()``, ``own.signal(…)``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from data_sources.engine import binary
from data_sources.store.connection import connect
from tests.support.logs import plant


def free_port() -> int:
    """A port of the loopback that no one listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class OwnServer:
    """A running server."""

    port: int
    directory: Path
    password: str
    argv: list[str]
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address, with the password."""
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """A connection to it."""
        return connect(self.url)

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        os.kill(self.process.pid, number)

    def restart(self) -> None:
        """Kill it and start it again on the same data."""
        self.process.kill()
        self.process.wait()
        self.process = _start(self.argv, self.directory)
        _await(self)


def _start(argv: list[str], directory: Path) -> subprocess.Popen[bytes]:
    with (directory / "server.log").open("ab") as log:
        return subprocess.Popen(argv, cwd=directory, stdout=log, stderr=subprocess.STDOUT)


def _await(own: OwnServer) -> None:
    end = time.monotonic() + 15
    while True:
        try:
            with own.client() as r:
                r.ping()
            return
        except redis.RedisError:
            assert own.process.poll() is None, (own.directory / "server.log").read_text()
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)


@contextmanager
def server(directory: Path, password: str = "", **options: str) -> Iterator[OwnServer]:
    """A server in ``directory``; ``options`` as in its configuration, `_` for `-`."""
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    known = {"port": str(port), "bind": "127.0.0.1", "dir": str(directory), "save": ""}
    known |= {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    known |= {name.replace("_", "-"): value for name, value in options.items()}
    if password:
        plant(password)
        known["requirepass"] = password
    argv = [str(binary.find().path)]
    for name, value in known.items():
        argv += [f"--{name}", value]
    own = OwnServer(port, directory, password, argv, _start(argv, directory))
    try:
        _await(own)
        yield own
    finally:
        own.process.kill()
        own.process.wait()
