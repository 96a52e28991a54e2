"""Random voids and put-backs, in a random order of arrival: the store is the one they leave.

The other store has never had the events that are void at the end, and no void or put-back; both
are compared live and as of moments of the past.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis

from dashboard.core.model.actions import Action, Kind, Level
from data_sources.past.keeper import keep_all
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from tests.integration.fold.test_void import (
    HOUR,
    PARTS,
    RULES,
    START,
    clean,
    counted,
    pass_time,
    same,
    voiding,
    walls,
)
from tests.support.stores.engine import life, settle
from tests.support.stores.stopped import second

GRIDS = ("150402001001001", "150402001001002")
EVENTS = [f"e{number}" for number in range(12)]
SEEDS = 12


@dataclass
class Random:
    """What happens in a small city, and in which order it arrives."""

    rng: random.Random
    actions: list[Action] = field(default_factory=list)
    #: in order of time: void and put back, by turns
    voids: dict[str, list[Action]] = field(default_factory=dict)
    now: int = 0

    def __post_init__(self) -> None:
        rng = self.rng
        for event_id in EVENTS:
            self.actions += self._life(event_id)
        self.now = max(a.ts for a in self.actions) + HOUR
        for event_id in rng.sample(EVENTS, 7):
            first = next(a.ts for a in self.actions if a.event_id == event_id)
            times = sorted(rng.sample(range(first, self.now), rng.randint(1, 4)))
            kinds = (Kind.VOID, Kind.UNVOID)
            self.voids[event_id] = [
                voiding(event_id, at, kinds[number % 2]) for number, at in enumerate(times)
            ]

    @property
    def gone(self) -> set[str]:
        """The events that are void at the end."""
        return {name for name, made in self.voids.items() if made[-1].kind is Kind.VOID}

    def _life(self, event_id: str) -> list[Action]:
        rng = self.rng
        start = START + rng.randrange(0, 9 * 24) * HOUR + rng.randrange(HOUR)
        grid = rng.choice(GRIDS)
        place = (grid[:6], grid[:9], grid[:12], grid)
        level = rng.choice(list(Level))
        steps = life(event_id, start, level=level, category=rng.choice("cccd"), place=place)
        steps = steps[: rng.choice((1, 2, 3, 5, 7, 7, 7))]
        at = steps[-1].ts + rng.randrange(1, 30) * HOUR
        more: dict[str, Any] = {"event_id": event_id, "actor": "centre"}
        kind = rng.choice(("merge", "reopen", "urge", "correct", ""))
        if kind == "merge":
            target = rng.choice([other for other in EVENTS if other != event_id])
            name = f"{event_id}:m"
            steps.append(Action(action_id=name, kind=Kind.MERGE, ts=at, target=target, **more))
            steps.append(Action(action_id=f"{name}u", kind=Kind.URGE, ts=at + HOUR, **more))
        elif kind == "correct":
            name = f"{event_id}:c"
            steps.append(
                Action(
                    action_id=name, kind=Kind.CORRECT, ts=at, level=rng.choice(list(Level)), **more
                )
            )
        elif kind:
            name = f"{event_id}:{kind}"
            steps.append(Action(action_id=name, kind=Kind(kind), ts=at, **more))
        if kind == "reopen":
            for number, step in enumerate(("dispatch", "handle", "close")):
                more["department"] = "D2" if step == "dispatch" else ""
                when = at + (number + 1) * HOUR
                name = f"{event_id}:again:{step}"
                steps.append(Action(action_id=name, kind=Kind(step), ts=when, **more))
        return steps

    def arriving(self, actions: list[Action]) -> list[list[Action]]:
        """The actions in pieces, in order of time but for some that come late."""
        rng, delay = random.Random(len(actions)), dict[str, int]()
        for action in actions:
            late = rng.random() < 0.15
            delay[action.action_id] = action.ts + (rng.randrange(96 * HOUR) if late else 0)
        order = sorted(actions, key=lambda action: delay[action.action_id])
        size = rng.choice((3, 10, 40))
        return [order[start : start + size] for start in range(0, len(order), size)]

    def fill(self, r: redis.Redis, actions: list[Action]) -> None:
        """A store that has received the actions; its time has passed."""
        log, seen = ActionLog(r, 2), 0
        for piece in self.arriving(actions):
            log.append(piece)
            settle(r, RULES, 2, 100)
            seen = max(seen, *(action.ts for action in piece))
            domain_clock.publish(r, mode="replay", virtual_ms=seen, speed=0.0)
            pass_time(r)
            keep_all(r, PARTS, RULES, 30)
        domain_clock.publish(r, mode="replay", virtual_ms=self.now, speed=0.0, ended=True)
        pass_time(r)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("number", range(SEEDS))
def test_whatever_was_voided_and_put_back(
    number: int, redis_url: str, redis_client: redis.Redis
) -> None:
    city = Random(random.Random(number))
    voids = [action for made in city.voids.values() for action in made]
    city.fill(redis_client, [*city.actions, *voids])
    times = [START + city.rng.randrange(city.now - START) for _ in range(6)]
    with connect(second(redis_url)) as other:
        other.flushdb()
        city.fill(other, [a for a in city.actions if a.event_id not in city.gone])
        want, found = counted(other), counted(redis_client)
        for name in sorted({*want, *found}):
            assert found.get(name) == want.get(name), name
        same(walls(redis_client, times), walls(other, times))
    assert clean(redis_client)
