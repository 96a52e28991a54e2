"""Many lives at once, as one stream of actions in the order of time, made lazily."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from functools import lru_cache

from dashboard.config.cities import City
from dashboard.core.model.actions import Action, Level
from dashboard.core.model.rules import Rules
from data_sources.intake.simulator.births import SLOT_MS, Birth, Nursery
from data_sources.intake.simulator.life import live
from data_sources.intake.simulator.mix import Mix

#: whether a life is to be sent; called once, with its actions
Filter = Callable[[list[Action]], bool]


def lives(
    city: City, rules: Rules, rate: float, seed: int, start: int, end: int | None = None
) -> Iterator[list[Action]]:
    """The lives that begin from ``start`` until before ``end`` (ms), in order."""
    nursery = Nursery(_mix(city), rate, seed)
    slot = start - start % SLOT_MS
    while end is None or slot < end:
        # Lives have a seed of their own, so that a change to births does not change them.
        rng = random.Random(f"{city.id}:{nursery.tag}:{slot}:fates")
        survivor = ""
        for birth in nursery.births(slot):
            actions = _live(city, rules, birth, rng, survivor)
            survivor = birth.event_id
            if birth.at >= start and (end is None or birth.at < end):
                yield actions
        slot += SLOT_MS


def stream(
    city: City,
    rules: Rules,
    rate: float,
    seed: int,
    start: int,
    wanted: Filter | None = None,
) -> Iterator[Action]:
    """All actions of the lives that begin from ``start`` on, in the order of time."""
    pending: list[tuple[int, str, Action]] = []
    for actions in lives(city, rules, rate, seed, start):
        born = actions[0].ts
        while pending and pending[0][0] < born:
            yield heapq.heappop(pending)[2]
        if wanted is None or wanted(actions):
            for action in actions:
                # The action's id orders the steps of one millisecond.
                heapq.heappush(pending, (action.ts, action.action_id, action))


def _live(
    city: City, rules: Rules, birth: Birth, rng: random.Random, survivor: str
) -> list[Action]:
    category = city.categories[birth.category]
    in_charge = category.department
    others = tuple(code for code in city.departments if code != in_charge)
    departments = (in_charge, *others) if in_charge else others
    return live(birth, rng, rules, Level(category.level), departments, survivor)


@lru_cache(maxsize=4)
def _mix(city: City) -> Mix:
    """The mix of a city, cached: its tables of choices take a while to make."""
    return Mix(city)
