"""Counts what repeats, so that a crowd that is refused all the time fills no log. Pure but for a
clock."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

#: at most one line about the same in this time, s
EVERY_S = 1.0
#: kinds of the same that are remembered
_MOST = 1000


class Repeats:
    """When the same happened last, and how often since."""

    def __init__(
        self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._every, self._clock = every_s, clock
        #: when a line was written about it, and how often it has happened since
        self._seen: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def due(self, what: Hashable) -> int:
        """How often it has happened since the last line about it, if one is due; else 0."""
        now = self._clock()
        at, since = self._seen.pop(what, (float("-inf"), 0))
        is_due = now - at >= self._every
        self._seen[what] = (now, 0) if is_due else (at, since + 1)
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)
        return since + 1 if is_due else 0
