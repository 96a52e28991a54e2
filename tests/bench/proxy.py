"""A counting middleman between a browser and a server: every byte that goes down the wire."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from tests.bench.running import free_port


class Proxy:
    """Passes connections on to ``target``; ``down`` counts the bytes towards the browser."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = free_port()
        self.down = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy")

    def __enter__(self) -> Proxy:
        self._thread.start()
        start = asyncio.start_server(self._serve, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(start, self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            back, onward = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                await asyncio.gather(
                    self._pass(reader, onward, count=False), self._pass(back, writer, count=True)
                )
            finally:
                onward.close()
                writer.close()

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, count: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if count:
                    self.down += len(data)
                sink.write(data)
                await sink.drain()
        sink.close()
