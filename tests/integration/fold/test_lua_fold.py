"""The scripts of the commit and of the rebuild, called directly."""

from typing import Any

import pytest
import redis

from tests.support.luacalls import call, everything, pack, server_ms

META, VIEW, DENSE, STATES = "{t}:meta", "{t}:view", "{t}:minutes", "{t}:events"
HERE = {"fence": 3, "position": "7-0", "epoch": 2, "archives": 5, "read": 10, "seq": 40}


def commit(r: redis.Redis, operations: Any = (), **other: Any) -> int:
    named = {
        "token": 3,
        "before": "7-0",
        "after": "9-1",
        "read": 2,
        "up_to_date": 1,
        "high": 1_500_000_000_123,
        "epoch": 2,
        "archives": 5,
    }
    return call(
        r,
        "fold/commit",
        meta=META,
        more_keys=[VIEW, DENSE, STATES],
        fence_field="fence",
        operations=pack(operations),
        **(named | other),
    )


@pytest.fixture
def r(redis_client: redis.Redis) -> redis.Redis:
    redis_client.hset(META, mapping=HERE)
    return redis_client


@pytest.mark.parametrize(
    ("other", "reply"),
    [
        ({"token": 2}, -1),
        ({"token": 4}, -1),
        ({"before": "6-0"}, -2),
        ({"epoch": 1}, -3),
        ({"archives": 4}, -5),
        ({"token": 2, "before": "6-0"}, -1),
    ],
)
def test_a_commit_from_another_state_is_refused(
    r: redis.Redis, other: dict[str, Any], reply: int
) -> None:
    before = everything(r)

    assert commit(r, [("HSET", 4, ["e1", "state"])], **other) == reply
    assert everything(r) == before


def test_a_commit_is_held_back_until_the_hold_ends(r: redis.Redis) -> None:
    r.hset(META, "hold", server_ms(r) + 60_000)
    before = everything(r)

    assert commit(r) == -4
    assert everything(r) == before
    r.hset(META, "hold", server_ms(r))
    assert commit(r) == 41


def test_a_commit_moves_the_position_and_the_counts(r: redis.Redis) -> None:
    before = server_ms(r)

    assert commit(r) == 41
    found = {name.decode(): value.decode() for name, value in r.hgetall(META).items()}
    assert before <= int(found.pop("fresh")) <= server_ms(r)
    assert found == {
        **{name: str(value) for name, value in HERE.items()},
        "position": "9-1",
        "read": "12",
        "seq": "41",
        "high": "1500000000123",
    }


def test_views_behind_the_stream_are_as_fresh_as_the_last_entry(r: redis.Redis) -> None:
    assert commit(r, after="1500000000000-7", up_to_date=0) == 41
    assert r.hget(META, "fresh") == b"1500000000000"


def test_the_first_commit_of_a_shard(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 3)

    assert commit(redis_client, before="0-0", epoch=0, archives=0) == 1


def test_counters_are_added_to_and_removed_at_zero(r: redis.Redis) -> None:
    r.hset(VIEW, mapping={"open": 4, "closed": 1})

    commit(r, [("INCR", 2, ["open", -4, "closed", 2, "new", 5])])

    assert r.hgetall(VIEW) == {b"closed": b"3", b"new": b"5"}
    assert commit(r, [("INCR", 2, ["new", 1])], before="9-1") == 42
    assert r.hget(VIEW, "new") == b"6"


def test_dense_counters_are_added_to_by_their_place(r: redis.Redis) -> None:
    commit(r, [("DENSE", 3, [0, 2, 3, 7])])
    commit(r, [("DENSE", 3, [3, -1])], before="9-1")

    raw = r.get(DENSE) or b""
    found = [int.from_bytes(raw[i : i + 4], "big") for i in range(0, len(raw), 4)]
    assert found == [2, 0, 0, 6]


def test_other_operations_are_commands_in_their_order(r: redis.Redis) -> None:
    commit(r, [("HSET", 4, ["e1", "a", "e2", "b"]), ("HDEL", 4, ["e1"]), ("HSET", 2, ["x", 1])])

    assert r.hgetall(STATES) == {b"e2": b"b"}
    assert r.hgetall(VIEW) == {b"x": b"1"}


