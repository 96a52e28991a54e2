"""Server-sent events as bytes, compressed once, and handed to every client of a web worker.

Every client has a short queue of frames, and all get the same bytes. A client that reads too
slowly is disconnected; on reconnect it gets a full frame.

A gzip body may be made of pieces that each end on a flush. A piece compressed alone refers to
nothing before it and suits any client. A piece of a :class:`Chain` refers to the pieces since
the chain last began, which makes a small patch a third as long: it suits every client that
has had all of those.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cached_property

import msgspec

#: opens every compressed stream: gzip, deflate, no name, no time
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
#: pieces from one beginning of a chain to the next, about 5 s: longer gains little more
_LINKS = 25
_LEVEL = 9
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class Frame:
    """One server-sent event."""

    plain: bytes

    @cached_property
    def packed(self) -> bytes:
        """A piece of a gzip body that can come after any other."""
        squeeze = _compressor()
        return squeeze.compress(self.plain) + squeeze.flush(zlib.Z_FULL_FLUSH)


@dataclass(frozen=True)
class Link:
    """A frame as it goes to all: with its piece of the chain."""

    frame: Frame
    #: follows on the piece before, unless it begins
    chained: bytes
    #: refers to nothing before it: from here on a client may take the chained pieces
    begins: bool


class Chain:
    """Compresses every frame that goes to all clients as the next piece of one body."""

    def __init__(self) -> None:
        self._squeeze = _compressor()
        self._links = 0

    def add(self, item: Frame) -> Link:
        """The frame with its piece."""
        if self._links == 0:
            self._squeeze = _compressor()
        begins = self._links == 0
        self._links = (self._links + 1) % _LINKS
        piece = self._squeeze.compress(item.plain) + self._squeeze.flush(zlib.Z_SYNC_FLUSH)
        return Link(item, piece, begins)

    def restart(self) -> None:
        """Let the next piece refer to nothing before it."""
        self._links = 0


def frame(event: str, data: object, number: int | None = None) -> Frame:
    """An event named ``event`` with ``data`` as JSON; ``number`` becomes its id."""
    head = f"event: {event}\n" if number is None else f"event: {event}\nid: {number}\n"
    return Frame(head.encode() + b"data: " + _ENCODER.encode(data) + b"\n\n")


def _compressor() -> zlib._Compress:
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)


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
            self._chain.restart()
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
        compressed alone (once for all newcomers) until the chain begins again.
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
