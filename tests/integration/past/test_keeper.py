"""What the keeper leaves behind gives the same past as folding it all, whatever happens to it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import redis

from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.rules import Rules
from dashboard.core.past.snapshots import Snapshot
from data_sources.errors import LeaseLost
from data_sources.past import keeper
from data_sources.past import rewinder as rewinding
from data_sources.past.checkpoints import About, known, stamp
from data_sources.past.keeper import Keeper, keep_all
from data_sources.past.rewinder import Rewinder
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from tests.support.processes import ROOT
from tests.support.stores.engine import G0, RULES, T0, fold_all, life

HOUR, DAY = 3_600_000, 86_400_000
EVERY = 100


def lives(events: int, seed: int = 1) -> list[Action]:
    """Lives over ten days, in the order of time; some stay open, some are opened again."""
    rng, found = random.Random(seed), []
    for n in range(events):
        level = rng.choice(["blue", "yellow", "orange", "red"])
        start = T0 + rng.randrange(10 * DAY)
        found += life(f"s{seed}-{n}", start, close=n % 3 > 0, level=level)
        if n % 6 == 1:
            found.append(act(found[-1], "revisit", rng.randrange(DAY), satisfied=True))
            found.append(act(found[-1], "reopen", rng.randrange(DAY)))
    return sorted((a for a in found if a.ts < T0 + 11 * DAY), key=lambda action: action.ts)


def act(last: Action, kind: str, after: int, **more: Any) -> Action:
    ts = last.ts + after
    name = f"{last.event_id}:{kind}:{ts}"
    return Action(action_id=name, event_id=last.event_id, kind=Kind(kind), ts=ts, **more)


def held_back(actions: list[Action], share: float = 0.1) -> tuple[list[Action], list[Action]]:
    """What comes in time, and what comes late."""
    rng = random.Random(6)
    late = {action.action_id for action in actions if rng.random() < share}
    return [a for a in actions if a.action_id not in late], [
        a for a in actions if a.action_id in late
    ]


def fill(r: redis.Redis, actions: Sequence[Action], *, kept: bool = True) -> None:
    ActionLog(r).append(actions)
    fold_all(r)
    domain_clock.publish(r, mode="replay", virtual_ms=T0 + 11 * DAY, speed=0.0)
    if kept:
        keep_all(r, [G0], RULES, EVERY)


def seen(snapshot: Snapshot) -> Any:
    return (
        {name: sums for name, sums in snapshot.sums.items() if sums},
        {name: minutes for name, minutes in snapshot.minutes.items() if minutes},
        snapshot.held,
        snapshot.due,
        snapshot.lines[:12],
    )


def check(r: redis.Redis, count: int = 25, rules: Rules = RULES) -> None:
    """With index and checkpoints as event by event from nothing, at random times."""
    position = r.hget(G0.meta, "position").decode()
    rng = random.Random(9)
    times = [T0 - 1, T0 + 11 * DAY, *(T0 + rng.randrange(11 * DAY) for _ in range(count))]
    for at in [*times, *(about.at for about in checkpoints(r))]:
        rewinder = Rewinder(r, G0, rules)
        found = rewinder.at(at)
        assert found.position == position
        assert seen(found.snapshot) == seen(rewinder._from_nothing(at, position)), at


def checkpoints(r: redis.Redis) -> list[About]:
    return known(r.hgetall(G0.checkpoints))


def test_with_checkpoints_as_without(redis_client: redis.Redis) -> None:
    fill(redis_client, lives(200))
    assert len(checkpoints(redis_client)) > 8
    check(redis_client)
    assert Rewinder(redis_client, G0, RULES).at(T0 - 1).snapshot.held == {}


def test_what_is_not_indexed_yet_counts(redis_client: redis.Redis) -> None:
    in_time, late = held_back(lives(150))
    fill(redis_client, in_time)
    before = checkpoints(redis_client)
    fill(redis_client, lives(100, seed=2), kept=False)
    fill(redis_client, late, kept=False)
    assert checkpoints(redis_client) == before
    check(redis_client)


def test_event_by_event_where_there_is_too_much(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(redis_client, lives(150), kept=False)
    at = T0 + 5 * DAY
    want = seen(Rewinder(redis_client, G0, RULES).at(at).snapshot)
    monkeypatch.setattr(rewinding, "_MOST", 10)
    monkeypatch.setattr(rewinding, "_EVENTS", 20)
    assert seen(Rewinder(redis_client, G0, RULES).at(at).snapshot) == want


def test_a_damaged_or_missing_checkpoint_is_passed_over(redis_client: redis.Redis) -> None:
    fill(redis_client, lives(200))
    times = [about.at for about in checkpoints(redis_client)]
    redis_client.setrange(G0.checkpoint(times[2]), 10, b"damaged")
    redis_client.set(G0.checkpoint(times[4]), b"")
    redis_client.delete(G0.checkpoint(times[-1]), G0.checkpoint(times[-2]))
    redis_client.hdel(G0.checkpoints, str(times[0]))
    check(redis_client)


def test_other_rules_make_checkpoints_void(redis_client: redis.Redis) -> None:
    fill(redis_client, lives(120))
    before = checkpoints(redis_client)
    other = replace(RULES, on_site_every=HOUR)
    assert stamp(other) != stamp(RULES)
    check(redis_client, 5, other)
    keep_all(redis_client, [G0], other, EVERY)
    after = checkpoints(redis_client)
    assert [about.at for about in after] == [about.at for about in before]
    assert redis_client.hget(G0.past, "stamp") == stamp(other).encode()
    check(redis_client, 5, other)


def test_late_arrivals_are_folded_in_and_forgotten(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time, late = held_back(lives(150))
    fill(redis_client, in_time)
    fill(redis_client, late)
    assert redis_client.xlen(G0.late) > 60
    check(redis_client)
    monkeypatch.setattr(keeper, "LATE", 10)
    keep_all(redis_client, [G0], RULES, EVERY)
    assert redis_client.xlen(G0.late) == 0
    check(redis_client)
    fill(redis_client, lives(5, seed=3))
    fill(redis_client, [act(late[0], "urge", 1), act(late[-1], "urge", -1)])
    check(redis_client)


def test_an_import_of_older_times_makes_checkpoints_again(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LATE", 50)
    monkeypatch.setattr(keeper, "MANY_LATE", 200)
    fill(redis_client, [action for action in lives(300) if action.ts > T0 + 6 * DAY])
    monkeypatch.setattr(keeper, "_BATCH", 100)
    fill(redis_client, [a for a in lives(300, seed=2) if a.ts < T0 + 6 * DAY])
    assert redis_client.xlen(G0.late) < 50
    times = [about.at for about in checkpoints(redis_client)]
    assert sum(at < T0 + 6 * DAY for at in times) > 5
    assert sum(at > T0 + 6 * DAY for at in times) > 3
    check(redis_client)


def test_one_device_whose_clock_is_wrong_spoils_nothing(redis_client: redis.Redis) -> None:
    actions = lives(200)
    wrong = life("wrong", T0 + 4000 * DAY)[:1]
    fill(redis_client, [*actions[:300], *wrong, *actions[300:]])
    assert checkpoints(redis_client)[-1].at < T0 + 11 * DAY
    assert redis_client.xlen(G0.late) < 100
    check(redis_client)


def test_a_keeper_that_was_asleep_can_do_no_harm(redis_client: redis.Redis) -> None:
    fill(redis_client, lives(60), kept=False)
    old, new = (Keeper(redis_client, G0, RULES, every=EVERY) for _ in range(2))
    assert old.acquire()
    assert old.step()
    redis_client.delete(G0.lease("keeper"))  # it ran out
    assert new.acquire()
    while new.step():
        pass
    fill(redis_client, lives(60, seed=2), kept=False)
    with pytest.raises(LeaseLost):
        old.step()
    while new.step():
        pass
    check(redis_client)


@pytest.mark.timeout(120)
def test_killed_at_any_time(redis_url: str, redis_client: redis.Redis) -> None:
    code = (
        "import sys\n"
        "from threading import Event\n"
        "from data_sources.store.connection import connect\n"
        "from data_sources.past import keeper\n"
        "from tests.support.stores.engine import G0, RULES\n"
        "keeper._BATCH = 40\n"
        "sys.stdout.write('on\\n'); sys.stdout.flush()\n"
        "keeper.Keeper(connect(sys.argv[1]), G0, RULES, every=60).run(Event())\n"
    )
    rng = random.Random(4)
    parts = [lives(80, seed=seed) for seed in range(2, 6)]
    for part in parts:
        fill(redis_client, part, kept=False)
        process = subprocess.Popen(
            [sys.executable, "-c", code, redis_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        time.sleep(rng.uniform(0.01, 0.25))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        redis_client.delete(G0.lease("keeper"))
        check(redis_client, 6)
    keep_all(redis_client, [G0], RULES, 60)
    assert redis_client.hget(G0.past, "position") == redis_client.hget(G0.meta, "position")
    assert int(redis_client.hget(G0.past, "read")) == redis_client.xlen(G0.actions)
    check(redis_client)


def test_memory_is_bounded(redis_client: redis.Redis) -> None:
    fill(redis_client, lives(250), kept=False)
    tight = Keeper(redis_client, G0, RULES, every=50, budget=20_000)
    assert tight.acquire()
    while tight.step():
        pass
    kept = checkpoints(redis_client)
    assert kept
    assert sum(about.size for about in kept) <= 20_000
    stored = {int(k.rpartition(b":")[2]) for k in redis_client.keys("{g0}:checkpoint:*")}
    assert stored == {about.at for about in kept}
    check(redis_client)
