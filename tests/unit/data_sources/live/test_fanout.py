"""The fan-out: every client, with gzip or without, early or late, reads the very same events."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

from data_sources.live.fanout import Frame, Hub, frame


def greeting() -> list[Frame]:
    return [frame("frame", {"full": True})]


async def take(stream: AsyncIterator[bytes], pieces: int) -> bytes:
    return b"".join([await anext(stream) for _ in range(pieces)])


def plain(body: bytes) -> bytes:
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body)


def item(n: int) -> Frame:
    return frame("frame", {"n": n, "text": "网格 grid" * 20}, n)


async def _everyone_reads_the_same() -> None:
    hub = Hub(greeting)
    clients: list[tuple[AsyncIterator[bytes], bool, list[bytes], list[bytes]]] = []
    for n in range(90):
        if n % 7 in (0, 3):
            packed = n % 2 == 0
            stream = hub.stream(packed=packed)
            first = await take(stream, 2 if packed else 1)
            clients.append((stream, packed, [first], [greeting()[0].plain]))
        hub.publish(item(n))
        for stream, _, body, expected in clients:
            body.append(await take(stream, 1))
            expected.append(item(n).plain)
    assert len(hub) == len(clients)
    for _, packed, pieces, expected in clients:
        body = b"".join(pieces)
        assert (plain(body) if packed else body) == b"".join(expected)


def test_everyone_reads_the_same_wherever_he_comes_in() -> None:
    asyncio.run(_everyone_reads_the_same())


async def _sizes() -> tuple[int, int]:
    hub = Hub(greeting)
    stream = hub.stream(packed=True)
    await take(stream, 2)
    items = [item(n) for n in range(20)]
    for one in items:
        hub.publish(one)
    return len(await take(stream, len(items))), sum(len(one.packed) for one in items)


def test_pieces_that_refer_to_those_before_are_smaller() -> None:
    chained, alone = asyncio.run(_sizes())
    assert chained < alone / 2


async def _no_client() -> bytes:
    hub = Hub(greeting)
    first = hub.stream(packed=True)
    await take(first, 2)
    hub.publish(item(0))
    await first.aclose()
    hub.publish(item(1))  # no client gets this one
    second = hub.stream(packed=True)
    body = await take(second, 2)
    for n in (2, 3):
        hub.publish(item(n))
    return body + await take(second, 2)


def test_a_chain_begins_again_when_there_was_no_client() -> None:
    expected = greeting()[0].plain + item(2).plain + item(3).plain
    assert plain(asyncio.run(_no_client())) == expected


async def _slow() -> int:
    hub = Hub(greeting)
    stream = hub.stream(packed=True)
    await take(stream, 2)
    for n in range(100):
        hub.publish(item(n))
    left = [piece async for piece in stream]
    return len(left) + len(hub)


def test_a_client_that_reads_too_slowly_is_let_go() -> None:
    assert asyncio.run(_slow()) == 0
