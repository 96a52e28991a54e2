"""At most so many counted attempts of an address in a window; bounded in memory."""

from __future__ import annotations

import time
from collections import OrderedDict

_FAILURES, _WINDOW_S = 10, 60.0
_ADDRESSES = 4096


class Limiter:
    """Counts attempts for one worker."""

    def __init__(self, most: int = _FAILURES, window_s: float = _WINDOW_S) -> None:
        self._most, self._window = most, window_s
        self._seen: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until the address may try again; 0 if it may now."""
        now = time.monotonic()
        times = [t for t in self._seen.get(address, ()) if now - t < self._window]
        if len(times) < self._most:
            return 0
        return int(self._window - (now - times[-self._most])) + 1

    def count(self, address: str) -> None:
        """Note an attempt."""
        now = time.monotonic()
        times = [t for t in self._seen.pop(address, ()) if now - t < self._window]
        self._seen[address] = [*times[-self._most :], now]
        while len(self._seen) > _ADDRESSES:
            self._seen.popitem(last=False)
