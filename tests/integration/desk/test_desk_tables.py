"""The desk's tables against a real Redis: the states of one position, whatever happens."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from data_sources.audit import audit, with_desk
from data_sources.audit.desks import compare_desk
from data_sources.desk.desk import Desk
from data_sources.fold import commit
from data_sources.fold.rebuild import rebuild
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.domain_clock import publish
from data_sources.store.keys import FEED, shards
from data_sources.store.lease import Lease, alive_field
from tests.support.processes import ROOT
from tests.support.stores.audited import every_outcome, stories
from tests.support.stores.desks import asked, expected, positions, rows_of
from tests.support.stores.engine import G0, RULES, fold_all, life, settle

SHARDS = 2


@pytest.fixture
def desk(redis_client: redis.Redis) -> Iterator[Desk]:
    made = Desk(redis_client, shards(SHARDS), RULES)
    yield made
    made.close()


def grow(r: redis.Redis, seed: int, count: int) -> Iterator[int]:
    """Random stories, folded by pieces; gives how many actions there were in each."""
    log, actions = ActionLog(r, SHARDS), [*every_outcome(), *stories(seed, count)]
    for start in range(0, len(actions), 150):
        part = actions[start : start + 150]
        log.append(part)
        settle(r, count=SHARDS, batch=23)
        yield len(part)


def test_the_tables_are_the_states(redis_client: redis.Redis, desk: Desk) -> None:
    """Late, repeated and refused actions, merges, reopenings; then the same by a full load."""
    appended = 0
    for number in grow(redis_client, seed=5, count=25):
        appended += number
        assert asked(desk, redis_client, SHARDS, rows_of).value == expected(
            redis_client, shards(SHARDS), RULES
        )
    assert appended > 1000
    assert desk.loads == 1
    found = asked(desk, redis_client, SHARDS, rows_of).value
    assert all(found.values())
    fresh = Desk(redis_client, shards(SHARDS), RULES)
    assert asked(fresh, redis_client, SHARDS, rows_of).value == found
    fresh.close()


def test_a_rebuild_is_loaded_again(redis_client: redis.Redis, desk: Desk) -> None:
    for _ in grow(redis_client, seed=6, count=4):
        pass
    before = asked(desk, redis_client, SHARDS, rows_of).value
    redis_client.delete(G0.events)  # spoilt, which no commit tells
    for keys in shards(SHARDS):
        rebuild(redis_client, keys, RULES, parts=shards(SHARDS))
    while desk.loads < 2:
        desk.refresh()
        desk.ask("", lambda reader: None)
    assert asked(desk, redis_client, SHARDS, rows_of).value == before
    ActionLog(redis_client, SHARDS).append(life("after"))
    settle(redis_client, count=SHARDS)
    assert len(asked(desk, redis_client, SHARDS, rows_of).value["events"]) == 1 + len(
        before["events"]
    )


def test_missed_changes_are_noticed(
    redis_client: redis.Redis, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "CHANGED_KEPT", 10)
    log = ActionLog(redis_client, SHARDS)
    log.append(life("first"))
    settle(redis_client, count=SHARDS)
    asked(desk, redis_client, SHARDS, rows_of)
    desk.close()
    for number in range(300):
        log.append(life(f"e{number}"))
        fold_all(redis_client, RULES, shards(SHARDS)[number % 2], batch=2)
    settle(redis_client, count=SHARDS)
    for keys in shards(SHARDS):  # one cut that is not "about"
        redis_client.xtrim(keys.changed, maxlen=10, approximate=False)
    found = asked(desk, redis_client, SHARDS, rows_of).value
    assert desk.loads == 2
    assert found == expected(redis_client, shards(SHARDS), RULES)


def test_parts_that_are_not_seen_are_reported(redis_client: redis.Redis, desk: Desk) -> None:
    """A feed that should go on but stopped; parts never seen, seen, and stopped."""

    def unseen() -> dict[str, int | None]:
        desk.refresh()
        return desk.ask("", lambda _: None).silent

    settle(redis_client, count=SHARDS)
    assert unseen() == {"clock": None, "watcher": None}
    assert Lease(redis_client, G0, "watcher").acquire()
    assert Lease(redis_client, G0, "clock").acquire()
    assert unseen() == {"clock": None}, "a deadline clock must be seen on every shard"
    assert Lease(redis_client, shards(SHARDS)[1], "clock").acquire()
    publish(redis_client, mode="simulated", virtual_ms=10**12, speed=60)
    assert unseen() == {}
    redis_client.hincrby(FEED, "wall", -60_000)
    redis_client.hincrby(shards(SHARDS)[1].meta, alive_field("clock"), -90_000)
    redis_client.hincrby(G0.meta, alive_field("watcher"), -120_000)
    for part, least in {"feed": 60_000, "clock": 90_000, "watcher": 120_000}.items():
        ms = unseen()[part]
        assert ms is not None
        assert least <= ms < least + 15_000
    publish(redis_client, mode="simulated", virtual_ms=10**12, speed=60, ended=True)
    redis_client.hincrby(FEED, "wall", -60_000)
    assert "feed" not in unseen(), "an ended feed is not silent"


def test_many_ask_while_it_changes(redis_url: str, redis_client: redis.Redis, desk: Desk) -> None:
    """Every answer holds together: its own sums agree, and positions only go forward."""
    log, stop, wrong = ActionLog(redis_client, SHARDS), threading.Event(), []

    def sums(reader: Any) -> tuple[Any, ...]:
        first = reader.one("SELECT count(*) n, count(DISTINCT event_id) ids FROM events")
        counted = reader.one(
            "SELECT count(*) n FROM tallies t JOIN events e USING (event_id)"
            " WHERE measure = 'closed'"
        )
        closed = reader.one("SELECT count(*) n FROM events WHERE status = 'closed'")
        again = reader.one("SELECT count(*) n FROM events")
        return first["n"], first["ids"], again["n"], counted["n"], closed["n"]

    def ask() -> None:
        last = ("", "")
        while not stop.is_set():
            answer = desk.ask("", sums)
            total, ids, again, counted, closed = answer.value
            place = tuple(answer.position.values())
            if not (total == ids == again and counted == closed and place >= last):
                wrong.append((answer, last))
            last = place

    desk.ask("", sums)
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(60):
        log.append([a for k in range(20) for a in life(f"e{number}.{k}", start=10**12)])
        settle(redis_client, count=SHARDS)
        desk.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert asked(desk, redis_client, SHARDS, sums).value == (1200,) * 5


_FOLDING = """
import sys
from data_sources.store.connection import connect
from data_sources.fold.projector import Projector
from data_sources.store.keys import shards
from tests.support.stores.engine import RULES
r = connect(sys.argv[1])
folds = [Projector(r, keys, RULES, batch=3) for keys in shards(2)]
assert all(fold.acquire() for fold in folds)
print("ready", flush=True)
while True:
    for fold in folds:
        fold.fold_once(block_ms=1)
