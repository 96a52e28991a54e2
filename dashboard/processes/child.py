"""One supervised child process: its command, its log, when to start it again.

`tend(now)` starts it when due and reports when it has ended. A child that ran for a minute starts
again at once; one that keeps failing waits longer each time. Its process group ends with it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dashboard
from dashboard.config.settings import Settings
from data_sources.engine import processes

_STEADY_S = 60.0
_LONGEST_PAUSE_S = 10.0
_WRONG_USE = 2


@dataclass(frozen=True)
class Spec:
    """A child's name and command, and how it may end."""

    name: str
    argv: Sequence[str]
    #: TERM for a parent of processes (it ends them), KILL for a process that may stop anywhere.
    death: signal.Signals = signal.SIGKILL
    #: A feed that reached its end is not started again.
    may_finish: bool = False


@dataclass(frozen=True)
class Ended:
    """How a child has just ended."""

    code: int
    #: its last log lines
    output: list[str]
    #: seconds until it starts again; None for never
    pause: float | None


class Child:
    """A process that is kept running."""

    def __init__(self, spec: Spec, directory: Path, env: Mapping[str, str]) -> None:
        self.spec = spec
        self.failures = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._directory, self._env = directory, env
        self._due: float | None = 0.0
        self._started = 0.0
        self._log_start = 0

    @property
    def log_path(self) -> Path:
        """The file of its output."""
        return processes.log_path(self._directory, self.spec.name)

    @property
    def running(self) -> bool:
        """Whether its process is running, or has ended without being reported."""
        return self.process is not None

    def tend(self, now: float) -> Ended | None:
        """Start it if it is due; return how it ended, once, if it has."""
        if self.process is None:
            if self._due is not None and now >= self._due:
                self._start(now)
            return None
        if not processes.has_ended(self.process.pid):
            return None
        processes.kill_group(self.process.pid, signal.SIGKILL)  # what it left behind
        code = self.process.wait()
        self.process = None
        return Ended(code, self._output(), self._next(code, now))

    def _start(self, now: float) -> None:
        with processes.open_log(self._directory, self.spec.name) as log:
            self._log_start = log.seek(0, os.SEEK_END)
            self.process = processes.spawn(
                self.spec.argv, log=log, death=self.spec.death, env=self._env
            )
        self._started, self._due = now, None

    def _next(self, code: int, now: float) -> float | None:
        if self.spec.may_finish and code in (0, _WRONG_USE):
            return None
        self.failures = 1 if now - self._started >= _STEADY_S else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(_LONGEST_PAUSE_S, 0.2 * 2**self.failures)
        self._due = now + pause
        return pause

    def _output(self) -> list[str]:
        return processes.tail(self.log_path, since=self._log_start)


def command_of(*arguments: str) -> list[str]:
    """The command line that runs `gridwall <arguments>` with this Python."""
    # -P: a file `dashboard.py` in the working directory is not ours.
    return [sys.executable, "-P", "-m", "dashboard.cli", *arguments]


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a child that works with exactly these settings."""
    env = {**os.environ, **settings.environment(), "PYTHONUNBUFFERED": "1"}
    root = dashboard.ROOT
    if root.name not in ("site-packages", "dist-packages"):
        # From a checkout: the child finds the package although -P hides the working directory.
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), env.get("PYTHONPATH")]))
    return env
