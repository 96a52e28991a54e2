"""What an audit reads of a store, by its scripts called directly."""

from typing import Any

import msgspec
import redis

from tests.support.luacalls import call

META = "{t}:meta"


def test_entries_are_read_within_bounds(redis_client: redis.Redis) -> None:
    r, key = redis_client, "{t}:actions"
    for n in range(1, 6):
        r.xadd(key, {"a": f"action {n}"}, id=f"{n}-0")

    def read(first: str, last: str, count: int) -> Any:
        packed = call(r, "audit/recount_read", actions=key, first=first, last=last, count=count)
        return msgspec.msgpack.decode(packed)

    assert read("(1-0", "4-0", 10) == [[f"{n}-0", ["a", f"action {n}"]] for n in (2, 3, 4)]
    assert [entry for entry, _ in read("-", "+", 2)] == ["1-0", "2-0"]


def test_an_entry_need_not_be_text(redis_client: redis.Redis) -> None:
    redis_client.xadd("{t}:actions", {"a": b"\xff\x00"}, id="1-0")

    packed = call(
        redis_client, "audit/recount_read", actions="{t}:actions", first="-", last="+", count=1
    )

    assert b"\xff\x00" in packed


def test_a_picture_has_every_kind_of_key(redis_client: redis.Redis) -> None:
    r = redis_client
    r.hset(META, "position", "7-0")
    r.hset("{t}:hash", mapping={"a": 1, "b": 2})
    r.hset("{t}:sized", mapping={"a": 1, "b": 2, "c": 3})
    r.zadd("{t}:zset", {"x": 1, "y": 2})
    r.set("{t}:string", b"\x00\xff")
    r.rpush("{t}:list", "x")
    kinds = ("hash", "sized", "zset", "string", "none", "list")

    meta, values = call(
        r,
        "audit/store_picture",
        meta=META,
        more_keys=[f"{{t}}:{kind}" for kind in kinds],
        more_args=["", "size", "", "", "", ""],
    )

    assert meta == [b"position", b"7-0"]
    assert dict(zip(kinds, values, strict=True)) == {
        "hash": [b"a", b"1", b"b", b"2"],
        "sized": 3,
        "zset": 2,
        "string": b"\x00\xff",
        "none": 0,
        "list": -1,
    }


def test_events_and_members_are_read_at_a_position(redis_client: redis.Redis) -> None:
    r = redis_client
    r.hset(META, "position", "7-0")
    r.hset("{t}:events", mapping={"e1": "s1", "e2": "s2"})
    r.hset("{t}:trails", "e2", "t2")
    r.zadd("{t}:queue", {"e1": 1.5})
    r.zadd("{t}:points", {"e2": 2})
    probes: list[str | int] = [4, "e1", 5, "e1", 5, "e2"]

    found = call(
        r,
        "audit/store_events",
        meta=META,
        events="{t}:events",
        trails_key="{t}:trails",
        more_keys=["{t}:queue", "{t}:points"],
        count=3,
        more_args=["e1", "e2", "e3", *probes],
    )

    states, trails = [b"s1", b"s2", None], [None, b"t2", None]
    assert found == [b"7-0", states, trails, [b"1.5", None, b"2"]]


def test_members_alone_are_read_of_a_store_without_a_commit(redis_client: redis.Redis) -> None:
    redis_client.zadd("{t}:queue", {"e1": 3})

    found = call(
        redis_client,
        "audit/store_events",
        meta=META,
        events="{t}:events",
        trails_key="{t}:trails",
        more_keys=["{t}:queue"],
        count=0,
        more_args=[4, "e1"],
    )

    assert found == [b"0-0", [], [], [b"3"]]
