"""The paired screens as a web worker knows them: in memory, looked at anew every second.

What was known stays known while Redis is out of reach, so that a wall goes on showing what it has;
a token that is not known then is no reason to send its screen back to pairing.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import redis
import structlog

from data_sources.walls.devices import Device, Devices

log = structlog.get_logger("devices")

_LOOK_S = 1.0
_SEEN_S = 30.0
#: an unknown token is looked for in Redis at most this often
_AGAIN_S = 0.2


class Register:
    """Which token's hash belongs to which device."""

    def __init__(self, devices: Devices) -> None:
        self.devices = devices
        self._held: dict[str, Device] = {}
        self._changed: int | None = None
        self._looked = self._noted = float("-inf")
        self._failed = True
        self._seen: set[str] = set()
        self._lock = asyncio.Lock()

    async def of_token(self, token: str) -> Device | None:
        """The device of a token's hash; raises ``redis.RedisError`` if that can't be known."""
        device = self._held.get(token)
        if device is None:
            await self.look(_AGAIN_S)
            device = self._held.get(token)
            if device is None and self._failed:
                raise redis.ConnectionError("the paired screens cannot be read")
        if device is not None:
            self._seen.add(device.name)
        return device

    def holds(self, token: str) -> bool:
        """Whether the token was good at the last look; for an open stream."""
        device = self._held.get(token)
        if device is not None:
            self._seen.add(device.name)
        return device is not None

    async def look(self, at_most_every_s: float = 0.0) -> None:
        """Read what changed; never raises."""
        async with self._lock:
            if time.monotonic() - self._looked < at_most_every_s:
                return
            try:
                await asyncio.to_thread(self._read)
                self._failed = False
            except redis.RedisError as error:
                if not self._failed:
                    log.warning("devices not read", reason=str(error))
                self._failed = True
            self._looked = time.monotonic()

    async def keep(self, stop: asyncio.Event) -> None:
        """Look every second until told to stop."""
        while not stop.is_set():
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)

    def _read(self) -> None:
        changed = self.devices.changed()
        if changed != self._changed:
            self._held = {d.token: d for d in self.devices.all() if not d.revoked}
            self._changed = changed
        now = time.monotonic()
        if self._seen and now - self._noted >= _SEEN_S:
            self._noted = now
            seen, self._seen = self._seen, set()
            self.devices.note_seen(seen)
