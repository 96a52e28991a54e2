"""Sends actions in the order of time: as fast as the store takes them, or paced by a clock.

A feeder owns the domain clock of its run. It publishes the clock each time it has appended
everything until then, in slices of at most 200 ms, and never turns it back (an operator does, by
`gridwall clock --set-back`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from threading import Event
from typing import Literal, Protocol

import redis

from dashboard.core.model.actions import Action
from data_sources.store import domain_clock
from data_sources.store.connection import server_ms

#: actions appended at a time
BATCH = 500
SLICE_S = 0.1
Mode = Literal["replay", "simulated"]
#: called with the number of actions of each batch
Watcher = Callable[[int], None]


class Sink(Protocol):
    """Where actions are sent: the action log."""

    def append(self, actions: Sequence[Action]) -> list[str]:
        """Write the actions; returns their ids once Redis has them."""

    def known(self, actions: Sequence[Action]) -> list[bool]:
        """Whether each action has been folded before."""


class Clock(Protocol):
    """The domain clock that the walls read."""

    def publish(self, virtual: int, speed: float, ended: bool = False) -> None:
        """Publish that everything until ``virtual`` (ms) has been appended."""


class FeedClock:
    """The domain clock in the store, for a feed of this mode.

    What a replay reports has happened, so its clock never passes the server's; one that an
    earlier version left in the future is not followed.
    """

    def __init__(self, r: redis.Redis, mode: Mode) -> None:
        self._r, self._mode = r, mode
        before, server = domain_clock.read(r)
        #: the time (ms) at which an earlier run left the clock; 0 if there was none
        self.left_at = before.virtual if before.mode == mode else 0
        if self.left_at > self._latest(server):
            self.left_at = 0
        self._last = self.left_at

    def publish(self, virtual: int, speed: float, ended: bool = False) -> None:
        """Publish the clock; a file of older days does not turn it back."""
        virtual = min(virtual, self._latest(server_ms(self._r.time())))
        self._last = max(self._last, virtual)
        domain_clock.publish(
            self._r, mode=self._mode, virtual_ms=self._last, speed=speed, ended=ended
        )

    def _latest(self, server: int) -> int:
        """The latest plausible time (ms) of the feed; a simulated city makes its own."""
        return server + domain_clock.AHEAD_MS if self._mode == "replay" else sys.maxsize


def rush(
    actions: Iterable[Action], sink: Sink, clock: Clock, stop: Event, watch: Watcher | None = None
) -> int:
    """Append all actions in batches.

    Returns how many. The clock follows the last one.
    """
    sent = 0
    source = iter(actions)
    while not stop.is_set() and (batch := list(islice(source, BATCH))):
        sink.append(batch)
        clock.publish(batch[-1].ts, 0.0)
        sent += len(batch)
        if watch is not None:
            watch(len(batch))
    return sent


def pace(
    actions: Iterator[Action],
    sink: Sink,
    clock: Clock,
    stop: Event,
    *,
    start: int,
    speed: float,
    end: int | None = None,
    began: float | None = None,
    watch: Watcher | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Append each action when the clock reaches it; returns how many.

    ``start`` and ``end`` are ms; ``speed`` is domain seconds per second. Ends with the actions, at
    ``end``, or on ``stop``. ``began`` is when the time was ``start``, by the monotonic clock in s;
    by default now.
    """
    sent = 0
    began = monotonic() if began is None else began
    waiting = next(actions, None)
    while not stop.is_set():
        virtual = start + round((monotonic() - began) * 1000 * speed)
        if end is not None:
            virtual = min(virtual, end)
        batch: list[Action] = []
        while waiting is not None and waiting.ts <= virtual and len(batch) < BATCH:
            batch.append(waiting)
            waiting = next(actions, None)
        if batch:
            sink.append(batch)
            sent += len(batch)
            if watch is not None:
                watch(len(batch))
        if waiting is not None and waiting.ts <= virtual:
            # Behind the clock: the published time must not pass the next action.
            clock.publish(batch[-1].ts, speed)
            continue
        clock.publish(virtual, speed)
        if waiting is None or (end is not None and virtual >= end):
            break
        stop.wait(SLICE_S)
    return sent
