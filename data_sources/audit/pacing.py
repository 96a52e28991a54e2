"""Keeps long work cheap: after each piece of work a pause in proportion to its processor time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

#: of a core, for a store that is not small
DUTY = 0.03
#: at most, to come round once a minute
MOST = 0.10
#: up to so many actions a store is looked at about once a minute
SMALL = 50_000
EVERY_S = 60.0
#: what an action costs, generously, s of processor time
_COST_S = 0.0001
#: of the minute that the work may take
_WITHIN_S = 50.0
#: pauses shorter than this are gathered, longer ones are cut so that a stop is heeded
_LEAST_S = 0.01


class Stopped(Exception):
    """The work is to be given up."""


def duty_for(actions: int, duty: float = DUTY) -> float:
    """The share of a core that an audit of so many actions may take."""
    if actions > SMALL:
        return duty
    return min(max(MOST, duty), max(duty, actions * _COST_S / _WITHIN_S))


class Pace:
    """``rest`` between two pieces of work; raises :class:`Stopped` once ``stop`` is set."""

    def __init__(
        self, stop: Event, duty: float = DUTY, awake: Callable[[], None] = lambda: None
    ) -> None:
        self._stop, self.duty, self._awake = stop, duty, awake
        self._since = time.thread_time()
        self._owed = 0.0
        #: processor time worked so far, s
        self.worked = 0.0

    def rest(self) -> None:
        """Pause for what has been worked since the last time."""
        now = time.thread_time()
        worked, self._since = now - self._since, now
        self.worked += worked
        self._owed += worked * (1 / self.duty - 1)
        while self._owed > _LEAST_S:
            part = min(self._owed, 1.0)
            began = time.monotonic()
            self._stop.wait(part)
            self._owed -= time.monotonic() - began
            self._awake()
            if self._stop.is_set():
                break
        if self._stop.is_set():
            raise Stopped
