"""What waits, is taken back, combined or dropped by a courier, on a real Redis."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
import redis
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dashboard.core.model.notices import Notice
from dashboard.web.api import errors, operations
from data_sources.courier.deliveries import Store
from data_sources.courier.record import outcomes_of, overview
from data_sources.errors import LeaseLost
from data_sources.store import domain_clock
from tests.support.processes import wait_until
from tests.support.receivers import OK, Receiver, Reply, Request
from tests.support.stores.couriers import HOUR, carrying, count, hook, ids, now, put, states
from tests.support.stores.engine import G0


def test_quiet_hours(redis_url: str, redis_client: redis.Redis, receiver: Receiver) -> None:
    later = now() + HOUR
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "a", 1, not_before=later)
        put(redis_client, "a", 2)
        put(redis_client, "b", 1, not_before=later)
        put(redis_client, "c", 1, not_before=now() + 1500)
        put(redis_client, "d")
        wait_until(lambda: count(redis_client, "delivered:hook") == 1)
        assert ids(receiver) == ["d:step:handle:1:1"]
        # the event has become red: nothing of it is held any longer, and the order stays
        put(redis_client, "b", 2, level="red", what="alarm")
        wait_until(lambda: count(redis_client, "delivered:hook") == 3)
        assert ids(receiver)[1:] == ["b:step:handle:1:1", "b:step:handle:1:2"]
        wait_until(lambda: count(redis_client, "delivered:hook") == 4)
        assert ids(receiver)[3] == "c:step:handle:1:1"
        time.sleep(0.3)
    assert states(redis_client, "a") == {
        "hook|a:step:handle:1:1": "waiting",
        "hook|a:step:handle:1:2": "waiting",
    }
    # another courier knows what is held, and what for
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "a", 3, level="red")
        wait_until(lambda: count(redis_client, "delivered:hook") == 7)
    assert ids(receiver)[4:] == [f"a:step:handle:1:{n}" for n in (1, 2, 3)]


def test_withdrawn_before_it_was_sent(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    later = now() + HOUR

    def take_back(one: Notice) -> Notice:
        name = f"{one.id}:withdrawn"
        return put(redis_client, one.event_id, id=name, what="withdrawn", ref=one.id)

    with carrying(redis_url, hook(receiver)):
        held = put(redis_client, "a", not_before=later)
        wait_until(lambda: count(redis_client, "waiting:hook") == 1)
        take_back(held)
        wait_until(lambda: count(redis_client, "waiting:hook") == 0)
        sent = put(redis_client, "b")
        wait_until(lambda: count(redis_client, "delivered:hook") == 1)
        take_back(sent)
        wait_until(lambda: count(redis_client, "delivered:hook") == 2)
    assert set(states(redis_client, "a").values()) == {"withdrawn"}
    assert ids(receiver) == ["b:step:handle:1:1", "b:step:handle:1:1:withdrawn"]
    # both in one batch
    take_back(put(redis_client, "c", not_before=later))
    with carrying(redis_url, hook(receiver)):
        wait_until(lambda: set(states(redis_client, "c").values()) == {"withdrawn"})
    assert redis_client.hlen(G0.waiting) == 0


def test_only_notices_of_live_feeds_are_sent(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    domain_clock.publish(redis_client, mode="simulated", virtual_ms=now(), speed=1.0)
    with carrying(
        redis_url,
        hook(receiver),
        hook(receiver, "drill", for_source=frozenset({"live", "simulated"})),
        hook(receiver, "reds", levels=frozenset({"red"})),
    ):
        put(redis_client, "a")
        wait_until(lambda: count(redis_client, "delivered:drill") == 1)
    assert [got.path for got in receiver.requests] == ["/drill"]
    assert json.loads(receiver.requests[0].body)["title"].startswith("（模拟数据）")
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "b")
        wait_until(lambda: count(redis_client, "no_channel") == 1)
    assert states(redis_client, "b") == {"|b:step:handle:1:1": "no_channel"}


def test_nothing_set_up_keeps_notices_only(redis_url: str, redis_client: redis.Redis) -> None:
    with carrying(redis_url):
        put(redis_client, "a")
        redis_client.xadd(G0.outbox, {"n": b"{broken"})
        wait_until(lambda: overview(redis_client, [G0])["counts"]["unread"] == 0)
    assert outcomes_of(redis_client, G0, "a") == []
    assert redis_client.xlen(G0.outbox) == 2
    assert redis_client.keys(f"{G0.delivery_outcomes('*')}") == []


def test_what_cannot_be_read_and_what_is_old(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    redis_client.xadd(G0.outbox, {"n": b"{broken"})
    redis_client.xadd(G0.outbox, {"other": b"x"})
    put(redis_client, "a", at=now() - 25 * HOUR)
    put(redis_client, "b")
    with carrying(redis_url, hook(receiver)):
        wait_until(lambda: count(redis_client, "delivered:hook") == 1)
    assert count(redis_client, "unreadable") == 2
    assert "25 h old" in overview(redis_client, [G0])["given_up"][0]["reason"]
    assert ids(receiver) == ["b:step:handle:1:1"]


def test_a_channel_that_is_gone_and_one_that_is_full(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    receiver.decide = lambda _: (503, {"Retry-After": "60"}, b"")
    with carrying(redis_url, hook(receiver, parallel=1), max_waiting=3):
        for number in range(4):
            put(redis_client, f"e{number}")
            wait_until(lambda: overview(redis_client, [G0])["counts"]["unread"] == 0)
        put(redis_client, "urgent", level="red")
        wait_until(lambda: count(redis_client, "waiting:hook") == 4)
        assert len(receiver.requests) == 1, "the server asked for a pause"
    assert count(redis_client, "given_up:hook") == 1
    with carrying(redis_url, hook(receiver, "other")):
        wait_until(lambda: count(redis_client, "waiting:hook") == 0)
    reasons = [row["reason"] for row in overview(redis_client, [G0])["given_up"]]
    assert reasons.count("the channel is no longer set up") == 4
    assert reasons.count("3 deliveries wait for this channel") == 1


def test_a_robot_gets_a_digest_and_reds_alone(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    for number in range(30):
        put(redis_client, f"e{number % 10}", number)
    put(redis_client, "fire", level="red")
    put(redis_client, "e3", "last", level="red")
    robot = hook(receiver, "robot", "dingtalk", per_minute=8)
    with carrying(redis_url, robot):
        wait_until(lambda: count(redis_client, "delivered:robot") == 32)
    texts = [json.loads(got.body)["text"]["content"] for got in receiver.requests]
    assert len(texts) <= 8
    assert texts[0].startswith("【红色")
    assert "fire" in texts[0]
    red = next(i for i, text in enumerate(texts) if "事项 e3" in text and "红色" in text)
    assert "\n2. " not in texts[red], "a red goes alone"
    before = "".join(texts[:red])
    assert before.count("事项 e3") == 3, "what was told of its event before goes before it"
    assert sum(text.startswith("【汇总】") for text in texts) >= 2


def test_a_message_that_spoils_a_digest_goes_alone(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    def decide(request: Request) -> Reply:
        bad = b"e5" in request.body
        return (200, {}, b'{"errcode":40035,"errmsg":"invalid"}') if bad else OK

    receiver.decide = decide
    for number in range(31):
        put(redis_client, f"n{number}" if number != 5 else "e5")
    with carrying(redis_url, hook(receiver, "robot", "dingtalk", per_minute=40)):
        wait_until(lambda: count(redis_client, "delivered:robot") == 30)
        wait_until(lambda: count(redis_client, "given_up:robot") == 1)
    (row,) = overview(redis_client, [G0])["given_up"]
    assert row["event_id"] == "e5"
    assert len(receiver.requests) == 22, "a digest refused, its 20 one by one, the rest together"


def test_two_couriers_and_a_late_one(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    with carrying(redis_url, hook(receiver)), carrying(redis_url, hook(receiver)):
        for number in range(50):
            put(redis_client, f"e{number}")
        wait_until(lambda: count(redis_client, "delivered:hook") == 50)
    assert len(receiver.requests) == 50, "one works, one stands by"
    token = int(redis_client.hget(G0.meta, "fence:courier") or 0)
    late = Store(redis_client, G0, "fence:courier", token - 1)
    steps = late.steps()
    steps.count("delivered", "hook")
    with pytest.raises(LeaseLost):
        late.commit(steps)
    current = Store(redis_client, G0, "fence:courier", token)
    with pytest.raises(LeaseLost):
        current.commit(current.steps(), before="1-1", after="2-2")
    assert count(redis_client, "delivered:hook") == 50


def test_trim_never_cuts_what_was_not_read(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_sources.courier.deliveries.OUTBOX_KEPT", 1000)
    pipe = redis_client.pipeline()
    for number in range(5000):
        pipe.xadd(G0.outbox, {"n": b"x"}, id=f"{number + 1}-0")
    pipe.execute()
    store = Store(redis_client, G0, "fence:courier", 0)
    store.trim("100-0", caught_up=False)
    assert redis_client.xrange(G0.outbox, count=1)[0][0].startswith((b"1-", b"100-"))
    assert redis_client.xlen(G0.outbox) >= 4900
    store.trim("4990-0", caught_up=True)
    assert 1000 <= redis_client.xlen(G0.outbox) < 1300


def test_the_api(redis_url: str, redis_client: redis.Redis, receiver: Receiver) -> None:
    receiver.replies = [(400, {}, b"")]
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "a")
        put(redis_client, "b", not_before=now() + HOUR)
        wait_until(lambda: count(redis_client, "given_up:hook") == 1)
        wait_until(lambda: count(redis_client, "waiting:hook") == 1)
    app = FastAPI()
    app.include_router(operations.outbox_router(lambda: redis_client, 1))
    answer = TestClient(app).get("/api/v1/outbox").json()
    assert answer["counts"] == {
        **dict.fromkeys(("delivered", "retries", "no_channel", "unreadable", "unread"), 0),
        "waiting": 1,
        "given_up": 1,
    }
    assert answer["waiting"][0]["event_id"] == "b"
    assert answer["given_up"][0]["reason"] == "HTTP 400"
    dead: Callable[[], redis.Redis] = lambda: redis.Redis(port=9)  # noqa: E731
    app = FastAPI()
    errors.install(app)
    app.include_router(operations.outbox_router(dead, 1))
    assert TestClient(app).get("/api/v1/outbox").status_code == 503
