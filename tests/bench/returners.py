"""Walls that lose their server and come back: `python -m tests.bench.returners PORT CLIENTS`.

Each follows the rule of ``assets/stream/source.mjs`` (a browser test compares the two) and reads
what it is sent: a full frame first, then patches that follow on one another. Prints ``ready`` once
all have a full frame; then, for each line it is given, a JSON line of what happened since the last:
{"attempts": [s…], "connected": [s…], "back": [s…], "gaps", "frames"}, times on the wall clock.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
import zlib
from dataclasses import dataclass, field

LEAST_MS, SPREAD_MS, LONGEST_MS, LONGEST_RETRY_MS = 500, 5000, 8000, 120_000
SILENT_S = 4.0
_FRAME = re.compile(rb'data: \{"v":(\d+),"base":(null|\d+)')


def pause(tries: int, chance: float, after_ms: float = 0) -> float:
    """How long a wall waits before a try, ms."""
    if after_ms:
        return float(min(LONGEST_RETRY_MS, after_ms) + chance * SPREAD_MS)
    most = min(LONGEST_MS, SPREAD_MS * 2**tries)
    return float(LEAST_MS + chance * (most - LEAST_MS))


@dataclass
class Seen:
    """What happened to all of them."""

    attempts: list[float] = field(default_factory=list)
    connected: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    gaps: int = 0
    frames: int = 0


class Wall:
    """One screen."""

    def __init__(self, port: int, seen: Seen, chance: random.Random) -> None:
        self._port, self._chance = port, chance
        self.seen = seen
        self._tries = 0
        self.version: int | None = None

    async def run(self) -> None:
        while True:
            await self._once()
            self.version = None
            wait = pause(self._tries, self._chance.random())
            self._tries += 1
            await asyncio.sleep(wait / 1000)

    async def _once(self) -> None:
        self.seen.attempts.append(time.time())
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return
        self.seen.connected.append(time.time())
        try:
            writer.write(
                b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n"
                b"Accept-Encoding: gzip\r\n\r\n" % self._port
            )
            async with asyncio.timeout(SILENT_S):
                head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " in head[:20]:
                await self._read(reader)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, zlib.error):
            return
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        unpack, text = zlib.decompressobj(31), b""
        while True:
            async with asyncio.timeout(SILENT_S):
                size = int(await reader.readline(), 16)
                piece = await reader.readexactly(size + 2)
            if size == 0:
                return
            text += unpack.decompress(piece[:-2])
            *events, text = text.split(b"\n\n")
            for event in events:
                if (found := _FRAME.search(event, 0, 200)) and not self._take(*found.groups()):
                    return

    def _take(self, version: bytes, base: bytes) -> bool:
        self.seen.frames += 1
        if base == b"null":
            if self.version is None:
                self.seen.back.append(time.time())
        elif int(base) != self.version:
            self.seen.gaps += 1
            return False
        self.version, self._tries = int(version), 0
        return True


async def _main(port: int, clients: int) -> None:
    chance, first = random.Random(500), Seen()
    walls = [Wall(port, first, chance) for _ in range(clients)]
    tasks = []
    for wall in walls:
        tasks.append(asyncio.create_task(wall.run()))
        await asyncio.sleep(0.005)
    while not all(wall.version is not None for wall in walls):
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    while True:
        seen = Seen()
        for wall in walls:
            wall.seen = seen
        if not await asyncio.to_thread(sys.stdin.readline):
            break
        print(json.dumps(seen.__dict__), flush=True)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))
