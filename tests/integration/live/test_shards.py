"""Several shards together show what one shows alone."""

from __future__ import annotations

from typing import Any

import msgspec
import redis

from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Level
from data_sources.live.wiring import read_wall
from data_sources.store.actions import ActionLog
from data_sources.store.keys import shard_of, shards
from tests.support.stores.engine import T0, fold_all, life

LEVELS = list(Level)
SHARDS = 3


def actions() -> list[Action]:
    return [
        action
        for number in range(120)
        for action in life(
            f"e{number}",
            T0 + number * 40_000,
            close=number % 3 == 0,
            level=LEVELS[number % 4],
            lat=42.0 + number / 500,
            lon=118.0 + number / 300,
        )
    ]


def wall_json(url: str, r: redis.Redis, count: int) -> dict[str, Any]:
    """The wall's state with ``count`` shards."""
    r.flushall()
    ActionLog(r, count).append(actions())
    for keys in shards(count):
        assert fold_all(r, keys=keys) > 0
    wall = read_wall(Settings(city="chifeng", redis_url=url, shards=count), url)
    found: dict[str, Any] = msgspec.to_builtins(wall)
    return found


def test_three_shards_show_what_one_shows(redis_url: str, redis_client: redis.Redis) -> None:
    one = wall_json(redis_url, redis_client, 1)
    three = wall_json(redis_url, redis_client, SHARDS)
    assert set(three["position"]) == {"g0", "g1", "g2"}
    moving = {"version", "position", "as_of", "now_ms", "age_ms", "recent", "trend"}
    for name in one.keys() - moving - {"map"}:
        assert three[name] == one[name], name
    for name in ("areas", "points", "cells"):
        assert three["map"][name] == one["map"][name], name
    # entries of different streams have ids of their own, so only what they tell is compared
    assert {row["event_id"] for row in three["recent"]} <= {f"e{n}" for n in range(120)}
    assert len(three["recent"]) == len(one["recent"])


def test_an_event_stays_in_its_shard() -> None:
    assert {shard_of(f"e{n}", SHARDS) for n in range(50)} == {0, 1, 2}
    assert shard_of("e1", SHARDS) == shard_of("e1", SHARDS)
    assert shard_of("anything", 1) == 0
