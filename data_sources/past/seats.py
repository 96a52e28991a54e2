"""How many may rewind at once in one worker: a seat is held while its owner goes on asking."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST = 6
IDLE_S = 20.0


class Seats:
    """The seats of one worker."""

    def __init__(
        self, most: int = MOST, idle_s: float = IDLE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._idle, self._clock = most, idle_s, clock
        self._taken: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, who: str) -> bool:
        """Take a seat, or keep one's own; False while all are taken."""
        now = self._clock()
        with self._lock:
            self._taken = {w: at for w, at in self._taken.items() if now - at < self._idle}
            if who not in self._taken and len(self._taken) >= self._most:
                return False
            self._taken[who] = now
            return True
