"""One supervised child process: its command, its log, when to start it again.

`tend(now)` starts it when due and reports when it has ended. A child that ran for a minute starts
again at once; one that keeps failing waits longer each time. Its process group ends with it. One
that gives no sign of life for 30 s is ended (TERM, then KILL), and started again like any other.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dashboard
from dashboard.config.settings import Settings
from dashboard.processes.pulses import Silence, last_beat, open_beats
from data_sources.engine import processes
from data_sources.store import beating

_STEADY_S = 60.0
_LONGEST_PAUSE_S = 10.0
_WRONG_USE = 2
#: from TERM to KILL for a child that is silent, s
_MERCY_S = 5.0


@dataclass(frozen=True)
class Spec:
    """A child's name and command, and how it may end."""

    name: str
    argv: Sequence[str]
    #: TERM for a parent of processes (it ends them), KILL for a process that may stop anywhere.
    death: signal.Signals = signal.SIGKILL
    #: A feed that reached its end is not started again.
    may_finish: bool = False
    #: whether its threads beat (`data_sources/store/beating.py`)
    beats: bool = False
    #: moves with each sign of life of a child that is asked instead; called once a look
    sign: Callable[[], float] | None = None


@dataclass(frozen=True)
class Ended:
    """How a child has just ended."""

    code: int
    #: its last log lines
    output: list[str]
    #: seconds until it starts again; None for never
    pause: float | None
    #: for how long it had been silent, if it was ended for that, s
    silent_s: float = 0.0


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
        self._beats: int | None = None
        self._silence = Silence()
        self._sign = 0.0
        #: when it was asked to end because it was silent, and for how long it had been
        self._ending: tuple[float, float] | None = None

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
            self._watch(now, self.process.pid)
            return None
        processes.kill_group(self.process.pid, signal.SIGKILL)  # what it left behind
        code = self.process.wait()
        self.process = None
        silent_s = self._ending[1] if self._ending is not None else 0.0
        return Ended(code, self._output(), self._next(code, now), silent_s)

    def _start(self, now: float) -> None:
        self._started, self._due, self._ending = now, None, None
        self._silence.begin(now)
        env = dict(self._env)
        if self._beats is not None:
            os.close(self._beats)
        self._beats = open_beats() if self.spec.beats else None
        if self._beats is not None:
            env[beating.FD] = str(self._beats)
        try:
            log = processes.open_log(self._directory, self.spec.name)
        except OSError:  # a full disk must not keep it from starting
            log = open(os.devnull, "ab")  # noqa: SIM115 - closed below
        with log:
            self._log_start = log.seek(0, os.SEEK_END)
            try:
                self.process = processes.spawn(
                    self.spec.argv,
                    log=log,
                    death=self.spec.death,
                    env=env,
                    pass_fds=[] if self._beats is None else [self._beats],
                )
            except OSError:  # no memory or no process left for it
                self._next(1, now)

    def _watch(self, now: float, pid: int) -> None:
        """End it if it has been silent for too long."""
        if self._ending is not None:
            if now - self._ending[0] > _MERCY_S:
                processes.kill_group(pid, signal.SIGKILL)
            return
        if self._beats is not None:
            sign = last_beat(self._beats)
        elif self.spec.sign is not None:
            # a stopped parent of processes that go on answering: they would have no one to
            # start them again
            if not processes.is_stopped(pid):
                self._sign = self.spec.sign()
            sign = self._sign
        else:
            return
        if self._silence.look(now, sign):
            self._ending = (now, self._silence.lasted)
            with contextlib.suppress(OSError):
                processes.kill_group(pid, signal.SIGTERM)

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
