"""The courier's scripts, called directly."""

import redis

from tests.support.luacalls import call, everything

META, COURIER, WAITING = "{t}:meta", "{t}:courier", "{t}:waiting"


def commit(r: redis.Redis, token: int = 3, before: str = "", after: str = "") -> int:
    commands = ["HSET", 3, 4, "a", "1", "b", "2", "HINCRBY", 2, 2, "waiting", 2]
    return call(
        r,
        "courier/deliveries_commit",
        meta=META,
        courier=COURIER,
        more_keys=[WAITING],
        fence_field="fence",
        token=token,
        before=before,
        after=after,
        more_args=commands,
    )


def test_the_commands_of_a_step_run_on_their_keys(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 3)

    assert commit(redis_client) == 0
    assert redis_client.hgetall(WAITING) == {b"a": b"1", b"b": b"2"}
    assert redis_client.hgetall(COURIER) == {b"waiting": b"2"}


def test_a_step_moves_the_position_once(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 3)

    assert commit(redis_client, before="0-0", after="5-0") == 0
    assert redis_client.hget(COURIER, "position") == b"5-0"
    before = everything(redis_client)
    assert commit(redis_client, before="0-0", after="5-0") == -2
    assert everything(redis_client) == before
    assert commit(redis_client, before="5-0", after="6-0") == 0


def test_a_step_under_an_old_token_is_refused(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 4)
    before = everything(redis_client)

    assert commit(redis_client, before="0-0", after="5-0") == -1
    assert commit(redis_client) == -1
    assert everything(redis_client) == before


def test_a_given_up_delivery_is_sent_again_once(redis_client: redis.Redis) -> None:
    r = redis_client
    entry = r.xadd("{t}:given_up", {"n": "notice"})

    def resend() -> int:
        return call(
            r,
            "courier/record_resend",
            given_up="{t}:given_up",
            outbox="{t}:outbox",
            entry=entry,
            notice="notice",
            channel="mail",
            source="live",
        )

    assert [resend(), resend()] == [1, 0]
    assert r.xlen("{t}:given_up") == 0
    assert [fields for _, fields in r.xrange("{t}:outbox")] == [
        {b"n": b"notice", b"only": b"mail", b"source": b"live"}
    ]
