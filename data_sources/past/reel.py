"""Frames of the past: a wall's panels at a moment, each made from the one before where it can be.

A reel keeps the snapshots of the last moments, which share their states. The next moment is
folded on from the nearest one before it, so that playing costs what happened in between, and
stepping back costs nothing. Actions that arrived meanwhile are folded each time. `Seats` limits how
many viewers one worker rewinds for at once.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from dashboard.core.wall.panels import Panels, Patch, merge_patch, panels
from data_sources.live.place_reader import Ground
from data_sources.past.asof import Past, PastQueryError
from data_sources.past.rewinder import PastShard

#: snapshots kept
_PLACES = 24
#: frames kept, to send only the difference to the next
_SENT = 64
#: for a moment further ahead than this a checkpoint may be nearer, ms
_REACH_MS = 3 * 3_600_000


class PastFrame(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of the past as it is sent."""

    #: its number
    v: int
    #: number of the frame that ``panels`` is a patch on; None: every panel in full
    base: int | None
    #: its moment, ms UTC
    at: int
    panels: Panels | Patch
    #: how long it took to make, ms
    took_ms: int


@dataclass(frozen=True)
class Still:
    """One frame: number, moment (ms), every panel, time it took to make (ms)."""

    number: int
    at: int
    panels: Panels
    took_ms: int

    def after(self, before: Still | None) -> PastFrame:
        """The frame to send: what differs from ``before``, or everything if that is None."""
        base = None if before is None else before.number
        shown = self.panels if before is None else merge_patch(before.panels, self.panels)
        return PastFrame(v=self.number, base=base, at=self.at, panels=shown, took_ms=self.took_ms)


class Reel:
    """The frames of one store, made one at a time; make them in a thread."""

    def __init__(self, past: Past, ground: Callable[[str], Ground | None] = lambda _: None) -> None:
        self._past, self._ground = past, ground
        self._lock = threading.Lock()
        self._places: OrderedDict[int, list[PastShard]] = OrderedDict()
        self._sent: OrderedDict[tuple[str, int], Still] = OrderedDict()
        #: of the frames kept alone: a loop that asks for one must not wait until one is made
        self._kept = threading.Lock()
        # starts at random, so that another worker's numbers differ
        self._number = secrets.randbits(40)

    def frame(self, at: int, area: str = "") -> Still:
        """The frame of a moment (ms), of the city or of a place.

        Raises: `PastQueryError`, ``redis.RedisError``.
        """
        past, place = self._past, self._ground(area) if area else None
        if area and place is None:
            raise PastQueryError("area", area, "the city has no such place", unknown=True)
        mode = past.feed(at).mode
        with self._lock:
            started = time.perf_counter()
            found = self._found(at)
            wall, top = past.show(found, at, mode, place)
            scope = past.site.scope if place is None else place.scope
            self._number += 1
            took = round(1000 * (time.perf_counter() - started))
            still = Still(self._number, at, panels(wall, top, scope), took)
        with self._kept:
            self._sent[area, still.number] = still
            while len(self._sent) > _SENT:
                self._sent.popitem(last=False)
        return still

    def sent(self, number: int, area: str = "") -> Still | None:
        """A frame made before, by its number; None if it is no longer kept. Never waits for one."""
        with self._kept:
            return self._sent.get((area, number))

    def _found(self, at: int) -> list[PastShard]:
        """The shards at ``at`` (ms), folded on from a kept moment or from a checkpoint."""
        near = max((was for was in self._places if at - _REACH_MS <= was <= at), default=None)
        found = None if near is None else self._onward(self._places[near], at)
        if found is None:
            found = [rewinder.at(at) for rewinder in self._past.rewinders]
        self._places[at] = found
        self._places.move_to_end(at)
        while len(self._places) > _PLACES:
            self._places.popitem(last=False)
        return found

    def _onward(self, near: list[PastShard], at: int) -> list[PastShard] | None:
        out = []
        for rewinder, shard in zip(self._past.rewinders, near, strict=True):
            own = replace(shard, snapshot=shard.snapshot.copy())
            carried = rewinder.onward(own, at)
            if carried is None:
                self._places.clear()
                return None
            out.append(carried)
        return out


#: seats of a worker, and how long a seat is kept for a viewer who asks for no frame, s
MOST = 6
IDLE_S = 20.0


class Seats:
    """Limits the viewers one worker rewinds for; an idle viewer loses the seat."""

    def __init__(
        self, most: int = MOST, idle_s: float = IDLE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._idle, self._clock = most, idle_s, clock
        self._taken: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, who: str) -> bool:
        """Take a seat for a viewer, or keep theirs; False while all are taken."""
        now = self._clock()
        with self._lock:
            self._taken = {w: at for w, at in self._taken.items() if now - at < self._idle}
            if who not in self._taken and len(self._taken) >= self._most:
                return False
            self._taken[who] = now
            return True
