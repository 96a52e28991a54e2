"""Pointing walls at something: the API and the command on a real Redis, the record, the beats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
import redis

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import default_rules
from dashboard.core.wall.steering import HeldOrder
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect_async
from data_sources.store.keys import STEER, STEER_LOG, shards, steer_heard
from data_sources.walls.steering import Steered, Steering
from tests.support.processes import run
from tests.support.served import served
from tests.support.stores.engine import fold_all, life

OWN = {"X-Gridwall": "1"}
URL = "/api/v1/steer"


@pytest.fixture
def site(redis_url: str) -> Iterator[httpx.Client]:
    with served(redis_url) as address, httpx.Client(base_url=address, headers=OWN) as client:
        yield client


def orders_in_beat(redis_url: str) -> list[dict[str, Any]]:
    """The orders in a beat of now."""
    rules = default_rules(ZoneInfo("Asia/Shanghai"))

    async def read() -> list[HeldOrder]:
        r = connect_async(redis_url)
        try:
            return await Steered(r, shards(1), rules, lambda code: code).read()
        finally:
            await r.aclose()

    found: list[dict[str, Any]] = msgspec.to_builtins(asyncio.run(read()))
    return found


def test_an_order_is_shown_sent_ended_and_recorded(
    site: httpx.Client, redis_client: redis.Redis, redis_url: str
) -> None:
    ActionLog(redis_client).append(life("e1", close=False, level=Level.RED))
    fold_all(redis_client)
    wish = {"device": "lobby", "scene": "queue", "event": "e1", "seconds": 60, "by": "mayor"}
    order = site.post(URL, json=wish).json()
    assert order["until"] - order["at"] == 60_000
    assert abs(order["at"] - time.time() * 1000) < 5000
    (beat,) = orders_in_beat(redis_url)
    assert (beat["device"], beat["scene"], beat["by"]) == ("lobby", "queue", "demo")
    assert (beat["told"]["level"], beat["told"]["lat"]) == ("red", 42.27)
    newer = site.post(URL, json={"device": "lobby", "area": "150402"}).json()
    assert [o["id"] for o in site.get(URL).json()["active"]] == [newer["id"]]
    assert site.delete(URL, params={"id": order["id"]}).json() == {"ended": []}
    assert site.delete(URL, params={"id": newer["id"]}).json()["ended"][0]["area"] == "150402"
    assert orders_in_beat(redis_url) == []
    record = site.get(URL).json()["log"]
    assert [(line["what"], line["by"]) for line in record] == [
        ("end", "demo"),
        ("show", "demo"),
        ("show", "demo"),
    ]
    assert record[2]["order"]["event"] == "e1"


def test_shown_is_said_only_after_a_wall_said_so(
    site: httpx.Client, redis_client: redis.Redis
) -> None:
    def answer() -> tuple[str, str, int]:
        (order,) = site.get(URL).json()["active"]
        found = order["answer"]
        return found["state"], found["before"], found["until"]

    def said(state: str, **more: Any) -> int:
        body = {"order": order["id"], "page": "0" * 16, "device": "lobby", "state": state, **more}
        heard: int = site.post(f"{URL}/heard", json=body).json()["again_ms"]
        return heard

    order = site.post(URL, json={"device": "lobby", "scene": "queue"}).json()
    assert answer() == ("sent", "sending", 0)
    until = order["at"] + 60_000
    assert said("waiting", before="red", until=until) == 10_000
    assert answer() == ("sent", "red", until)
    assert said("shown") == 10_000
    assert answer() == ("shown", "", 0)
    assert said("gone") == 10_000
    assert answer() == ("gone", "", 0)
    # another wall's word does not count, nor of an order that is not in force
    assert said("shown", device="hall") == 0
    assert said("shown", order="none") == 0
    assert answer() == ("gone", "", 0)
    refused = site.post(f"{URL}/heard", json={"order": "x", "page": "y", "state": "shown"})
    assert refused.status_code == 422
    # what was heard goes with its order
    assert 0 < redis_client.pttl(steer_heard(order["id"])) <= 360_000
    site.delete(URL)
    assert said("shown") == 0


WRONG: list[tuple[Any, str]] = [
    ({"scene": "nowhere"}, "scene"),
    ({"area": "990000"}, "area"),
    ({"event": "nothing"}, "event"),
    ({}, "scene"),
    ({"scene": "queue", "seconds": 9}, "seconds"),
    ({"scene": "queue", "seconds": 3601}, "seconds"),
    ({"scene": "queue", "seconds": True}, "seconds"),
    ({"scene": "queue", "device": "*"}, "device"),
    ({"scene": "queue", "volume": 1}, "volume"),
    ({"scene": 7}, "scene"),
    (["queue"], "body"),
]


def test_what_is_not_there_is_refused_by_its_name(
    site: httpx.Client, redis_client: redis.Redis
) -> None:
    for wish, field in WRONG:
        answer = site.post(URL, json=wish)
        assert (answer.status_code, answer.json()["field"]) == (422, field), wish
    assert not redis_client.exists(STEER, STEER_LOG)


def test_many_at_once_and_one_name_once(site: httpx.Client, redis_client: redis.Redis) -> None:
    def post(n: int) -> dict[str, Any]:
        name = "same" if n % 2 else f"own-{n}"
        wish = {"id": name, "scene": "queue", "device": f"wall {n % 4 // 2}"}
        found: dict[str, Any] = site.post(URL, json=wish).json()
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(24)))
    same = [a for a in answers if a["id"] == "same"]
    assert [a["repeated"] for a in same].count(False) == 1
    assert len({a["at"] for a in same}) == 1
    # every order has its line, and each wall holds the last of its lines
    lines = Steering(redis_client).record(100)
    assert len(lines) == 13
    last = {line.order.device: line.order.id for line in reversed(lines)}
    held = {order.device: order.id for order in Steering(redis_client).active()}
    assert held == last


def test_what_has_run_out_is_not_given_out_and_goes(
    site: httpx.Client, redis_client: redis.Redis, redis_url: str
) -> None:
    steering = Steering(redis_client)
    order = site.post(URL, json={"scene": "map", "device": "old"}).json()
    held = redis_client.hget(STEER, "old")
    assert isinstance(held, bytes)
    past = held.replace(str(order["until"]).encode(), str(order["at"]).encode())
    redis_client.hset(STEER, "old", past)  # as it is when its time is over
    assert steering.active() == []
    assert orders_in_beat(redis_url) == []
    assert site.delete(URL).json() == {"ended": []}
    assert not redis_client.exists(STEER)
    assert [line.what for line in steering.record()] == ["show"]


def test_an_anonymous_request_is_refused_and_logged(
    redis_url: str, redis_client: redis.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(redis_url) as address:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {**OWN, "Origin": "http://x.org"},
            {**OWN, "X-Forwarded-For": "10.0.0.9"},
        ):
            answer = httpx.post(address + URL, json={"scene": "queue"}, headers=headers)
            assert answer.status_code in (401, 403), headers
            assert httpx.get(address + URL, headers=headers).status_code in (401, 403)
    assert not redis_client.exists(STEER, STEER_LOG)
    # the same refusal is logged once a second, with how often it was
    logged = capsys.readouterr().out
    for method in ("POST", "GET"):
        for client in ("127.0.0.1", "10.0.0.9"):
            assert f"asked='{method} {URL}' client={client}" in logged, (method, client)


def test_by_the_command(redis_url: str, redis_client: redis.Redis) -> None:
    def gridwall(*arguments: str) -> Any:
        return run("show", *arguments, "--city", "chifeng", GRIDWALL_REDIS_URL=redis_url)

    shown = gridwall("--scene", "queue", "--for", "90s", "--device", "lobby")
    assert shown.returncode == 0, shown.stderr
    (order,) = Steering(redis_client).active()
    assert (order.device, order.until - order.at) == ("lobby", 90_000)
    # no wall of that name has answered
    assert "unheard" in shown.stdout
    wrong = gridwall("--area", "nowhere")
    assert wrong.returncode == 1
    assert "area='nowhere'" in wrong.stderr
    assert order.id in gridwall("--end").stdout
    assert [line.how for line in Steering(redis_client).record()] == ["cli", "cli"]
