"""How often an address or a person may try something; for one worker, in memory.

Windows move: an attempt counts for exactly `window_s` after it was made. The counting is
pyrate-limiter's; here is only that each address has a bucket, and that there are never more than
so many buckets.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from pyrate_limiter import InMemoryBucket, Rate, RateItem

from dashboard.config.addresses import neighbours

#: default limit: attempts in a window
MOST, WINDOW_S = 10, 60.0
#: addresses that are remembered; the one that tried least recently is dropped first
_ADDRESSES = 4096


class Limiter:
    """Counts attempts by address: `wait()` before one, `count()` for one that counts."""

    def __init__(self, most: int = MOST, window_s: float = WINDOW_S) -> None:
        self._rate = Rate(most, round(1000 * window_s))
        self._buckets: OrderedDict[str, InMemoryBucket] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until the address may try again; 0 if it may now."""
        bucket = self._buckets.get(neighbours(address))
        if bucket is None:
            return 0
        now = _now()
        bucket.leak(now)
        blocking = bucket.peek(self._rate.limit - 1)
        if blocking is None:
            return 0
        return (blocking.timestamp + self._rate.interval - now) // 1000 + 1

    def count(self, address: str) -> None:
        """Note an attempt; one beyond the limit changes nothing."""
        address = neighbours(address)
        bucket = self._buckets.pop(address, None) or InMemoryBucket([self._rate])
        self._buckets[address] = bucket
        now = _now()
        bucket.leak(now)
        bucket.put(RateItem(address, now))
        while len(self._buckets) > _ADDRESSES:
            self._buckets.popitem(last=False)


def _now() -> int:
    """Monotonic milliseconds: a clock that is set back must not lock anybody out."""
    return time.monotonic_ns() // 1_000_000
