"""A connection of a client: what it may cost before there is a request.

uvicorn's own protocol, with limits where it has none: the head of a request (its line and headers)
must arrive within a few seconds and may not be long. A request's body is limited by the app itself
(`dashboard/web/security/bodies.py`), which answers; here is only closing.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: the head of a request, bytes and seconds
HEAD_BYTES, HEAD_S = 65_536, 10.0


class Connection(HttpToolsProtocol):
    """One connection; closes it if the head of a request is too long or too slow."""

    _size = 0
    _timer: asyncio.TimerHandle | None = None
    #: between the head of a request and the beginning of the next one
    _has_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head."""
        if not self._has_head:
            if self._timer is None:
                self._wait()
            self._size += len(data)
        before = self._size
        super().data_received(data)
        # the head and a first part of the body may come together
        if not self._has_head and self._size == before and self._size > HEAD_BYTES:
            self._close()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._has_head, self._size = True, 0
        self._stop()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole: what comes next is another head."""
        super().on_message_complete()
        self._has_head = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(HEAD_S, self._close)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._stop()
        transport = cast(Any, self.transport)
        if transport is not None and not transport.is_closing():
            transport.close()