"""


def test_projectors_that_are_killed_leave_no_gap(
    redis_url: str, redis_client: redis.Redis, desk: Desk
) -> None:
    """What a killed projector had committed is reported once, the rest later."""
    ActionLog(redis_client, SHARDS).append([*every_outcome(), *stories(9, 60)])
    rng, pauses = random.Random(9), 0
    for _ in range(3):
        argv = [sys.executable, "-c", _FOLDING, redis_url]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) as folding:
            assert folding.stdout is not None
            while folding.stdout.readline() != b"ready\n":
                assert folding.poll() is None
            for _ in range(5):
                desk.refresh()
                desk.ask("", rows_of)
                time.sleep(rng.uniform(0.0, 0.03))
            folding.kill()
        pauses += ActionLog(redis_client, SHARDS).lag() > 0
        for keys in shards(SHARDS):  # the dead one's lease runs out
            redis_client.delete(keys.lease("projector"))
        found = asked(desk, redis_client, SHARDS, rows_of).value
        assert found == expected(redis_client, shards(SHARDS), RULES)
    settle(redis_client, count=SHARDS)
    found = asked(desk, redis_client, SHARDS, rows_of).value
    assert found == expected(redis_client, shards(SHARDS), RULES)
    assert desk.loads == 1
    assert pauses


def test_commits_tell_what_changed_and_shadows_do_not(redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append([*life("a"), *life("b")])
    fold_all(redis_client, batch=400)
    ((_, entry),) = redis_client.xrange(G0.changed)
    assert entry == {b"ids": b"a\nb"}
    rebuild(redis_client, G0, RULES)
    assert redis_client.xlen(G0.changed) == 1
    assert not list(redis_client.scan_iter(f"{G0.shadow.prefix}*"))


def test_it_goes_on_without_redis_and_rests(tmp_path: Any) -> None:
    from data_sources.engine.server import Engine

    with Engine(tmp_path) as engine, connect(engine.url) as r:
        ActionLog(r).append(life("a"))
        settle(r)
        desk = Desk(r, shards(1), RULES, idle_s=0.0)
        assert len(desk.ask("", rows_of).value["events"]) == 1
        desk.close()
        assert not desk.running
        first = desk.ask("", rows_of)
    assert len(first.value["events"]) == 1
    later = desk.ask("", rows_of)
    assert len(later.value["events"]) == 1
    assert later.position == first.position
    assert later.behind_ms >= first.behind_ms
    with pytest.raises(redis.RedisError):
        Desk(r, shards(1), RULES).ask("", rows_of)
    assert positions


def test_the_audit_holds_the_desk_against_the_counters(redis_client: redis.Redis) -> None:
    for _ in grow(redis_client, seed=8, count=6):
        pass
    parts = shards(SHARDS)
    found, compared = compare_desk(redis_client, parts, RULES)
    assert found.even
    assert compared > 30
    whole = with_desk(audit(redis_client, parts, RULES), redis_client, parts, RULES)
    assert whole.clean
    assert whole.desk == compared
    redis_client.hincrby(G0.view("count"), "all|open", 1)
    wrong = with_desk(audit(redis_client, parts, RULES), redis_client, parts, RULES)
    assert {"counter", "desk"} == {one.kind for one in wrong.differences}
    assert "all|open" in {one.field for one in wrong.differences if one.kind == "desk"}
