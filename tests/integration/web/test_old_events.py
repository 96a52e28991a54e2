"""Events of another age in the queue: the loop that feeds the walls does not pay for them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import redis

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Rules
from data_sources.fold.clock import DeadlineClock
from data_sources.live import composer
from data_sources.store.actions import ActionLog
from tests.support.served import served
from tests.support.stores.engine import G0, fold_all, life, parts_live


@pytest.mark.parametrize("count", [1, 1000])
def test_events_of_1970_do_not_stop_the_web_worker(
    redis_url: str, redis_client: redis.Redis, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = ActionLog(redis_client)
    for number in range(count):
        start = 86_400_000 * (1 + number % 300) + number
        log.append(life(f"e{number}", start, close=False, level=Level.YELLOW))
    looked: list[int] = []
    closes_at = Rules.closes_at

    def noted(rules: Rules, month: int) -> int:
        looked.append(month)
        return closes_at(rules, month)

    monkeypatch.setattr(Rules, "closes_at", noted)
    folded = fold_all(redis_client)
    clock = DeadlineClock(redis_client, G0, log)
    while clock.tick():
        folded += fold_all(redis_client)
    # the fold of an action does not look at every one of the 680 months since
    assert len(looked) < 20 * folded
    parts_live(redis_client)
    in_loop: list[bool] = []
    build = composer.build

    def built(*parts: Any) -> Any:
        in_loop.append(asyncio._get_running_loop() is not None)
        return build(*parts)

    monkeypatch.setattr(composer, "build", built)
    with served(redis_url) as url, httpx.Client(base_url=url, timeout=30) as http:
        with http.stream("GET", "/stream") as stream:
            pieces = stream.iter_bytes()
            next(pieces)
            for number in range(40):
                log.append(life(f"new{number}", close=False)[:1])
                fold_all(redis_client)
                assert http.get("/healthz").status_code == 200
        wall = http.get("/api/v1/wall").json()
    assert set(in_loop) == {False}, "walls are made in threads, whatever they cost"
    assert wall["queue_total"] == count
    assert wall["queue"][0]["used"] > 400
