"""Who computes in a web worker's threads: walls first, then the past, one at a time.

Python runs one thread at a time, and changes them without a plan. A thread that folds the past for
seconds enters `PAST`, and calls `breathe` between two events: then a wall that is being composed
goes first, and another one that looks back gets a turn. Without walls no thread waits for any.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: how long a thread goes on while others wait, s
_SLICE_S = 0.02
#: a wall is waited for so long at most, s
_PATIENCE_S = 0.2

_no_wall = threading.Event()
_no_wall.set()


@contextmanager
def composing() -> Iterator[None]:
    """Go first while the block runs; one thread composes at a time."""
    _no_wall.clear()
    try:
        yield
    finally:
        _no_wall.set()


class Lane:
    """Lets one thread at a time go on, in the order in which they came."""

    def __init__(
        self,
        slice_s: float = _SLICE_S,
        patience_s: float = _PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slice, self._patience, self._clock = slice_s, patience_s, clock
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken, self._since = False, 0.0

    def __enter__(self) -> None:
        mine = None
        with self._lock:
            if self._taken:
                mine = threading.Event()
                self._waiting.append(mine)
            self._taken = True
        if mine is not None:
            mine.wait()  # it is handed over, so it stays taken
        self._since = self._clock()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

    def breathe(self) -> None:
        """Let walls, and after a while the others in the lane, go first; called inside it."""
        if not _no_wall.is_set():
            _no_wall.wait(self._patience)
        if self._waiting and self._clock() - self._since >= self._slice:
            self.__exit__()
            self.__enter__()


#: of all who fold the past in this process
PAST = Lane()
