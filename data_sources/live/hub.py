"""The fan-out: every client has a short queue of frames, and all get the same bytes.

A client that reads too slowly is let go; it comes back and starts from a full frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from data_sources.live.fanout import GZIP_HEADER, Chain, Frame, Link

_BACKLOG = 40


class Hub:
    """Hands frames to the clients of one web worker."""

    def __init__(self, greeting: Callable[[], list[Frame]]) -> None:
        self._greeting = greeting
        self._clients: set[asyncio.Queue[Link | None]] = set()
        self._chain = Chain()

    def __len__(self) -> int:
        return len(self._clients)

    def publish(self, item: Frame) -> None:
        """Queue a frame for every client."""
        if not self._clients:
            self._chain.begin_anew()
            return
        link = self._chain.add(item)
        for queue in list(self._clients):
            if queue.full():
                self._clients.discard(queue)
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(link)

    async def stream(self, *, packed: bool) -> AsyncIterator[bytes]:
        """The bytes for one client: a full frame and a beat first, then what comes.

        A newcomer has not had what the chain's pieces refer to, and gets pieces that were
        compressed alone (once for all newcomers) until the chain begins anew.
        """
        queue: asyncio.Queue[Link | None] = asyncio.Queue(_BACKLOG)
        greeting = self._greeting()
        self._clients.add(queue)
        follows = False
        try:
            if packed:
                yield GZIP_HEADER
            for item in greeting:
                yield item.packed if packed else item.plain
            while (link := await queue.get()) is not None:
                follows = follows or link.begins
                if not packed:
                    yield link.frame.plain
                else:
                    yield link.chained if follows else link.frame.packed
        finally:
            self._clients.discard(queue)
