"""Three crowds against a served app, as a process of its own: ``python -m tests.chaos.crowd``.

``ADDRESS ADMIN INTAKE STREAMS BODIES QUESTIONS``: idle streams and slow bodies, all from one
address, and that many costly questions of one person at a time. Prints ``ready`` once all are
there, ends when its input closes, and prints what was answered as JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections import Counter
from urllib.parse import urlsplit

#: costly questions, each in its own words so that nothing is answered from a cache
QUESTIONS = (
    "/api/v1/scores?by=community&period=month",
    "/api/v1/scores/explain?by=department&subject=D1&at={month}",
    "/api/v1/past/frames?from={at}&player=p{n}",
    "/api/v1/wall?as_of={as_of}",
    "/api/v1/export/queue.xlsx",
    "/api/v1/export/overview.csv?range=year",
    "/api/v1/queue?q=e-{n}&sort=level",
    "/api/v1/past/marks?day={day}",
)
_FROM = "X-Forwarded-For: 203.0.113.9\r\n"


class Crowd:
    """All three, and what they were answered."""

    def __init__(self, address: str, admin: str, intake: str) -> None:
        found = urlsplit(address)
        self._host, self._port = found.hostname or "", found.port or 0
        self._admin, self._intake = admin, intake
        self.answers: dict[str, Counter[str]] = {
            name: Counter() for name in ("streams", "bodies", "questions")
        }

    async def _open(self, head: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        writer.write(f"{head}\r\n".encode())
        return reader, writer

    async def stream(self) -> None:
        """An idle stream; refused, it is asked for again a little later."""
        while True:
            head = f"GET /stream HTTP/1.1\r\nHost: x\r\n{_FROM}"
            reader, writer = await self._open(f"{head}Authorization: Bearer {self._admin}\r\n")
            status = (await reader.readline()).split(b" ")[1:2]
            self.answers["streams"][status[0].decode() if status else "closed"] += 1
            if status == [b"200"]:
                while await reader.read(65536):
                    pass
            writer.close()
            await asyncio.sleep(5)

    async def body(self) -> None:
        """A body that comes a byte a second, again and again."""
        while True:
            head = f"POST /api/v1/actions HTTP/1.1\r\nHost: x\r\n{_FROM}Content-Length: 1000000\r\n"
            reader, writer = await self._open(f"{head}Authorization: Bearer {self._intake}\r\n")
            answer = asyncio.create_task(reader.readline())
            while not answer.done():
                writer.write(b" ")
                await asyncio.wait([answer], timeout=1)
            status = answer.result().split(b" ")[1:2] if not answer.exception() else []
            self.answers["bodies"][status[0].decode() if status else "closed"] += 1
            writer.close()

    async def question(self, n: int, values: dict[str, str]) -> None:
        """Costly questions of one person, without a pause."""
        while True:
            path = QUESTIONS[n % len(QUESTIONS)].format(n=n, **values)
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\n{_FROM}Connection: close\r\n"
            reader, writer = await self._open(f"{head}Authorization: Bearer {self._admin}\r\n")
            status = (await reader.readline()).split(b" ")[1:2]
            self.answers["questions"][status[0].decode() if status else "closed"] += 1
            while await reader.read(65536):
                pass
            writer.close()
            n += 1


async def _again(what: object) -> None:
    while True:
        try:
            await what()  # type: ignore[operator]
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(1)


async def _run(arguments: list[str]) -> None:
    address, admin, intake, streams, bodies, questions, values = arguments
    crowd = Crowd(address, admin, intake)
    tasks = []
    for _ in range(int(streams)):
        tasks.append(asyncio.create_task(_again(crowd.stream)))
        await asyncio.sleep(0.001)
    for _ in range(int(bodies)):
        tasks.append(asyncio.create_task(_again(crowd.body)))
        await asyncio.sleep(0.001)
    known = json.loads(values)
    for n in range(int(questions)):
        tasks.append(asyncio.create_task(_again(lambda n=n: crowd.question(n, known))))
    while crowd.answers["streams"].total() < int(streams):
        await asyncio.sleep(0.1)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    sys.stdout.write(json.dumps(crowd.answers) + "\n")


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_run(sys.argv[1:]))
