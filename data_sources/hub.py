"""The fan-out: every client has a short queue of frames, and all get the same bytes.

A client that reads too slowly is let go; it comes back and starts from a full frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from data_sources.frames import GZIP_HEADER, Frame

_BACKLOG = 40


class Hub:
    """Hands frames to the clients of one web worker."""

    def __init__(self, greeting: Callable[[], list[Frame]]) -> None:
        self._greeting = greeting
        self._clients: set[asyncio.Queue[Frame | None]] = set()

    def __len__(self) -> int:
        return len(self._clients)

    def publish(self, item: Frame) -> None:
        """Queue a frame for every client."""
        for queue in list(self._clients):
            if queue.full():
                self._clients.discard(queue)
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(item)

    async def stream(self, *, packed: bool) -> AsyncIterator[bytes]:
        """The bytes for one client: a full frame and a beat first, then what comes."""
        queue: asyncio.Queue[Frame | None] = asyncio.Queue(_BACKLOG)
        for item in self._greeting():
            queue.put_nowait(item)
        self._clients.add(queue)
        try:
            if packed:
                yield GZIP_HEADER
            while (sent := await queue.get()) is not None:
                yield sent.packed if packed else sent.plain
        finally:
            self._clients.discard(queue)
