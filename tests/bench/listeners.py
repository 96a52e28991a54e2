"""Many clients at once, in a process of their own: `python -m tests.bench.listeners …`.

`stream PORT CLIENTS SECONDS` keeps that many streams open as raw sockets (gzip accepted,
nothing decoded), `poll PORT CLIENTS SECONDS` does what that many tabs of plain Dash do: every
second one request for each callback. Prints `ready`, then waits for a line, then one JSON line:
{"bytes", "seconds", "clients", "rounds"}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

_NEW_S = 6.0


class Stream(asyncio.Protocol):
    """One open stream: counts what comes."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.received = 0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(
            b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n\r\n" % self._port
        )

    def data_received(self, data: bytes) -> None:
        self.received += len(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


async def streams(port: int, clients: int, seconds: float) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    opened = []
    for _ in range(clients):
        _, stream = await loop.create_connection(lambda: Stream(port), "127.0.0.1", port)
        opened.append(stream)
    while not all(stream.received for stream in opened):
        await asyncio.sleep(0.02)
    # a newcomer's first seconds: pieces that refer to nothing before them
    await asyncio.sleep(_NEW_S)
    await _go()
    before, began = sum(s.received for s in opened), time.monotonic()
    await asyncio.sleep(seconds)
    took, after = time.monotonic() - began, sum(s.received for s in opened)
    if any(stream.lost for stream in opened):
        raise RuntimeError(f"{sum(s.lost for s in opened)} of {clients} streams were cut")
    return {"bytes": after - before, "seconds": took, "clients": clients, "rounds": 0}


class Tab:
    """One tab of plain Dash: a connection kept open for each callback, as browsers do."""

    def __init__(self, port: int, callbacks: Sequence[dict[str, Any]]) -> None:
        self._port, self._callbacks = port, callbacks
        self.received = self.rounds = 0

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            for callback in self._callbacks:
                group.create_task(self._poll(callback, stop))

    async def _poll(self, callback: dict[str, Any], stop: asyncio.Event) -> None:
        tick = 0
        while not stop.is_set():
            began = time.monotonic()
            tick += 1
            await self._ask({**callback, "inputs": [_interval(tick)]})
            self.rounds += 1
            await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - began)))

    async def _ask(self, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(
            b"POST /_dash-update-component HTTP/1.0\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nAccept-Encoding: gzip\r\n"
            b"Content-Length: %d\r\n\r\n" % len(data) + data
        )
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer[:20]:
            raise RuntimeError(f"plain Dash answered {answer[:300]!r}")
        self.received += len(answer)


def _interval(tick: int) -> dict[str, Any]:
    return {"id": "interval", "property": "n_intervals", "value": tick}


async def polls(port: int, clients: int, seconds: float) -> dict[str, float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /_dash-dependencies HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    found = json.loads((await reader.read()).partition(b"\r\n\r\n")[2])
    writer.close()
    callbacks = []
    for item in found:
        if item["clientside_function"] is None:
            where, _, what = item["output"].rpartition(".")
            callbacks.append(
                {
                    "output": item["output"],
                    "outputs": {"id": where, "property": what},
                    "changedPropIds": ["interval.n_intervals"],
                }
            )
    tabs = [Tab(port, callbacks) for _ in range(clients)]
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for tab in tabs:
            group.create_task(tab.run(stop))
        await asyncio.sleep(1.0)
        await _go()
        before, began = sum(t.received for t in tabs), time.monotonic()
        rounds = sum(t.rounds for t in tabs)
        await asyncio.sleep(seconds)
        took, after = time.monotonic() - began, sum(t.received for t in tabs)
        rounds = sum(t.rounds for t in tabs) - rounds
        stop.set()
    each = rounds / len(callbacks)
    return {"bytes": after - before, "seconds": took, "clients": clients, "rounds": each}


async def _go() -> None:
    """Report that all streams are open, then measure when the parent asks for it."""
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


def main() -> None:
    kind, port, clients, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    run = {"stream": streams, "poll": polls}[kind]
    print(json.dumps(asyncio.run(run(port, clients, float(seconds)))), flush=True)


if __name__ == "__main__":
    main()
