"""The engine's parts leave their signs of life in a real store, and a pulse finds them."""

from __future__ import annotations

import asyncio
import time

import redis

from data_sources.live.pulse import PARTS, Pulse, read_pulse
from data_sources.store.connection import connect_async
from data_sources.store.keys import AUDIT, shards
from data_sources.store.lease import Lease


def pulse(url: str) -> Pulse:
    async def read() -> Pulse:
        r = connect_async(url)
        try:
            return await read_pulse(r, shards(1))
        finally:
            await r.aclose()

    return asyncio.run(read())


def test_an_empty_store_has_no_signs_of_life(redis_url: str) -> None:
    found = pulse(redis_url)
    assert found.parts == dict.fromkeys(PARTS)
    assert found.recount == 0


def test_a_lease_kept_is_a_sign_of_life_and_outlives_it(
    redis_url: str, redis_client: redis.Redis
) -> None:
    lease = Lease(redis_client, shards(1)[0], "watcher", 15_000)
    assert lease.acquire()
    taken = pulse(redis_url).parts["watcher"]
    assert taken is not None
    assert pulse(redis_url).parts["auditor"] is None
    time.sleep(0.3)
    later = pulse(redis_url).parts["watcher"]
    assert later is not None
    assert later >= taken + 300
    assert lease.renew()
    renewed = pulse(redis_url).parts["watcher"]
    assert renewed is not None
    assert renewed < later
    lease.release()
    assert pulse(redis_url).parts["watcher"] is not None


def test_how_long_a_recount_takes_is_shown(redis_url: str, redis_client: redis.Redis) -> None:
    redis_client.hset(AUDIT, "duration", 4200)
    assert pulse(redis_url).recount == 4200
