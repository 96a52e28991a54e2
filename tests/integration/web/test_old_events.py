"""Events of another age in the queue: the loop that feeds the walls does not pay for them."""

from __future__ import annotations

import time

import httpx
import pytest
import redis

from dashboard.core.model.actions import Level
from data_sources.fold.clock import DeadlineClock
from data_sources.store.actions import ActionLog
from tests.support.served import served
from tests.support.stores.engine import G0, fold_all, life, parts_live


@pytest.mark.parametrize("count", [1, 1000])
def test_events_of_1970_do_not_stop_the_web_worker(
    redis_url: str, redis_client: redis.Redis, count: int
) -> None:
    log = ActionLog(redis_client)
    for number in range(count):
        start = 86_400_000 * (1 + number % 300) + number
        log.append(life(f"e{number}", start, close=False, level=Level.YELLOW))
    began = time.process_time()
    fold_all(redis_client)
    clock = DeadlineClock(redis_client, G0, log)
    while clock.tick():
        fold_all(redis_client)
    # the fold of an event does not look at every month since
    assert time.process_time() - began < 1 + 0.02 * count
    parts_live(redis_client)
    took = []
    with served(redis_url) as url, httpx.Client(base_url=url, timeout=30) as http:
        with http.stream("GET", "/stream") as stream:
            pieces = stream.iter_bytes()
            next(pieces)
            for number in range(40):
                log.append(life(f"new{number}", close=False)[:1])
                fold_all(redis_client)
                before = time.perf_counter()
                assert http.get("/healthz").status_code == 200
                took.append(time.perf_counter() - before)
        wall = http.get("/api/v1/wall").json()
    assert sorted(took)[-2] < 0.5, took
    assert wall["queue_total"] == count
    assert wall["queue"][0]["used"] > 400
