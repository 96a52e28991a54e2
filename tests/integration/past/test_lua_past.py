"""The keeper's step, called directly."""

import redis

from tests.support.luacalls import call, everything

META, PAST, RUNS = "{t}:meta", "{t}:past", "{t}:runs"


def step(r: redis.Redis, token: int = 3, position: str = "0-0") -> int:
    """Adds two runs and moves the position on to 5-0."""
    commands = ["ZADD", 3, 4, 1, "a", 2, "b", "HSET", 2, 2, "position", "5-0"]
    return call(
        r,
        "past/keeper_step",
        meta=META,
        past=PAST,
        more_keys=[RUNS],
        fence_field="fence",
        token=token,
        position=position,
        more_args=commands,
    )


def test_the_commands_of_a_step_run_on_their_keys(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 3)

    assert step(redis_client) == 1
    assert redis_client.zrange(RUNS, 0, -1, withscores=True) == [[b"a", 1.0], [b"b", 2.0]]
    assert redis_client.hgetall(PAST) == {b"position": b"5-0"}


def test_a_step_that_is_sent_twice_runs_once(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 3)
    step(redis_client)
    redis_client.delete(RUNS)

    assert step(redis_client) == 0
    assert not redis_client.exists(RUNS)
    assert step(redis_client, position="5-0") == 1
    assert redis_client.exists(RUNS)


def test_a_step_under_an_old_token_is_refused(redis_client: redis.Redis) -> None:
    redis_client.hset(META, "fence", 4)
    before = everything(redis_client)

    assert step(redis_client, token=3) == 0
    assert everything(redis_client) == before
