"""Which deliveries of one channel may be sent now. Pure: the time is an argument. Not thread-safe.

Deliveries of one event are sent one after the other, in the outbox's order, each once the one
before has its outcome. A delivery held for quiet hours is sent early when an urgent one of the
same event is behind it, so that an alarm is never held and the order stays.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from data_sources.courier.deliveries import Delivery

#: a digest has at most this many notices
DIGEST = 20
#: the order in which events are sent
_RED, _BEFORE_RED, _EVERYDAY = range(3)
Entry = tuple[int, tuple[int, int], int, str]


def red(delivery: Delivery) -> bool:
    """Whether it is sent first, and alone."""
    return delivery.notice.level == "red" or delivery.notice.what == "alarm"


def urgent(delivery: Delivery) -> bool:
    """Whether neither it nor what is in front of it waits for quiet hours to end."""
    return red(delivery) or delivery.notice.level == "orange"


@dataclass
class _Line:
    """One event's deliveries."""

    waiting: deque[Delivery] = field(default_factory=deque)
    #: the first so many are being sent
    busy: int = 0
    #: the first so many are no longer held for quiet hours
    released: int = 0
    #: heap entries with another version are out of date
    version: int = 0


class Lane:
    """The deliveries of one channel. Times: ``now`` server's clock, ``domain`` the feed's, ms."""

    def __init__(self, size: Callable[[Delivery], int]) -> None:
        #: bytes of a delivery's text in a digest
        self._bytes = size
        self._lines: dict[str, _Line] = {}
        self._ready: list[Entry] = []
        self._later: list[Entry] = []
        self._held: list[Entry] = []
        self._size = 0
        self._version = 0
        #: the whole channel waits until then, ms of the server's clock
        self.paused_until = 0

    def __len__(self) -> int:
        return self._size

    def add(self, delivery: Delivery) -> None:
        """Add a new delivery, behind all others of its event."""
        event = delivery.notice.event_id
        line = self._lines.setdefault(event, _Line())
        line.waiting.append(delivery)
        self._size += 1
        if urgent(delivery):
            line.released = len(line.waiting)
            if not line.busy and line.waiting[0].next_at:
                # the first one failed before: try it again now, to make way
                line.waiting[0] = msgspec.structs.replace(line.waiting[0], next_at=0)
            self._place(event, line)
        elif len(line.waiting) == 1:
            self._place(event, line)

    def cancel(self, notice_id: str, event: str, domain: int) -> Delivery | None:
        """Remove and return a delivery that is still held, so never sent; None if there is none."""
        line = self._lines.get(event)
        if line is None:
            return None
        for index, one in enumerate(line.waiting):
            if one.notice.id == notice_id:
                if index < max(line.busy, line.released) or one.notice.not_before <= domain:
                    return None
                if one.attempts:
                    return None
                del line.waiting[index]
                self._size -= 1
                if not line.busy:
                    self._place(event, line)
                return one
        return None

    def take(self, now: int, domain: int, slots: int, reserve: int, room: int) -> list[Delivery]:
        """The deliveries to send next as one message; the caller then calls :meth:`settle`.

        ``slots``: how many messages the channel takes now, the last ``reserve`` of them for
        reds; ``room``: bytes of a digest, 0 if there are none. Empty if nothing may be sent.
        """
        if now < self.paused_until or slots <= 0:
            return []
        self._due(now, domain)
        head = self._pop(slots > reserve)
        if head is None:
            return []
        line = self._lines[head]
        line.busy = 1
        batch = [line.waiting[0]]
        free = slots - reserve
        alone = red(batch[0]) or batch[0].alone or not room
        if alone or self._crowd(line, free) <= free:
            return batch
        left = self._extend(line, batch, room - self._bytes(batch[0]), now, domain)
        while len(batch) < DIGEST and left > 0:
            entry = self._peek()
            if entry is None or entry[0] != _EVERYDAY:
                break
            other = self._lines[entry[3]]
            size = self._bytes(other.waiting[0])
            if size > left or other.waiting[0].alone:
                break
            heapq.heappop(self._ready)
            other.busy = 1
            batch.append(other.waiting[0])
            left = self._extend(other, batch, left - size, now, domain)
        return sorted(batch, key=lambda one: one.seq)

    def settle(self, batch: list[Delivery], left: Sequence[Delivery] = ()) -> None:
        """The batch was sent or tried; ``left`` are those that stay, with their new state."""
        stay = {one.notice.id: one for one in left}
        for event in dict.fromkeys(one.notice.event_id for one in batch):
            line = self._lines[event]
            tried = [line.waiting.popleft() for _ in range(line.busy)]
            kept = [stay[one.notice.id] for one in tried if one.notice.id in stay]
            line.waiting.extendleft(reversed(kept))
            self._size -= len(tried) - len(kept)
            # a delivery that was tried is never held again
            line.released = max(line.released - len(tried), 0) + len(kept)
            line.busy = 0
            self._place(event, line)

    def next_at(self, now: int) -> int | None:
        """When to call again, ms of the server's clock; None: not before something is added.

        Held deliveries wait for the feed's clock, so they are checked each second.
        """
        moments = [self._later[0][0]] if self._later else []
        if self._held:
            moments.append(now + 1000)
        if self._ready:
            moments.append(now)
        return max(min(moments), self.paused_until) if moments else None

    def _place(self, event: str, line: _Line) -> None:
        """Put an event on the heap where its first delivery belongs."""
        if line.busy or not line.waiting:
            if not line.waiting:
                del self._lines[event]
            return
        self._version += 1
        line.version = self._version
        head = line.waiting[0]
        if head.notice.not_before and not line.released and not head.attempts:
            heapq.heappush(self._held, (head.notice.not_before, head.seq, line.version, event))
        elif head.next_at:
            heapq.heappush(self._later, (head.next_at, head.seq, line.version, event))
        else:
            self._rank(event, line)

    def _rank(self, event: str, line: _Line) -> None:
        if red(line.waiting[0]):
            first = _RED
        else:
            first = _BEFORE_RED if any(red(one) for one in line.waiting) else _EVERYDAY
        heapq.heappush(self._ready, (first, line.waiting[0].seq, line.version, event))

    def _due(self, now: int, domain: int) -> None:
        """Move events that are due to the ready ones."""
        for heap, moment in ((self._held, domain), (self._later, now)):
            while heap and heap[0][0] <= moment:
                _, _, version, event = heapq.heappop(heap)
                line = self._lines.get(event)
                if line is None or line.version != version:
                    continue
                line.released = max(line.released, 1)
                self._rank(event, line)

    def _peek(self) -> Entry | None:
        """The first ready entry that is not out of date."""
        while self._ready:
            entry = self._ready[0]
            line = self._lines.get(entry[3])
            if line is not None and line.version == entry[2] and not line.busy:
                return entry
            heapq.heappop(self._ready)
        return None

    def _pop(self, everyday: bool) -> str | None:
        entry = self._peek()
        if entry is None or (entry[0] == _EVERYDAY and not everyday):
            return None
        heapq.heappop(self._ready)
        return entry[3]

    def _crowd(self, line: _Line, enough: int) -> int:
        """How many could be sent now, counted up to one more than ``enough``."""
        count = len(line.waiting)
        for entry in self._ready:
            other = self._lines.get(entry[3])
            if other is not None and other.version == entry[2] and not other.busy:
                count += len(other.waiting)
            if count > enough:
                break
        return count

    def _extend(self, line: _Line, batch: list[Delivery], left: int, now: int, domain: int) -> int:
        """Add to the batch what follows the first of an event; return the bytes left."""
        for index in range(1, len(line.waiting)):
            one = line.waiting[index]
            size = self._bytes(one)
            held = one.notice.not_before > domain and index >= line.released
            if held or red(one) or one.alone or one.next_at > now:
                break
            if size > left or len(batch) >= DIGEST:
                break
            batch.append(one)
            line.busy += 1
            left -= size
        return left
