"""The courier against a real Redis and a real server: what is sent, held, tried again, given up."""

from __future__ import annotations

import json
from threading import Event

import msgspec
import pytest
import redis

from data_sources.channels.settings import Channel, Retry
from data_sources.courier.record import outcomes_of, overview, retry_given_up
from tests.support.processes import wait_until
from tests.support.receivers import OK, Receiver, Reply, Request
from tests.support.stores.couriers import HOUR, carrying, count, hook, ids, now, put, states
from tests.support.stores.engine import G0


def test_a_notice_goes_out_once_and_is_on_record(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    first = put(redis_client, "a")
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "b", level="red")
        wait_until(lambda: count(redis_client, "delivered:hook") == 2)
        # the fold is done again and writes the same notice again
        redis_client.xadd(G0.outbox, {"n": msgspec.json.encode(first)})
        put(redis_client, "c")
        wait_until(lambda: count(redis_client, "delivered:hook") == 3)
    assert sorted(ids(receiver)) == [f"{e}:step:handle:1:1" for e in "abc"]
    (one,) = outcomes_of(redis_client, G0, "a")
    assert (one.channel, one.state, one.attempts, one.to) == ("hook", "delivered", 1, "handler")
    assert abs(one.when - now()) < 20_000
    assert redis_client.hlen(G0.waiting) == 0
    assert redis_client.pttl(G0.delivery_outcomes("a")) > 29 * 24 * HOUR
    # one that starts later sends nothing again
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "d")
        wait_until(lambda: count(redis_client, "delivered:hook") == 4)
    assert len(receiver.requests) == 4


def test_one_events_messages_wait_for_each_other(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    failures = {"a:step:handle:1:1": 4, "a:step:handle:1:2": 2}

    def decide(request: Request) -> Reply:
        name = json.loads(request.body)["id"]
        failures[name] = failures.get(name, 0) - 1
        return (500, {}, b"") if failures[name] >= 0 else OK

    receiver.decide = decide
    for step in (1, 2, 3):
        put(redis_client, "a", step)
        put(redis_client, "b", step)
    with carrying(redis_url, hook(receiver, parallel=4)):
        wait_until(lambda: count(redis_client, "delivered:hook") == 6)
    a, b = ([i for i in ids(receiver) if i.startswith(e)] for e in "ab")
    assert a == [f"a:step:handle:1:{n}" for n in (1, 1, 1, 1, 1, 2, 2, 2, 3)]
    assert b == [f"b:step:handle:1:{n}" for n in (1, 2, 3)]
    assert ids(receiver).index(b[-1]) < ids(receiver).index(a[-1]), "others go on"
    attempts = [got.headers["X-Gridwall-Attempt"] for got in receiver.requests]
    assert max(attempts) == "5"


def test_a_slow_channel_blocks_no_other_channel(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    free = Event()

    def decide(request: Request) -> Reply:
        if request.path == "/slow":
            free.wait(10)
        return OK

    receiver.decide = decide
    with carrying(redis_url, hook(receiver, "slow"), hook(receiver)):
        for number in range(20):
            put(redis_client, f"e{number}")
        wait_until(lambda: count(redis_client, "delivered:hook") == 20)
        assert count(redis_client, "delivered:slow") == 0
        free.set()
        wait_until(lambda: count(redis_client, "delivered:slow") == 20)


def test_given_up_is_seen_and_can_be_sent_again(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver
) -> None:
    receiver.replies = [(404, {}, b"secret detail")]
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "a")
        wait_until(lambda: count(redis_client, "given_up:hook") == 1)
        put(redis_client, "a", 2)
        wait_until(lambda: count(redis_client, "delivered:hook") == 1)
        seen = overview(redis_client, [G0])
        assert seen["counts"]["given_up"] == 1
        (row,) = seen["given_up"]
        assert (row["id"], row["channel"], row["reason"]) == (
            "a:step:handle:1:1",
            "hook",
            "HTTP 404",
        )
        assert seen["channels"]["hook"]["error"] == "HTTP 404"
        assert states(redis_client, "a")["hook|a:step:handle:1:1"] == "given_up"
        assert retry_given_up(redis_client, G0) == 1
        assert retry_given_up(redis_client, G0) == 0
        wait_until(lambda: count(redis_client, "delivered:hook") == 2)
    assert ids(receiver) == [f"a:step:handle:1:{n}" for n in (1, 2, 1)]
    assert set(states(redis_client, "a").values()) == {"delivered"}
    assert receiver.url.encode() not in b"".join(
        value for key in redis_client.scan_iter("*") for value in _everything(redis_client, key)
    ), "addresses are not kept"


def _everything(r: redis.Redis, key: bytes) -> list[bytes]:
    if r.type(key) == b"hash":
        return list(r.hgetall(key).values())
    if r.type(key) == b"stream":
        return [value for _, fields in r.xrange(key) for value in fields.values()]
    return []


@pytest.mark.parametrize(
    ("retry", "reason"),
    [
        (Retry(first=5, longest=10, attempts=3), "after 3 attempts: HTTP 500"),
        (Retry(first=50, longest=100, age=300), "after 0.0 h: HTTP 500"),
    ],
)
def test_it_is_not_tried_for_ever(
    redis_url: str, redis_client: redis.Redis, receiver: Receiver, retry: Retry, reason: str
) -> None:
    receiver.decide = lambda _: (500, {}, b"")
    with carrying(redis_url, hook(receiver, retry=retry)):
        put(redis_client, "a")
        wait_until(lambda: count(redis_client, "given_up:hook") == 1)
    assert overview(redis_client, [G0])["given_up"][0]["reason"] == reason


def test_an_outage_uses_up_no_attempts(redis_url: str, redis_client: redis.Redis) -> None:
    dead = Channel(
        "hook",
        "webhook",
        url="http://127.0.0.1:9/",
        retry=Retry(first=5, longest=10, attempts=2),
    )
    with carrying(redis_url, dead):
        put(redis_client, "a")
        wait_until(lambda: count(redis_client, "retries:hook") >= 6)
        (one,) = outcomes_of(redis_client, G0, "a")
        assert one.state == "waiting"
        assert one.attempts >= 5
        assert one.reason == "no connection: refused or unreachable"
