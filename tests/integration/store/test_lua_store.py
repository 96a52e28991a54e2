"""The scripts of leases and of the domain's clock, called directly."""

from typing import Any

import redis

from tests.support.luacalls import call, everything, pack, server_ms

LEASE, META = "{t}:lease", "{t}:meta"


def acquire(r: redis.Redis, owner: str = "one", ttl_ms: int = 60_000) -> int:
    return call(
        r,
        "store/lease_acquire",
        lease=LEASE,
        meta=META,
        owner=owner,
        ttl_ms=ttl_ms,
        fence_field="fence",
        alive_field="alive",
    )


def renew(r: redis.Redis, owner: str, *fields: str) -> int:
    return call(
        r,
        "store/lease_renew",
        lease=LEASE,
        meta=META,
        owner=owner,
        ttl_ms=90_000,
        more_args=fields,
    )


def release(r: redis.Redis, owner: str) -> Any:
    return call(r, "store/lease_release", lease=LEASE, owner=owner)


def test_a_free_lease_is_taken_with_a_higher_token_each_time(redis_client: redis.Redis) -> None:
    r, before = redis_client, server_ms(redis_client)

    assert acquire(r, "one") == 1
    assert r.get(LEASE) == b"one"
    assert 0 < r.pttl(LEASE) <= 60_000
    assert before <= int(r.hget(META, "alive") or 0) <= server_ms(r)
    r.delete(LEASE)
    assert acquire(r, "two") == 2
    assert r.hget(META, "fence") == b"2"


def test_a_lease_that_is_held_is_refused(redis_client: redis.Redis) -> None:
    acquire(redis_client, "one", 10**9)
    redis_client.persist(LEASE)
    before = everything(redis_client)

    assert acquire(redis_client, "two") == 0
    assert everything(redis_client) == before


def test_a_lease_is_kept_and_the_time_noted_in_every_field(redis_client: redis.Redis) -> None:
    r = redis_client
    acquire(r, "one", 50_000)
    now = server_ms(r)

    assert renew(r, "one", "alive", "mark") == 1
    assert r.pttl(LEASE) > 60_000
    found = r.hgetall(META)
    assert set(found) == {b"fence", b"alive", b"mark"}
    assert now <= int(found[b"alive"]) == int(found[b"mark"]) <= server_ms(r)


def test_another_owners_lease_is_not_kept(redis_client: redis.Redis) -> None:
    acquire(redis_client, "one")
    redis_client.persist(LEASE)
    before = everything(redis_client)

    assert renew(redis_client, "two", "alive") == 0
    assert everything(redis_client) == before
    redis_client.delete(LEASE)
    assert renew(redis_client, "one", "alive") == 0
    assert not redis_client.exists(LEASE)


def test_only_its_owner_gives_a_lease_back(redis_client: redis.Redis) -> None:
    acquire(redis_client, "one")

    assert release(redis_client, "two") is None
    assert redis_client.get(LEASE) == b"one"
    assert release(redis_client, "one") == 1
    assert not redis_client.exists(LEASE)
    assert release(redis_client, "one") is None


def test_a_feeds_clock_is_stored_with_the_servers_time(redis_client: redis.Redis) -> None:
    r, now = redis_client, server_ms(redis_client)
    fields = ["mode", "replay", "virtual", 1_514_764_800_000, "speed", 2.5]

    assert call(r, "store/domain_clock_publish", feed="{t}:feed", more_args=fields) is None
    found = r.hgetall("{t}:feed")
    assert now <= int(found.pop(b"wall")) <= server_ms(r)
    assert found == {b"mode": b"replay", b"virtual": b"1514764800000", b"speed": b"2.5"}


def test_the_actions_of_entries_are_read_in_their_order(redis_client: redis.Redis) -> None:
    first = redis_client.xadd("actions", {"x": "1", "a": b"one \xff"})
    redis_client.xadd("actions", {"a": "two"})
    third = redis_client.xadd("actions", {"b": "no action"})
    ids = pack([third.decode(), first.decode(), "1-1"])
    found = call(redis_client, "store/actions_of", actions="actions", packed_ids=ids)
    assert found == [b"", b"one \xff", b""]
