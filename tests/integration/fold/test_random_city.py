"""A random city on a real Redis: late news, merges, kills, two writers; the naive model tells
what must stand there."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dashboard.core.model.actions import Action, Kind
from data_sources.errors import LeaseLost
from data_sources.fold.clock import DeadlineClock
from data_sources.fold.linker import Linker
from data_sources.fold.projector import Projector
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.keys import LINKED, ShardKeys, shard_of, shards
from tests.model.histories import DELAYS, Draw, Story, draws
from tests.model.machines import PATIENCE, SEED, seeded, thorough
from tests.model.model import City
from tests.model.modelviews import differences, expected
from tests.support.core.shorthand import RULES
from tests.support.stores import machinestore

EXAMPLES = 200
_BATCHES = st.sampled_from((1, 2, 3, 7, 50))
_SHARD = st.integers(0, 1)


class Killed(Exception):
    """What a projector dies of here."""


class EngineMachine(RuleBasedStateMachine):
    """Everything that may happen to one or two shards."""

    def __init__(self, r: redis.Redis) -> None:
        super().__init__()
        r.flushall()
        self.r = r
        self.story = Story()
        self.waiting: list[Action] = []
        self.projectors: dict[int, Projector] = {}
        self.ghosts: list[Projector] = []
        self.late_commits: list[tuple[Projector, Any, tuple[Any, ...], dict[str, Any]]] = []

    @initialize(count=st.integers(1, 2))
    def begin(self, count: int) -> None:
        self.parts = shards(count)
        self.log = ActionLog(self.r, count)
        self.linker = Linker(self.r, self.parts, RULES)
        self.clocks = [DeadlineClock(self.r, keys, self.log) for keys in self.parts for _ in "ab"]
        self.cities = [City() for _ in self.parts]
        self.read = [b"-"] * count
        self.unreadable = [0] * count

    # what happens in the city

    @rule(happened=st.lists(draws, min_size=1, max_size=8))
    def happen(self, happened: list[Draw]) -> None:
        for draw in happened:
            action = self.story.next(draw)
            if DELAYS[draw.delay]:
                self.waiting.append(action)
            else:
                self.log.append([action])

    @rule(order=st.randoms(use_true_random=False), share=st.sampled_from((1, 2)))
    @precondition(lambda self: self.waiting)
    def arrive_late(self, order: Any, share: int) -> None:
        order.shuffle(self.waiting)
        half = len(self.waiting) // share
        arriving, self.waiting = self.waiting[:half], self.waiting[half:]
        self.log.append(arriving)

    @rule(shard=_SHARD)
    def write_nonsense(self, shard: int) -> None:
        self.r.xadd(self._keys(shard).actions, {"a": b"{broken"})

    @rule(twice=st.booleans())
    def clock_ticks(self, twice: bool) -> None:
        domain_clock.publish(
            self.r, mode="replay", virtual_ms=self.story.now, speed=0.0, ended=True
        )
        for clock in self.clocks if twice else self.clocks[::2]:
            clock.tick()

    # what the engine's processes do

    @rule(shard=_SHARD, batch=_BATCHES, times=st.integers(1, 4))
    def fold(self, shard: int, batch: int, times: int) -> None:
        for _ in range(times):
            self._fold_once(shard % len(self.parts), batch)

    @rule(again=st.booleans())
    def carry(self, again: bool) -> None:
        before = self.r.hgetall(LINKED)
        self.linker.carry_once()
        if again:
            # killed before it could note how far it had come
            self.r.delete(LINKED)
            if before:
                self.r.hset(LINKED, mapping=before)
            Linker(self.r, self.parts, RULES).carry_once()

    @rule(shard=_SHARD, batch=_BATCHES, committed=st.booleans())
    def kill_while_committing(self, shard: int, batch: int, committed: bool) -> None:
        shard %= len(self.parts)
        projector = self._projector(shard, batch)
        commit = projector._committer.commit

        def die(*args: Any, **more: Any) -> int:
            if committed:
                commit(*args, **more)
            else:
                self.late_commits.append((projector, commit, args, more))
            raise Killed

        projector._committer.commit = die  # type: ignore[method-assign]
        try:
            projector.fold_once()
        except Killed:
            if committed:
                self._taken(shard, projector._batch)
        projector._committer.commit = commit  # type: ignore[method-assign]
        self._abandon(shard)
        self._projector(shard, batch)

    @rule(shard=_SHARD, batch=_BATCHES)
    def another_takes_over(self, shard: int, batch: int) -> None:
        self._abandon(shard % len(self.parts))
        self._projector(shard % len(self.parts), batch)

    @rule()
    @precondition(lambda self: self.ghosts)
    def ghosts_wake(self) -> None:
        """Who lost the lease can do no harm, whatever he has in hand."""
        for _, commit, args, more in self.late_commits:
            with pytest.raises(LeaseLost):
                commit(*args, **more)
        for ghost in self.ghosts:
            try:
                assert ghost.fold_once() == 0
            except LeaseLost:
                continue
        self.late_commits, self.ghosts = [], []

    @rule()
    def compare(self) -> None:
        for shard, keys in enumerate(self.parts):
            want = expected(self.cities[shard], RULES.cell_zooms)
            if self.unreadable[shard]:
                want["rejected"][machinestore.UNREADABLE] = self.unreadable[shard]
            found = list(differences(want, machinestore.contents(self.r, keys)))
            assert not found, "\n".join(["model | core", *found])

    def teardown(self) -> None:
        if not hasattr(self, "parts"):
            return
        self.log.append(self.waiting)
        moved = True
        while moved:
            folded = sum(self._fold_once(shard, 50) for shard in range(len(self.parts)))
            moved = bool(self.linker.carry_once() or folded)
        self.compare()
        self._all_links_have_arrived()

    def _all_links_have_arrived(self) -> None:
        linked = {action.action_id for city in self.cities for action in city.links}
        stood: set[str] = set()
        for shard, keys in enumerate(self.parts):
            for _, action in machinestore.entries(self.r, keys):
                if action is None:
                    continue
                assert shard_of(action.event_id, len(self.parts)) == shard
                made = action.kind is Kind.ABSORB and ":absorb>" in action.action_id
                if made or action.via:
                    stood.add(action.action_id)
        assert not linked - stood, "lost"
        assert not stood - linked, "of unknown origin"

    # how

    def _keys(self, shard: int) -> ShardKeys:
        return self.parts[shard % len(self.parts)]

    def _projector(self, shard: int, batch: int) -> Projector:
        if shard not in self.projectors:
            self.projectors[shard] = Projector(self.r, self.parts[shard], RULES, batch)
            assert self.projectors[shard].acquire()
        return self.projectors[shard]

    def _abandon(self, shard: int) -> None:
        if shard in self.projectors:
            self.ghosts.append(self.projectors.pop(shard))
            self.r.delete(self.parts[shard].lease("projector"))

    def _fold_once(self, shard: int, batch: int) -> int:
        projector = self._projector(shard, batch)
        folded = projector.fold_once()
        assert self._taken(shard, projector._batch) == folded
        return folded

    def _taken(self, shard: int, batch: int) -> int:
        """The model takes what a batch took; returns how many entries that were."""
        taken = machinestore.entries(self.r, self.parts[shard], self.read[shard])[:batch]
        if not taken:
            return 0
        self.read[shard] = taken[-1][0]
        readable = [action for _, action in taken if action is not None]
        self.unreadable[shard] += len(taken) - len(readable)
        if readable:
            self.cities[shard].take(*readable)
        return len(taken)


@pytest.mark.timeout(PATIENCE)
def test_a_random_city_equals_the_model(
    redis_client: redis.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    @seed(SEED)
    class Machine(EngineMachine):
        def __init__(self) -> None:
            super().__init__(redis_client)

    with seeded(capsys, EXAMPLES):
        run_state_machine_as_test(Machine, settings=thorough(EXAMPLES, steps=30))
