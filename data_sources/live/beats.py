"""The pulse of the engine, read once a tick for all topics, and the beats that tell of it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import redis
import redis.asyncio

from dashboard.core.wall.state import Health
from data_sources.live.city_reader import Pulse, read_pulse
from data_sources.live.fanout import Frame, frame
from data_sources.store.keys import ShardKeys

BEAT_S = 1.0


class Beats:
    """What one web worker says every second; the same bytes for everybody."""

    def __init__(
        self, r: redis.asyncio.Redis, shards: Sequence[ShardKeys], build_id: str = ""
    ) -> None:
        self._r, self._shards, self._build = r, shards, build_id
        #: what others have to say in every beat (the scenes' fingerprint …)
        self.extra: Callable[[], dict[str, Any]] = dict
        #: the same for what has to be asked of Redis; nothing is said while that is out of reach
        self.asks: list[Callable[[], Awaitable[dict[str, Any]]]] = []
        #: how the engine is; None while that cannot be known
        self.pulse: Pulse | None = None
        #: the last pulse there was, and when (monotonic)
        self._known: tuple[Pulse, float] | None = None
        self._asked: dict[str, Any] = {}
        self._beaten_at = float("-inf")

    async def read_pulse(self) -> Pulse:
        """How the engine is now; raises ``redis.RedisError``."""
        return await read_pulse(self._r, self._shards)

    async def tick(self) -> tuple[Pulse, Frame | None]:
        """The pulse, and a beat if one is due; raises ``redis.RedisError``."""
        pulse = await self.read_pulse()
        changed = self.pulse is None or self.pulse.health.state != pulse.health.state
        now = time.monotonic()
        self.pulse, self._known = pulse, (pulse, now)
        if not changed and now - self._beaten_at < BEAT_S:
            return pulse, None
        self._beaten_at = now
        asked: dict[str, Any] = {}
        for ask in self.asks:
            asked |= await ask()
        self._asked = asked
        return pulse, self.last()

    def lost(self) -> Frame | None:
        """Redis is out of reach; a beat that says so if one is due."""
        self.pulse, self._asked = None, {}
        now = time.monotonic()
        if now - self._beaten_at < BEAT_S:
            return None
        self._beaten_at = now
        return self.last()

    def last(self) -> Frame:
        """A beat as of now, for a client that has just come."""
        return frame("beat", {**self._engine(), **self._asked, **self.extra()})

    def _engine(self) -> dict[str, Any]:
        """The engine's own; without a pulse, what was known last, older by the time since."""
        pulse, health, gone = self.pulse, Health("engine-stopped", "redis"), 0
        if pulse is not None:
            health = pulse.health
        elif self._known is None:
            return {"health": msgspec.to_builtins(health), "age": 0, "build": self._build}
        else:
            pulse, at = self._known
            gone = round((time.monotonic() - at) * 1000)
        server = pulse.server + gone
        return {
            "now": pulse.feed.now(server),
            "speed": 0 if pulse.feed.ended else pulse.feed.speed,
            "wall": server,
            "age": pulse.age_ms + gone,
            "source": pulse.feed.mode,
            "ended": pulse.feed.ended,
            "health": msgspec.to_builtins(health),
            "checked": msgspec.to_builtins(pulse.checked),
            "parts": {name: ms if ms is None else ms + gone for name, ms in pulse.parts.items()},
            "recount": pulse.recount,
            "build": self._build,
        }
