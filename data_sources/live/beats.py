"""Beats: how the engine is, sent to every client of a web worker once a second.

In: the engine's pulse, read once a tick for all topics. Out: one :class:`Beat`, serialised once,
the same bytes for all clients.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import redis
import redis.asyncio

from dashboard.core.wall.state import Checked, Health
from dashboard.core.wall.steering import HeldOrder
from data_sources.live.fanout import Frame, frame
from data_sources.live.pulse import Parts, Pulse, read_pulse
from data_sources.live.readiness import Readiness
from data_sources.live.store_watch import StoreWatch
from data_sources.store.keys import ShardKeys
from data_sources.store.losses import Witness
from data_sources.store.trouble import Cause, cause

BEAT_S = 1.0


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """The ``beat`` event of a stream. Before a first pulse only four fields are there.

    Without a pulse now, the last one is shown, older by the time since. Times are ms UTC.
    """

    #: the domain's time
    now: int | msgspec.UnsetType = msgspec.UNSET
    #: how fast the domain's time passes: 1 is real time, 0 an ended feed
    speed: float | msgspec.UnsetType = msgspec.UNSET
    #: the server's time
    wall: int | msgspec.UnsetType = msgspec.UNSET
    #: ms since the views were last known to be up to date, at worst
    age: int
    #: live, replay or simulated
    source: str | msgspec.UnsetType = msgspec.UNSET
    #: whether the feed has ended
    ended: bool | msgspec.UnsetType = msgspec.UNSET
    health: Health
    #: the last complete recount
    checked: Checked | msgspec.UnsetType = msgspec.UNSET
    #: part of the engine → ms since its last sign of life; None if it never gave one
    parts: Parts | msgspec.UnsetType = msgspec.UNSET
    #: how long the last recount took, ms
    recount: int | msgspec.UnsetType = msgspec.UNSET
    #: fingerprint of the assets: a page of another build reloads itself
    build: str
    #: orders that hold; left out while they cannot be read
    steer: list[HeldOrder] | msgspec.UnsetType = msgspec.UNSET
    #: fingerprint of the scenes: a page with another one reads them again
    scenes: str | msgspec.UnsetType = msgspec.UNSET


class Beats:
    """The beats of one web worker."""

    def __init__(
        self,
        r: redis.asyncio.Redis,
        shards: Sequence[ShardKeys],
        build_id: str = "",
        directory: Path | None = None,
        accepted: str = "",
    ) -> None:
        self._r, self._shards, self._build = r, shards, build_id
        #: gives the scenes' fingerprint; None: beats carry none
        self.scenes: Callable[[], str] | None = None
        #: reads the orders that hold (raises ``redis.RedisError``); None: beats carry none
        self.orders: Callable[[], Awaitable[list[HeldOrder]]] | None = None
        #: whether panels cannot be composed although Redis answers
        self.stuck: Callable[[], bool] = lambda: False
        #: remembers how far the store had been
        self._witness = Witness()
        self.watch = StoreWatch(r, shards, directory, accepted)
        self.readiness = Readiness()
        #: why there is no pulse
        self._cause: Cause | None = None
        #: how the engine is; None while Redis cannot be reached
        self.pulse: Pulse | None = None
        #: the last pulse there was, and when (monotonic)
        self._known: tuple[Pulse, float] | None = None
        self._steer: list[HeldOrder] | msgspec.UnsetType = msgspec.UNSET
        self._sent_at = float("-inf")

    async def read_pulse(self) -> Pulse:
        """How the engine is now; raises ``redis.RedisError``."""
        seen = await self.watch.look()
        pulse = await read_pulse(self._r, self._shards, self._witness, seen)
        if self.stuck() and pulse.health.state == "live":
            health = msgspec.structs.replace(pulse.health, state="engine-stopped", stop="web")
            pulse = replace(pulse, health=health)
        self.readiness.note(pulse)
        return pulse

    async def tick(self) -> tuple[Pulse, Frame | None]:
        """The pulse, and a beat if one is due; raises ``redis.RedisError``."""
        pulse = await self.read_pulse()
        changed = self.pulse is None or self.pulse.health.state != pulse.health.state
        now = time.monotonic()
        self.pulse, self._known = pulse, (pulse, now)
        if not changed and now - self._sent_at < BEAT_S:
            return pulse, None
        self._sent_at = now
        self._steer = msgspec.UNSET if self.orders is None else await self.orders()
        return pulse, self.last()

    def lost(self, error: Exception) -> Frame | None:
        """Note that Redis cannot be reached; returns a beat with that if one is due."""
        self.pulse, self._steer, self._cause = None, msgspec.UNSET, cause(error)
        self.readiness.note(None)
        now = time.monotonic()
        if now - self._sent_at < BEAT_S:
            return None
        self._sent_at = now
        return self.last()

    @property
    def cause(self) -> Cause | None:
        """Why Redis does not work; None if it does."""
        return self._cause if self.pulse is None else self.watch.seen.cause

    @property
    def trouble(self) -> str:
        """The end of a message id `trouble.…`: why the store does not work; "" if it does."""
        if self.pulse is not None and self.pulse.lost:
            return "data"
        found = self.cause
        return "" if found is None else str(found)

    @property
    def age_ms(self) -> int | None:
        """How old what is shown is now, without a pulse too; None before the first one."""
        if self._known is None:
            return None
        pulse, at = self._known
        gone = 0 if self.pulse is not None else round((time.monotonic() - at) * 1000)
        return pulse.age_ms + gone

    def last(self) -> Frame:
        """A beat as of now, for a client that has just connected."""
        return frame("beat", self._beat())

    def _beat(self) -> Beat:
        scenes = msgspec.UNSET if self.scenes is None else self.scenes()
        pulse, gone = self.pulse, 0
        health = Health("engine-stopped", "redis", cause=self._cause or "")
        if pulse is not None:
            health = pulse.health
        elif self._known is None:
            return Beat(age=0, health=health, build=self._build, steer=self._steer, scenes=scenes)
        else:
            pulse, at = self._known
            gone = round((time.monotonic() - at) * 1000)
        server = pulse.server + gone
        return Beat(
            now=pulse.feed.now(server),
            speed=0 if pulse.feed.ended else pulse.feed.speed,
            wall=server,
            age=pulse.age_ms + gone,
            source=pulse.feed.mode,
            ended=pulse.feed.ended,
            health=health,
            checked=pulse.checked,
            parts={name: ms if ms is None else ms + gone for name, ms in pulse.parts.items()},
            recount=pulse.recount,
            build=self._build,
            steer=self._steer,
            scenes=scenes,
        )
