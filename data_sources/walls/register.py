"""The one register of screens: which are paired, which are connected, when each was last seen.

Comes in: the devices in Redis, read again every second while the worker runs, and what the guard
reports of requests and open streams. Goes out: what the guard, the steering page, the devices page
and the metrics ask for.

What was known stays known while Redis is out of reach, so a wall keeps showing what it has. While
Redis is unreachable, an unknown token does not send its screen back to pairing.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog

from data_sources.errors import RedisUnavailable
from data_sources.walls.devices import Device, Devices

log = structlog.get_logger("devices")

_REFRESH_S = 1.0
#: last-seen times are written this often
_SEEN_S = 30.0
#: an unknown token is looked up in Redis at most this often
_RETRY_S = 0.2


class ScreenRegister:
    """The screens as one web worker knows them."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._all: list[Device] = []
        #: the paired ones by their token's SHA-256
        self._by_token: dict[str, Device] = {}
        self._version: int | None = None
        self._refreshed = self._seen_written = float("-inf")
        self._failed = True
        #: names seen since the last writing
        self._seen: set[str] = set()
        self._streams: Counter[str] = Counter()
        self._refreshing, self._reading = asyncio.Lock(), threading.Lock()

    # which are paired, from memory: for the guard, in the event loop

    async def of_token(self, token: str) -> Device | None:
        """The paired screen with this token's hash; None if there is none.

        Raises ``RedisUnavailable`` if an unknown token cannot be looked up.
        """
        device = self._by_token.get(token)
        if device is None:
            await self.refresh(_RETRY_S)
            device = self._by_token.get(token)
            if device is None and self._failed:
                raise RedisUnavailable("the paired screens cannot be read")
        if device is not None:
            self._seen.add(device.name)
        return device

    def is_paired(self, token: str) -> bool:
        """Whether the token was valid at the last refresh; never waits, for an open stream."""
        device = self._by_token.get(token)
        if device is not None:
            self._seen.add(device.name)
        return device is not None

    async def refresh(self, at_most_every_s: float = 0.0) -> None:
        """Read what changed; never raises."""
        async with self._refreshing:
            if time.monotonic() - self._refreshed < at_most_every_s:
                return
            try:
                await asyncio.to_thread(self._refresh)
                self._failed = False
            except RedisUnavailable as error:
                if not self._failed:
                    log.warning("devices not read", reason=str(error))
                self._failed = True
            self._refreshed = time.monotonic()

    async def keep(self, stop: asyncio.Event) -> None:
        """Refresh every second until `stop` is set."""
        while not stop.is_set():
            await self.refresh()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _REFRESH_S)

    # which are paired and when they were seen, as of now: for the pages; these block

    def all(self) -> list[Device]:
        """Every screen by name, revoked ones as well; raises ``RedisUnavailable``."""
        self._read()
        return list(self._all)

    def paired(self) -> list[Device]:
        """The screens that are not revoked, by name; raises ``RedisUnavailable``."""
        return [device for device in self.all() if not device.revoked]

    def last_seen(self) -> dict[str, int]:
        """Name → when a screen last asked any worker, ms; raises ``RedisUnavailable``.

        Written every 30 s.
        """
        return self._devices.seen()

    # which are connected: reported by the guard

    @contextmanager
    def stream(self, name: str = "") -> Iterator[None]:
        """Count an open stream while the block runs: a paired screen's by its name, else ""."""
        self._streams[name] += 1
        try:
            yield
        finally:
            self._streams[name] -= 1
            if not self._streams[name]:
                del self._streams[name]

    @property
    def connected(self) -> frozenset[str]:
        """Names of the paired screens with an open stream of this worker."""
        return frozenset(name for name in self._streams if name)

    @property
    def streams(self) -> int:
        """Open streams of this worker, those of signed-in browsers as well."""
        return self._streams.total()

    def _read(self) -> None:
        with self._reading:
            version = self._devices.changed()
            if version != self._version:
                self._all = self._devices.all()
                self._by_token = {d.token: d for d in self._all if not d.revoked}
                self._version = version

    def _refresh(self) -> None:
        self._read()
        now = time.monotonic()
        if self._seen and now - self._seen_written >= _SEEN_S:
            self._seen_written = now
            seen, self._seen = self._seen, set()
            self._devices.note_seen(seen)
