"""A store with everything in it that a fold can meet, for tests of audit and rebuild."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import redis
from msgspec.structs import replace

from dashboard.core.model.actions import Action, Kind
from data_sources.store.actions import ActionLog
from tests.model.histories import DELAYS, GAPS, Draw, arrivals
from tests.support.stores.engine import G0, T0, life, settle


def stories(seed: int, count: int, length: int = 40) -> Iterator[Action]:
    """Random stories of a few events each: late, twice, out of order, refused, merged."""
    rng = random.Random(seed)
    for number in range(count):
        draws = [
            Draw(
                rng.choice((0, 0, 0, 1, 1, 2, 3)),
                rng.randrange(100),
                rng.randrange(len(GAPS)),
                rng.randrange(len(DELAYS)),
                rng.randrange(2**32),
            )
            for _ in range(length)
        ]
        for action in arrivals(draws):
            names = {
                name: f"s{seed}.{number}.{value}"
                for name in ("event_id", "action_id", "target")
                if (value := getattr(action, name))
            }
            via = tuple(f"s{seed}.{number}.{event}" for event in action.via)
            yield replace(action, **names, via=via)


def every_outcome() -> list[Action]:
    """An action of each outcome, whatever the random stories hold."""
    more: dict[str, Any] = {"actor": "centre", "ts": T0 + 600_000}
    merge = Action(action_id="o2", event_id="o2", kind=Kind.MERGE, target="o1", **more)
    return [
        *life("o1"),
        *life("o2", close=False),
        Action(action_id="o1:tick", event_id="o1", kind=Kind.ESCALATE, ts=T0 + 1, actor="clock"),
        Action(action_id="o1:accept", event_id="o1", kind=Kind.ACCEPT, **more),
        merge,
        Action(action_id="o2:urge", event_id="o2", kind=Kind.URGE, **more),
        Action(action_id="o3:urge", event_id="o3", kind=Kind.URGE, **more),
    ]


def fill(r: redis.Redis, seed: int = 1, count: int = 8, batch: int = 37) -> int:
    """Fold random stories with unreadable entries between them; returns how many."""
    log, actions = ActionLog(r), every_outcome() + list(stories(seed, count))
    for start in range(0, len(actions), 50):
        log.append(actions[start : start + 50])
        r.xadd(G0.actions, {"a": b"{broken \xff"})
        r.xadd(G0.actions, {"b": b"no action"})
        settle(r, batch=batch)
    return len(actions)
