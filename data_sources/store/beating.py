"""Signs of life of the threads that work in this process, for the supervisor that watches it.

A working loop calls `beat()` in each turn, and waits by `pause()`. The supervisor hands its child a
file in memory (`FD` names its descriptor); the time of the thread that has been silent longest is
written there. So a stopped process, a deadlock of one thread and a call that never returns look
alike: the time no longer moves. Without such a file the calls cost next to nothing.
"""

from __future__ import annotations

import os
import struct
import threading
import time
from threading import Event

#: names the descriptor of the file of a child's beats
FD = "GRIDWALL_BEAT_FD"
#: the longest a loop waits without a beat, s
_SLICE_S = 5.0
#: how often the file is written, s
_WRITE_S = 0.5
_TIME = struct.Struct("<d")


class Heart:
    """The beats of this process's threads; ``fd`` is where they go, None for nowhere."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd
        self._last: dict[int, float] = {}
        self._lock = threading.Lock()
        self._written = 0.0

    def beat(self, thread: int | None = None) -> None:
        """Note that the calling thread works; it is watched from its first beat on.

        ``thread`` is the identity of another one, for which the caller can tell.
        """
        if self._fd is None:
            return
        now = time.monotonic()
        with self._lock:
            self._last[thread or threading.get_ident()] = now
            if now - self._written < _WRITE_S:
                return
            self._written = now
            oldest = min(self._last.values())
        try:
            os.pwrite(self._fd, _TIME.pack(oldest), 0)
        except OSError:
            # no supervisor any more: this process is about to end
            self._fd = None

    def follow(self, fd: int) -> None:
        """Write to this file from now on, as the process that has just been forked."""
        self._fd, self._last, self._written = fd, {}, 0.0
        self._lock = threading.Lock()

    def leave(self) -> None:
        """Watch the calling thread no longer: its work has ended."""
        with self._lock:
            self._last.pop(threading.get_ident(), None)

    def pause(self, stop: Event, seconds: float) -> bool:
        """Wait until ``stop`` is set or the time has passed; returns whether it is set."""
        end = time.monotonic() + seconds
        while not stop.is_set():
            self.beat()
            left = end - time.monotonic()
            if left <= 0:
                break
            stop.wait(min(left, _SLICE_S))
        return stop.is_set()


def _given() -> int | None:
    value = os.environ.get(FD, "")
    return int(value) if value.isdecimal() else None


#: this process's
heart = Heart(_given())
beat, leave, pause = heart.beat, heart.leave, heart.pause
