"""The process around the supervisor: starts it again if it is killed or hangs.

`run_watched(run)` forks. The child runs the supervisor; the parent only passes signals on and looks
at the child's beats, so that there is little in it that could fail. If it is killed itself, the
kernel ends the child, and with it everything. Under systemd it also reports to the watchdog
(`WatchdogSec=`), which restarts a parent that hangs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

from dashboard.processes.pulses import Silence, last_beat, open_beats
from dashboard.processes.signals import Wakeup
from data_sources.engine.processes import die_with_parent
from data_sources.store.beating import heart

_LOOK_S = 0.5
#: a supervisor that has been asked to stop gets so long, s
_GRACE_S = 20.0
#: one that failed after so long was running well, and is started again, s
_STEADY_S = 60.0
_PAUSE_S = 1.0

#: the process that is to be stopped to stop everything; set in the child
_parent = 0


def stopping_pid() -> int:
    """The process that an operator stops to stop this supervisor."""
    return _parent or os.getpid()


def run_watched(run: Callable[[], None]) -> int:
    """Run the supervisor in a child process until it ends by itself; returns its exit code."""
    with Wakeup() as signals:
        while True:
            beats = open_beats()
            pid = _fork(run, beats, signals)
            began = time.monotonic()
            try:
                status = _watch(pid, beats, signals)
            finally:
                os.close(beats)
            code = os.waitstatus_to_exitcode(status)
            ended_itself = code >= 0 and time.monotonic() - began < _STEADY_S
            if code == 0 or ended_itself or signals.stopping:
                return code if code >= 0 else 128 - code
            _say(f"监督进程意外退出，重新启动 supervisor ended ({code}), starting it again")
            time.sleep(_PAUSE_S)


def _fork(run: Callable[[], None], beats: int, signals: Wakeup) -> int:
    """Fork; the child never returns from here."""
    global _parent
    parent = os.getpid()
    # what is in a buffer now would be written twice
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _parent = parent
        signals.restore()
        # of its own: a terminal sends Ctrl-C to the parent alone, which passes it on once
        os.setpgid(0, 0)
        die_with_parent(signal.SIGKILL, parent)
        heart.follow(beats)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        if sys.exc_info()[0] not in (None, SystemExit):
            sys.excepthook(*sys.exc_info())
        os._exit(code)


def _watch(pid: int, beats: int, signals: Wakeup) -> int:
    """Pass signals on, and end a child that is silent; returns its status when it has ended."""
    silence = Silence()
    silence.begin(time.monotonic())
    asked_at: float | None = None
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        now = time.monotonic()
        if signals.stopping and asked_at is None:
            asked_at = now
            os.kill(pid, signal.SIGTERM)
        if asked_at is not None and now - asked_at > _GRACE_S:
            os.kill(pid, signal.SIGKILL)
        elif asked_at is None and silence.look(now, last_beat(beats)):
            _say(f"监督进程 {silence.lasted:.0f} 秒无响应 supervisor silent, ending it")
            os.kill(pid, signal.SIGKILL)
        _notify("WATCHDOG=1\nREADY=1")
        signals.wait(_LOOK_S)


def _notify(state: str) -> None:
    """Report to systemd, if it has started us (sd_notify)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect("\0" + address[1:] if address.startswith("@") else address)
        out.send(state.encode())


def _say(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)  # noqa: T201