SHADOW = "{t}:shadow:meta"
PAIRS = {"{t}:shadow:a": "{t}:a", "{t}:shadow:b": "{t}:b", "{t}:shadow:c": "{t}:c"}


def swap(r: redis.Redis, token: int = 3, position: str = "7-0", corrections: str = "") -> int:
    return call(
        r,
        "fold/rebuild_swap",
        live=META,
        shadow=SHADOW,
        more_keys=[key for pair in PAIRS.items() for key in pair],
        fence_field="fence",
        token=token,
        position=position,
        rules="print",
        corrections=corrections,
    )


@pytest.fixture
def shadowed(r: redis.Redis) -> redis.Redis:
    """A shadow at the live position: ``a`` in both, ``b`` only live, ``c`` only new."""
    r.hset(META, "hold", 99)
    r.hset(SHADOW, mapping={"position": "7-0", "read": 8, "high": 66, "fence": 3})
    r.hset("{t}:a", "is", "old")
    r.hset("{t}:shadow:a", "is", "new")
    r.set("{t}:b", "old")
    r.set("{t}:shadow:c", "new")
    return r


def test_a_swap_puts_the_shadow_in_the_place_of_the_live_views(shadowed: redis.Redis) -> None:
    r = shadowed

    assert swap(r) == 41
    assert r.hgetall("{t}:a") == {b"is": b"new"}
    assert r.get("{t}:c") == b"new"
    assert set(r.keys()) == {META.encode(), b"{t}:a", b"{t}:c"}
    assert r.hgetall(META) == {
        b"fence": b"3",
        b"position": b"7-0",
        b"archives": b"5",
        b"epoch": b"3",
        b"seq": b"41",
        b"read": b"8",
        b"high": b"66",
        b"rules": b"print",
    }


def test_a_swap_notes_corrections(shadowed: redis.Redis) -> None:
    assert swap(shadowed, corrections="some") == 41
    assert shadowed.hget(META, "corrections") == b"some"


def test_a_shadow_of_nothing_has_read_nothing(shadowed: redis.Redis) -> None:
    shadowed.hdel(META, "position")
    shadowed.delete(SHADOW)

    assert swap(shadowed, position="0-0") == 41
    assert shadowed.hmget(META, "read", "high") == [b"0", b"0"]


@pytest.mark.parametrize(
    ("key", "field", "value", "reply"),
    [
        (META, "fence", "4", -1),
        (META, "position", "8-0", 0),
        (SHADOW, "position", "6-0", 0),
    ],
)
def test_a_swap_is_refused(
    shadowed: redis.Redis, key: str, field: str, value: str, reply: int
) -> None:
    shadowed.hset(key, field, value)
    before = everything(shadowed)

    assert swap(shadowed) == reply
    assert everything(shadowed) == before


def test_a_swap_is_refused_where_both_have_moved_on(shadowed: redis.Redis) -> None:
    shadowed.hset(META, "position", "8-0")
    shadowed.hset(SHADOW, "position", "8-0")

    assert swap(shadowed, position="7-0") == 0


def hold(r: redis.Redis, token: int) -> int:
    return call(r, "fold/rebuild_hold", meta=META, fence_field="fence", token=token, ms=60_000)


def test_a_hold_ends_by_the_servers_time(r: redis.Redis) -> None:
    before = server_ms(r)

    assert hold(r, 3) == 1
    assert before + 60_000 <= int(r.hget(META, "hold") or 0) <= server_ms(r) + 60_000


def test_an_old_token_holds_nothing_back(r: redis.Redis) -> None:
    assert hold(r, 2) == 0
    assert r.hget(META, "hold") is None


def begin(r: redis.Redis, token: int) -> int:
    return call(r, "fold/rebuild_begin", live=META, shadow=SHADOW, fence_field="fence", token=token)


def test_a_shadow_begins_with_nothing_but_its_token(r: redis.Redis) -> None:
    r.hset(SHADOW, mapping={"position": "5-0", "fence": 1})

    assert begin(r, 3) == 1
    assert r.hgetall(SHADOW) == {b"fence": b"3"}


def test_an_old_token_begins_no_shadow(r: redis.Redis) -> None:
    r.hset(SHADOW, "position", "5-0")
    before = everything(r)

    assert begin(r, 2) == 0
    assert everything(r) == before
