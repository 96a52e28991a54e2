"""The expected sum of every view, compared with what was read, each view at its own position.

Millions of counters are compared in little memory (`Balance`): each belongs to one of a fixed
number of boxes. A box adds up each counter's difference times a number that identifies the counter,
so its sum is 0 if all of its counters are right (by chance in one of 2^64 cases otherwise). A
second look keeps the counters of the boxes whose sum is not 0, and can name them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from dashboard.core.fold import views
from dashboard.core.fold.recount import Recounted, members, recount
from dashboard.core.fold.view_names import is_dense
from dashboard.core.model.rules import Rules
from data_sources.audit.compare import key_of
from data_sources.audit.recount import Received
from data_sources.audit.report import Findings
from data_sources.audit.store import Picture
from data_sources.store.keys import ShardKeys

#: view and field
Counter = tuple[str, str | int]

_BOXES = 1 << 18
#: boxes whose counters are kept; more are only counted
_OPENED = 4096
#: in place of a value that no fold writes
_ODD = 1 << 70
_NUMBER = attrgetter("number")


class Sums:
    """Takes in a store's pictures, adds up its events, reports the differences."""

    def __init__(
        self, keys: ShardKeys, rules: Rules, findings: Findings, opened: frozenset[int]
    ) -> None:
        self._keys, self._rules, self._findings = keys, rules, findings
        self.balance = Balance(opened)
        #: key, or name of a view → the picture it is in; a view in none did not exist at the
        #: position of the last but one, ``_else``
        self._where: dict[str, int] = {}
        self._else = 0
        self._found: dict[str, int] = {}
        self._sizes: dict[str, int] = defaultdict(int)
        #: keys of another type than they should be
        self.broken: set[str] = set()
        #: how many entries of the stream precede each picture
        self.numbers: list[int] = []
        self.events = 0

    def take(self, pictures: Iterator[Picture], archived: int = 0) -> list[Picture]:
        """Take in all pictures; returns them with positions and meta only.

        ``archived`` is the number of events in files.
        """
        prefix, out = self._keys.view(""), []
        for number, picture in enumerate(pictures):
            for key, value in picture.values.items():
                view = key.removeprefix(prefix)
                self._where[view] = number
                if view != key:
                    self._view(key, view, value)
                elif isinstance(value, int) and value >= 0:
                    self._found[key] = value
                else:
                    self._broken(key, "members")
            picture.values.clear()
            out.append(picture)
        self._else = len(out) - 2
        if self._keys.events in self._found:
            self._found[self._keys.events] += archived
        return out

    def _view(self, key: str, view: str, value: Any) -> None:
        if value == 0:
            return
        if is_dense(view):
            if not isinstance(value, bytes) or len(value) % 4:
                self._broken(key, "dense counters")
                return
            found = np.frombuffer(value, ">i4")
            for minute in np.nonzero(found)[0].tolist():
                self.balance.find((view, minute), int(found[minute]))
        elif isinstance(value, dict):
            for name, n in value.items():
                self.balance.find((view, name), n)
        else:
            self._broken(key, "a hash of counters")

    def _broken(self, key: str, expected: str) -> None:
        self.broken.add(key)
        self._findings.add("key", key, "", expected, "something else")

    def add(self, received: Sequence[Received], recounted: Recounted) -> None:
        """Add an event; ``recounted`` is the recount of all actions in ``received``."""
        ends = [bisect_right(received, n, key=_NUMBER) for n in self.numbers]
        self.events += ends[-1] > 0
        expect, where, other = self.balance.expect, self._where, self._else
        for end in set(ends) - {0}:
            if end == len(received):
                then = recounted
            else:
                then = recount(self._rules, (r.item() for r in received[:end]))
            everywhere = all(e == end for e in ends)
            for counter, n in views.part(self._rules, then.state).items():
                if everywhere or ends[where.get(counter[0], other)] == end:
                    expect(counter, n)
            for name in self._keys_of(then):
                if everywhere or ends[where.get(name, other)] == end:
                    self._sizes[name] += 1

    def _keys_of(self, recounted: Recounted) -> Iterator[str]:
        """The keys of sets and hashes that the event is a member of."""
        if recounted.marks:
            yield self._keys.trails
        if recounted.state is not None:
            yield self._keys.events
            for name, _ in members(self._rules, recounted.state):
                yield key_of(self._keys, name)

    def compare(self) -> None:
        """Report every counter and every size that differs."""
        findings = self._findings
        for (view, name), expected, found in self.balance.differences():
            kind = "minute" if is_dense(view) else "counter"
            if (key := self._keys.view(view)) not in self.broken:
                findings.add(kind, key, str(name), expected, found)
        findings.count += self.balance.beyond()
        for key in sorted((self._sizes.keys() | self._found.keys()) - self.broken):
            size, there = self._sizes.get(key, 0), self._found.get(key, 0)
            if there != size:
                findings.add("size", key, "", size, there)
                findings.uneven.add(key)


class Balance:
    """The boxes; ``opened`` are those whose counters are kept one by one."""

    def __init__(self, opened: frozenset[int] = frozenset()) -> None:
        self._boxes = [0] * _BOXES
        self._opened = frozenset(sorted(opened)[:_OPENED])
        self._beyond = opened - self._opened
        self._expected: dict[Counter, int] = defaultdict(int)
        self._found: dict[Counter, int | str] = {}

    def expect(self, counter: Counter, n: int) -> None:
        """Add ``n`` to what the counter should be."""
        name = hash(counter)
        box = name % _BOXES
        self._boxes[box] -= n * name
        if box in self._opened:
            self._expected[counter] += n

    def find(self, counter: Counter, n: int | str) -> None:
        """Add the counter's value (text: not a number); one at 0 should not exist."""
        name = hash(counter)
        box = name % _BOXES
        self._boxes[box] += (n if isinstance(n, int) and n else _ODD) * name
        if box in self._opened:
            self._found[counter] = n

    def uneven(self) -> frozenset[int]:
        """The boxes whose sum is not 0."""
        return frozenset(box for box, total in enumerate(self._boxes) if total)

    def beyond(self) -> int:
        """The number of boxes that are uneven in both looks and were not opened."""
        return len(self._beyond & self.uneven()) if self._beyond else 0

    def differences(self) -> Iterator[tuple[Counter, int | None, int | str | None]]:
        """Differing counters of opened boxes: (counter, expected, found or None)."""
        for counter in sorted(self._expected.keys() | self._found.keys(), key=str):
            expected, found = self._expected.get(counter) or None, self._found.get(counter)
            if expected != found:
                yield counter, expected, found
