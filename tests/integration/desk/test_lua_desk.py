"""What the desk reads of a shard's changes, by its script called directly."""

from typing import Any, NamedTuple

import pytest
import redis

from tests.support.luacalls import call

META, CHANGES, EVENTS, LISTING = "{t}:meta", "{t}:changed", "{t}:events", "{t}:archived"


class Reply(NamedTuple):
    epoch: int
    position: bytes
    fresh: int
    clock: int
    watcher: int
    added: int
    last: bytes
    read: int
    more: int
    ids: list[bytes]
    states: list[bytes]
    listing: list[bytes] | None


def read(r: redis.Redis, since: str, most: int = 1000, listing: int = 0) -> Reply:
    found: Any = call(
        r,
        "desk/copy/mirror_changes",
        meta_key=META,
        changes=CHANGES,
        events=EVENTS,
        archived=LISTING,
        since=since,
        most_ids=most,
        want_listing=listing,
        clock_field="alive:clock",
        watcher_field="alive:watcher",
    )
    return Reply(*found)


def changed(r: redis.Redis, number: int, *ids: str, **fields: str) -> None:
    r.xadd(CHANGES, {"ids": "\n".join(ids), **fields}, id=f"{number}-0")


@pytest.fixture
def r(redis_client: redis.Redis) -> redis.Redis:
    redis_client.hset(EVENTS, mapping={"e1": "one", "e2": "two"})
    redis_client.hset(LISTING, "u1", "unit")
    return redis_client


def test_a_shard_without_a_commit_is_at_zero(r: redis.Redis) -> None:
    assert read(r, "-") == Reply(0, b"0-0", 0, 0, 0, 0, b"0-0", 0, 0, [], [], None)


def test_where_a_shard_is(r: redis.Redis) -> None:
    r.hset(META, mapping={"epoch": 2, "position": "7-1", "fresh": 1_500_000_000_000})
    r.hset(META, mapping={"alive:clock": 1_500_000_000_001, "alive:watcher": 1_500_000_000_002})
    for number in range(1, 5):
        changed(r, number, "e1")
    r.xtrim(CHANGES, maxlen=1, approximate=False)

    times = 1_500_000_000_000, 1_500_000_000_001, 1_500_000_000_002
    assert read(r, "-") == Reply(2, b"7-1", *times, 4, b"4-0", 0, 0, [], [], None)


def test_the_states_of_what_has_changed(r: redis.Redis) -> None:
    changed(r, 1, "e9")
    changed(r, 2, "e2", "gone")
    changed(r, 3, "e1", "e2")

    found = read(r, "1-0")

    assert (found.ids, found.states) == ([b"e2", b"gone", b"e1"], [b"two", b"", b"one"])
    assert (found.added, found.last, found.read, found.more) == (3, b"3-0", 2, 0)


def test_entries_are_read_until_they_hold_enough_events(r: redis.Redis) -> None:
    changed(r, 1, "e1", "e2")
    changed(r, 2, "e3", "e4")
    changed(r, 3, "e5")

    assert read(r, "0-0", most=2).last == b"1-0"
    found = read(r, "0-0", most=3)

    assert found.ids == [b"e1", b"e2", b"e3", b"e4"]
    assert (found.last, found.read, found.more) == (b"2-0", 2, 1)
    rest = read(r, found.last.decode(), most=3)
    assert (rest.ids, rest.last, rest.read, rest.more) == ([b"e5"], b"3-0", 1, 0)


def test_many_entries_are_read_to_the_end(r: redis.Redis) -> None:
    states = {f"m{n}": f"state {n}" for n in range(2500)}
    r.hset(EVENTS, mapping=states)
    for n in range(250):
        changed(r, n + 1, *(f"m{n * 10 + k}" for k in range(10)))

    found = read(r, "0-0", most=10_000)

    assert dict(zip(found.ids, found.states, strict=True)) == {
        name.encode(): state.encode() for name, state in states.items()
    }
    assert (found.last, found.read, found.more) == (b"250-0", 250, 0)


def test_the_listing_is_read_when_it_has_changed_or_is_wanted(r: redis.Redis) -> None:
    changed(r, 1, "e1", kind="archived")
    changed(r, 2, "e2")

    assert read(r, "0-0").listing == [b"u1", b"unit"]
    assert read(r, "1-0").listing is None
    assert read(r, "1-0", listing=1).listing == [b"u1", b"unit"]
    assert read(r, "-", listing=1).listing == [b"u1", b"unit"]
