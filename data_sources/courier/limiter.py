"""How many messages a channel still takes this minute; shared by all shards of a process."""

from __future__ import annotations

from collections import deque
from threading import Lock

_MINUTE = 60_000


class Limiter:
    """At most ``per_minute`` messages in any 60 s, ``gap`` ms apart; 0 stands for no limit."""

    def __init__(self, per_minute: int, gap: int = 0) -> None:
        self._most, self._gap = per_minute, gap
        self._sent: deque[int] = deque()
        self._lock = Lock()
        #: a quarter is kept for reds
        self.reserve = per_minute // 4

    def slots(self, now: int) -> int:
        """How many may be sent now; 1,000,000 where there is no limit."""
        if not self._most:
            return 1_000_000
        with self._lock:
            return self._slots(now)

    def book(self, now: int) -> bool:
        """Count one more; false if another thread has just used the last."""
        if not self._most:
            return True
        with self._lock:
            if self._slots(now) <= 0:
                return False
            self._sent.append(now)
            return True

    def free_at(self, now: int) -> int:
        """When an everyday message may be sent again."""
        if not self._most:
            return now
        with self._lock:
            self._slots(now)
            too_many = self.reserve + 1 - self._most + len(self._sent)
            # as many of the oldest must first be a minute old
            window = self._sent[too_many - 1] + _MINUTE if too_many > 0 else now
            return max(window, self._sent[-1] + self._gap) if self._sent else now

    def _slots(self, now: int) -> int:
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        if self._sent and now - self._sent[-1] < self._gap:
            return 0
        return self._most - len(self._sent)
