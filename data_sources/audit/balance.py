"""Compares millions of counters in little memory: what was found less what was expected.

All counters are put into a fixed number of boxes. A box holds the sum of each counter's
difference times a number that stands for the counter, so it comes to nothing if all of its
counters do (by chance in one of 2^64 cases otherwise). A second look then keeps the counters of
the boxes that did not, and can name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

#: view and field
Counter = tuple[str, str | int]

_BOXES = 1 << 18
#: boxes that are looked into; more are only counted
_OPENED = 4096
#: stands for a value that no fold writes
_ODD = 1 << 70


class Balance:
    """The boxes; ``opened`` are those whose counters are kept one by one."""

    def __init__(self, opened: frozenset[int] = frozenset()) -> None:
        self._boxes = [0] * _BOXES
        self._opened = frozenset(sorted(opened)[:_OPENED])
        self._beyond = opened - self._opened
        self._expected: dict[Counter, int] = defaultdict(int)
        self._found: dict[Counter, int | str] = {}

    def expect(self, counter: Counter, n: int) -> None:
        """So much more should be counted."""
        name = hash(counter)
        box = name % _BOXES
        self._boxes[box] -= n * name
        if box in self._opened:
            self._expected[counter] += n

    def find(self, counter: Counter, n: int | str) -> None:
        """What the counter shows; text if it is no number. A counter at 0 should not be there."""
        name = hash(counter)
        box = name % _BOXES
        self._boxes[box] += (n if isinstance(n, int) and n else _ODD) * name
        if box in self._opened:
            self._found[counter] = n

    def uneven(self) -> frozenset[int]:
        """The boxes that do not come to nothing."""
        return frozenset(box for box, total in enumerate(self._boxes) if total)

    def beyond(self) -> int:
        """Boxes that are uneven, have been before, and were not opened."""
        return len(self._beyond & self.uneven()) if self._beyond else 0

    def differences(self) -> Iterator[tuple[Counter, int | None, int | str | None]]:
        """Counters of the opened boxes that differ: expected and found, None for not there."""
        for counter in sorted(self._expected.keys() | self._found.keys(), key=str):
            expected, found = self._expected.get(counter) or None, self._found.get(counter)
            if expected != found:
                yield counter, expected, found
