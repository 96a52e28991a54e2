"""What a server spends on so many clients: the listeners' bytes and the server's CPU."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

from tests.bench import usage
from tests.support.processes import ROOT


@dataclass(frozen=True)
class Audience:
    """What was measured with ``clients`` listening."""

    clients: int
    seconds: float
    received: float
    cpu: float
    #: whole refreshes all clients got, for pollers
    rounds: float

    @property
    def core_share(self) -> float:
        return self.cpu / self.seconds

    @property
    def kb_each_minute(self) -> float:
        return self.received / 1024 / self.clients * 60 / self.seconds

    @property
    def cpu_each_minute(self) -> float:
        """CPU·s for one viewer's minute."""
        return self.cpu / self.clients * 60 / self.seconds

    @property
    def refreshes_each_minute(self) -> float:
        return self.rounds / self.clients * 60 / self.seconds


def listen(
    kind: Literal["stream", "poll"], port: int, pids: list[int], clients: int, seconds: float
) -> Audience:
    """Let ``clients`` listen to a port for some seconds; ``pids`` are who serves it."""
    argv = [sys.executable, "-m", "tests.bench.listeners", kind]
    process = subprocess.Popen(
        [*argv, str(port), str(clients), str(seconds)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{clients} clients of {kind} did not come up")
        before = usage.cpu_seconds(pids)
        process.stdin.write("go\n")
        process.stdin.flush()
        line = process.stdout.readline()
        spent = usage.cpu_seconds(pids) - before
        if not line:
            raise RuntimeError(f"{clients} clients of {kind} ended early")
    finally:
        process.kill() if process.poll() is None and sys.exc_info()[0] else None
        process.communicate()
    found = json.loads(line)
    return Audience(clients, found["seconds"], found["bytes"], spent, found["rounds"])
