"""Streams of places: begun by the first client, ended after the last, beats the same for all."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import redis

from dashboard.config.settings import Settings
from data_sources.live import topics as module
from data_sources.live.topics import TooManyTopics, Topics
from data_sources.live.wiring import make_topics
from data_sources.store.actions import ActionLog
from tests.integration.live.test_stream import events
from tests.support.served import served
from tests.support.stores.engine import fold_all, life

COUNTY, TOWNSHIP, OTHER = "150402", "150402001", "150403"


def made(url: str, idle: float = 60.0) -> Topics:
    topics = make_topics(Settings(city="chifeng", redis_url=url, tick_ms=50, rules_file=None), url)
    topics._idle = idle
    return topics


async def pieces(topics: Topics, area: str, count: int) -> list[bytes]:
    topic = topics.open(area)
    assert topic is not None
    out: list[bytes] = []
    async for piece in topic.hub.stream(packed=False):
        out.append(piece)
        if len(out) == count:
            break
    return out


def beats(found: list[bytes]) -> set[bytes]:
    return {piece for piece in found if piece.startswith(b"event: beat")}


def test_topics_begin_and_end_with_their_clients(redis_url: str, redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append(life("e1", close=False))
    fold_all(redis_client)

    async def scenario() -> None:
        topics, stop = made(redis_url, idle=0.3), asyncio.Event()
        running = asyncio.create_task(topics.run(stop))
        assert topics.areas == ()
        assert topics.open("nowhere") is None
        city, county, again, other = await asyncio.gather(
            *(pieces(topics, area, 5) for area in ("", COUNTY, COUNTY, OTHER))
        )
        assert set(topics.areas) == {COUNTY, OTHER}
        # the beats that came to all of them are the same bytes
        common = beats(city) & beats(county) & beats(again) & beats(other)
        assert len(common) >= 2
        first = next(p for p in county if p.startswith(b"event: frame"))
        panels = json.loads(first.split(b"data: ")[1])["panels"]
        assert (panels["head"]["area"], panels["kpi"]["all"]["open"]) == (COUNTY, 1)
        assert panels["area"]["children"][0]["code"] == TOWNSHIP
        empty = next(p for p in other if p.startswith(b"event: frame"))
        assert json.loads(empty.split(b"data: ")[1])["panels"]["kpi"]["all"]["open"] == 0
        while topics.areas:
            await asyncio.sleep(0.05)
        assert len(topics) == 0
        assert await pieces(topics, COUNTY, 2)  # and begins once more
        stop.set()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())


def test_no_more_topics_than_a_worker_can_compose(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 1)

    async def scenario() -> None:
        topics, stop = made(redis_url), asyncio.Event()
        running = asyncio.create_task(topics.run(stop))
        topic = topics.open(COUNTY)
        assert topic is not None
        stream = topic.hub.stream(packed=False)
        await anext(stream)
        with pytest.raises(TooManyTopics):
            topics.open(OTHER)
        assert topics.open(COUNTY) is topic
        await stream.aclose()
        # no client is left: the place may be given to another
        while len(topic.hub):
            await asyncio.sleep(0.01)
        assert topics.open(OTHER) is not None
        assert topics.areas == (OTHER,)
        stop.set()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())


def test_a_topic_that_fails_harms_no_other(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ValueError("broken")

    async def scenario() -> None:
        topics, stop = made(redis_url), asyncio.Event()
        topic = topics.open(OTHER)
        assert topic is not None
        monkeypatch.setattr(topic.composer, "advance", broken)
        running = asyncio.create_task(topics.run(stop))
        assert any(b"frame" in p for p in await pieces(topics, COUNTY, 3))
        assert beats(await pieces(topics, OTHER, 2))
        assert topic.composer.failing
        stop.set()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())


def test_areas_over_http(redis_url: str, redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False))
    fold_all(redis_client)
    with served(redis_url) as site:
        for path in ("/stream", "/api/v1/wall"):
            answer = httpx.get(f"{site}{path}", params={"area": "nowhere"})
            assert (answer.status_code, answer.json()["error"]) == (404, "unknown area")
        wall = httpx.get(f"{site}/api/v1/wall", params={"area": TOWNSHIP}).json()
        assert (wall["all"]["open"], wall["place"]["tier"]) == (1, "township")
        past = httpx.get(f"{site}/api/v1/wall", params={"area": COUNTY, "as_of": "2023-11-15"})
        assert past.status_code == 400
        with httpx.stream("GET", f"{site}/stream", params={"area": COUNTY}, timeout=10) as answer:
            found = events(answer.iter_lines())
            held: dict[str, Any] = {}
            while "kpi" not in held:
                kind, data = next(found)
                held |= data["panels"] if kind == "frame" else {}
            assert held["kpi"]["all"]["open"] == 1
            log.append(life("e2", close=False))
            fold_all(redis_client)
            while held["kpi"]["all"]["open"] != 2:
                kind, data = next(found)
                if kind == "frame":
                    assert data["base"] is not None
                    held["kpi"]["all"] |= data["panels"].get("kpi", {}).get("all", {})
