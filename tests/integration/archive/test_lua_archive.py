"""The archive's step in the store, called directly."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
import redis

from tests.support.luacalls import call, everything, pack, server_ms

META, EVENTS, LISTING, CHANGED = "{t}:meta", "{t}:events", "{t}:archived", "{t}:changed"


def move(
    r: redis.Redis,
    states: Mapping[str, str],
    out: list[str],
    put: list[str],
    token: int = 3,
    archives: int = 5,
) -> Any:
    digests = [
        hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest() for one in states.values()
    ]
    return call(
        r,
        "archive/moves",
        meta=META,
        events=EVENTS,
        archived=LISTING,
        changed=CHANGED,
        fence_field="fence",
        token=token,
        archives=archives,
        kept=1000,
        packed_job=pack((list(states), digests, out, put)),
    )


@pytest.fixture
def r(redis_client: redis.Redis) -> redis.Redis:
    redis_client.hset(META, mapping={"fence": 3, "archives": 5})
    redis_client.hset(EVENTS, mapping={"e1": "one", "e2": "two", "e3": "three"})
    redis_client.hset(LISTING, mapping={"u1": "old", "u2": "stays"})
    return redis_client


def test_events_leave_the_store_and_are_listed(r: redis.Redis) -> None:
    assert move(r, {"e1": "one", "e3": "three"}, ["u1"], ["u3", "new", "u4", "more"]) == 6
    assert r.hgetall(EVENTS) == {b"e2": b"two"}
    assert r.hgetall(LISTING) == {b"u2": b"stays", b"u3": b"new", b"u4": b"more"}
    assert r.hget(META, "archives") == b"6"
    (entry,) = [fields for _, fields in r.xrange(CHANGED)]
    assert entry == {b"kind": b"archived", b"ids": b"e1\ne3"}


def test_many_events_are_announced_in_parts(r: redis.Redis) -> None:
    states = {f"m{n}": f"state {n}" for n in range(2500)}
    r.hset(EVENTS, mapping=states)

    assert move(r, states, [], ["u3", "new"]) == 6
    assert set(r.hkeys(EVENTS)) == {b"e1", b"e2", b"e3"}
    parts = [fields[b"ids"].decode().split("\n") for _, fields in r.xrange(CHANGED)]
    assert [len(part) for part in parts] == [1000, 1000, 500]
    assert [one for part in parts for one in part] == list(states)


def test_a_change_of_the_listing_alone_is_announced(r: redis.Redis) -> None:
    assert move(r, {}, ["u1"], ["u3", "new"]) == 6
    assert r.hlen(EVENTS) == 3
    (entry,) = [fields for _, fields in r.xrange(CHANGED)]
    assert entry == {b"kind": b"archived", b"ids": b""}


@pytest.mark.parametrize(
    ("states", "other", "reply"),
    [
        ({"e1": "one"}, {"token": 2}, -1),
        ({"e1": "one"}, {"archives": 4}, -2),
        ({"e1": "one", "e2": "another"}, {}, -3),
        ({"e1": "one", "e9": "gone"}, {}, -3),
    ],
)
def test_a_step_from_another_state_is_refused(
    r: redis.Redis, states: dict[str, str], other: dict[str, int], reply: int
) -> None:
    before = everything(r)

    assert move(r, states, ["u1"], ["u3", "new"], **other) == reply
    assert everything(r) == before


@pytest.mark.parametrize("name", ["m0", "m999", "m1000", "m1499"])
def test_one_of_many_events_has_changed(r: redis.Redis, name: str) -> None:
    states = {f"m{n}": f"state {n}" for n in range(1500)}
    r.hset(EVENTS, mapping=states | {name: "another"})
    before = everything(r)

    assert move(r, states, [], []) == -3
    assert everything(r) == before


def test_a_rebuild_holds_a_step_back(r: redis.Redis) -> None:
    r.hset(META, "hold", server_ms(r) + 60_000)
    before = everything(r)

    assert move(r, {"e1": "one"}, [], []) == -4
    assert everything(r) == before
    r.hset(META, "hold", server_ms(r))
    assert move(r, {"e1": "one"}, [], []) == 6


def test_the_first_step_of_a_store(r: redis.Redis) -> None:
    r.hdel(META, "archives")

    assert move(r, {"e1": "one"}, [], [], archives=0) == 1
