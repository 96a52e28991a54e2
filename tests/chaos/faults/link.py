"""A link between Gridwall and its Redis that can be slow, swallow everything, or be cut.

`Link(target)` listens on ``port``. `delay_s` holds every piece back in both directions; while
`swallows` is set, nothing comes through although the connections stay open (half-open).
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from tests.support.stores.ownserver import free_port


class Link:
    """A middleman on the loopback; a context."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = free_port()
        self.delay_s = 0.0
        self.swallows = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="link", daemon=True)

    def __enter__(self) -> Link:
        self._thread.start()
        start = asyncio.start_server(self._serve, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(start, self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            back, onward = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                await asyncio.gather(self._pass(reader, onward), self._pass(back, writer))
            finally:
                onward.close()
                writer.close()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Each piece arrives ``delay_s`` later; pieces do not wait for one another."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                while self.swallows:
                    await asyncio.sleep(0.05)
                if not data:
                    break
                sink.write(data)
                await sink.drain()
            sink.close()

        task = asyncio.create_task(deliver())
        with suppress(OSError):
            while data := await source.read(65536):
                if self.swallows:
                    continue  # it is lost, as on a link that drops every packet
                waiting.put_nowait((self._loop.time() + self.delay_s, data))
        waiting.put_nowait((0.0, b""))
        with suppress(OSError):
            await task
