"""Whether a child still works: the file of its beats, or its answers, and how long it is silent.

Silence is added up from looks of a second at most, so that a watcher that was suspended itself
does not take all others for silent.
"""

from __future__ import annotations

import http.client
import os
import struct
import tempfile
import threading
import time
from collections.abc import Callable

#: a child that has been silent for so long is ended, s
SILENT_S = 30.0
#: … and for so long before its first beat: it imports, connects, loads
START_S = 180.0
#: the most that one look adds to a silence, s
_LOOK_S = 1.0
_TIME = struct.Struct("<d")


def open_beats() -> int:
    """A descriptor of a new file for a child's beats, in memory if the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("gridwall-beats", 0)
    file, path = tempfile.mkstemp(prefix="gridwall-beats-")
    os.unlink(path)
    return file


def last_beat(fd: int) -> float:
    """The time (monotonic, s) in the file of a child's beats; 0 before the first."""
    raw = os.pread(fd, _TIME.size, 0)
    return float(_TIME.unpack(raw)[0]) if len(raw) == _TIME.size else 0.0


class Silence:
    """How long something has given no sign of life."""

    def __init__(self, allowed_s: float = SILENT_S, start_s: float = START_S) -> None:
        self._allowed, self._start = allowed_s, start_s
        self.begin(0.0)

    def begin(self, now: float) -> None:
        """Start over: the one that is watched has just been started."""
        self._looked = now
        #: the sign at the first look: that of the one before, or none
        self._sign: float | None = None
        self._began = False
        self.lasted = 0.0

    def look(self, now: float, sign: float) -> bool:
        """Whether it has been silent for too long; ``sign`` moves with each sign of life."""
        if self._sign is None:
            self._sign = sign
        elif sign != self._sign:
            self._sign, self._began, self.lasted = sign, True, 0.0
        else:
            self.lasted += min(max(0.0, now - self._looked), _LOOK_S)
        self._looked = now
        return self.lasted > (self._allowed if self._began else self._start)


class Asked:
    """Asks something again and again in a thread of its own; ``sign`` counts the answers."""

    def __init__(self, answers: Callable[[], bool], every_s: float = 2.0) -> None:
        self._answers, self._every = answers, every_s
        self.sign = 0.0
        self._over = threading.Event()
        threading.Thread(target=self._ask, name="asked", daemon=True).start()

    def close(self) -> None:
        """Ask no more."""
        self._over.set()

    def _ask(self) -> None:
        while not self._over.wait(self._every):
            if self._answers():
                self.sign = time.monotonic()


def answers_http(host: str, port: int, path: str = "/healthz", timeout: float = 5.0) -> bool:
    """Whether a server answers ``GET path`` with 200."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
