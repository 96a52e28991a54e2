"""The watcher's scripts, called directly."""

from typing import Any

import msgspec
import redis

from tests.support.luacalls import call, everything

META, OPEN, LOG = "{t}:meta", "{t}:warnings", "{t}:log"
RAISED = ["raised", "w1", 500, "", "", "body 1"]
UPDATED = ["updated", "w1", 600, "", "", "body 2"]
ENDED = ["ended", "w1", 700, "explained", "w2", "body 3"]


def commit(r: redis.Redis, *changes: list[Any], token: int = 3) -> int:
    r.hset(META, "fence", 3)
    return call(
        r,
        "surges/warnings_commit",
        warnings=OPEN,
        log=LOG,
        meta=META,
        fence_field="fence",
        token=token,
        log_length=100,
        watched=800,
        more_args=[part for change in changes for part in change],
    )


def logged(r: redis.Redis) -> list[dict[bytes, bytes]]:
    return [fields for _, fields in r.xrange(LOG)]


def test_a_warning_is_raised_and_logged_once(redis_client: redis.Redis) -> None:
    for _ in range(2):
        assert commit(redis_client, RAISED) == 1
    assert redis_client.hgetall(OPEN) == {b"w1": b"body 1"}
    assert redis_client.hget(META, "watched") == b"800"
    assert logged(redis_client) == [
        {b"what": b"raised", b"at": b"500", b"reason": b"", b"by": b"", b"warning": b"body 1"}
    ]


def test_an_open_warning_is_updated_without_a_line(redis_client: redis.Redis) -> None:
    commit(redis_client, UPDATED)
    assert not redis_client.exists(OPEN)

    assert commit(redis_client, RAISED, UPDATED) == 1
    assert redis_client.hgetall(OPEN) == {b"w1": b"body 2"}
    assert len(logged(redis_client)) == 1


def test_a_warning_that_moves_is_logged_once(redis_client: redis.Redis) -> None:
    moved = ["moved", "w1", 600, "spread", "", "body 2"]
    commit(redis_client, moved)
    assert not redis_client.exists(OPEN)

    commit(redis_client, RAISED)
    for _ in range(2):
        assert commit(redis_client, moved) == 1
    assert redis_client.hgetall(OPEN) == {b"w1": b"body 2"}
    assert [line[b"reason"] for line in logged(redis_client)] == [b"", b"spread"]


def test_a_warning_is_ended_and_logged_once(redis_client: redis.Redis) -> None:
    commit(redis_client, RAISED)

    for _ in range(2):
        assert commit(redis_client, ENDED) == 1
    assert not redis_client.exists(OPEN)
    assert logged(redis_client)[1:] == [
        {
            b"what": b"ended",
            b"at": b"700",
            b"reason": b"explained",
            b"by": b"w2",
            b"warning": b"body 3",
        }
    ]


def test_an_old_token_changes_no_warning(redis_client: redis.Redis) -> None:
    commit(redis_client, RAISED)
    redis_client.hset(META, "watched", 1)
    before = everything(redis_client)

    assert commit(redis_client, ENDED, token=2) == 0
    assert everything(redis_client) == before


def test_views_are_read_whole_or_by_the_hour(redis_client: redis.Redis) -> None:
    r = redis_client
    r.hset("{t}:a", mapping={"x|07": 1, "x|08": 2})
    # more than one HSCAN reads
    r.hset("{t}:b", mapping={f"g{n}|{n % 24:02d}": n for n in range(24_000)})

    packed = call(
        r,
        "surges/watcher_read",
        more_keys=["{t}:a", "{t}:a", "{t}:b", "{t}:none"],
        more_args=["", "08", "07", "07"],
    )

    whole, hour, large, none = msgspec.msgpack.decode(packed)
    assert whole == ["x|07", "1", "x|08", "2"]
    assert hour == ["x|08", "2"]
    assert dict(zip(large[::2], large[1::2], strict=True)) == {
        f"g{n}|07": str(n) for n in range(7, 24_000, 24)
    }
    assert not none
