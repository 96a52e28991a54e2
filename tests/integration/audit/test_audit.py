"""The audit against a real Redis: silent where all is well, and nothing planted stays hidden."""

from __future__ import annotations

import time
from threading import Event, Thread

import msgspec
import pytest
import redis

from dashboard.core.model.state import Outcome
from data_sources.audit import AuditReport, Limits, audit
from data_sources.errors import OtherRules
from data_sources.fold.projector import Projector
from data_sources.store.actions import TRAIL, ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from tests.support.stores.audited import fill, stories
from tests.support.stores.engine import G0, RULES, T0, fold_all, life, settle
from tests.support.stores.planted import PLANTED

SMALL = Limits(per_pass=90, batch=40, chunk=7, fields=100)


def audited(r: redis.Redis, limits: Limits | None = None) -> AuditReport:
    return audit(r, [G0], RULES, limits)


@pytest.mark.parametrize("limits", [None, SMALL], ids=["one pass", "many passes"])
@pytest.mark.parametrize("seed", range(3))
def test_a_clean_store_has_no_differences(
    redis_client: redis.Redis, seed: int, limits: Limits | None
) -> None:
    fill(redis_client, seed)
    outcomes = {m.outcome for t in redis_client.hvals(G0.trails) for m in TRAIL.decode(t)}
    assert outcomes == set(Outcome), "not everything was met"
    report = audited(redis_client, limits)
    assert report.lines() == [report.lines()[0]]
    assert report.clean
    assert report.moving == 0
    assert report.actions == redis_client.xlen(G0.actions)
    assert report.events == redis_client.hlen(G0.trails)
    assert report.passes == (1 if limits is None else -(-report.actions // 90))


def test_an_empty_store_is_clean(redis_client: redis.Redis) -> None:
    assert audited(redis_client).clean


def test_what_is_not_folded_yet_is_no_difference(redis_client: redis.Redis) -> None:
    fill(redis_client)
    ActionLog(redis_client).append([a for n in range(50) for a in life(f"w{n}")])
    report = audited(redis_client)
    assert report.clean
    assert report.actions == redis_client.xlen(G0.actions) - 350


def test_several_shards(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client, 3)
    log.append([a for n in range(40) for a in life(f"e{n}", T0 + n * 7000, close=n % 2 > 0)])
    settle(redis_client, count=3)
    parts = shards(3)
    report = audit(redis_client, parts, RULES)
    assert report.clean
    assert report.events == 40
    assert set(report.position) == {"g0", "g1", "g2"}
    redis_client.zrem(parts[1].points, redis_client.zrange(parts[1].points, 0, 0)[0])
    assert {d.key for d in audit(redis_client, parts, RULES).differences} == {parts[1].points}


def test_other_rules_are_no_difference(redis_client: redis.Redis) -> None:
    fill(redis_client)
    redis_client.hset(G0.meta, "rules", "others")
    with pytest.raises(OtherRules):
        audited(redis_client)


@pytest.fixture(scope="module")
def filled(_redis_server: str) -> bytes:
    """All keys of a store, to be put back: (key, value) by DUMP."""
    with connect(_redis_server) as r:
        r.flushall()
        fill(r, seed=2, count=6)
        keys = sorted(r.keys())
        return msgspec.msgpack.encode([(key, r.dump(key)) for key in keys])


@pytest.mark.parametrize("limits", [None, SMALL], ids=["one pass", "many passes"])
@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_found(
    filled: bytes, redis_client: redis.Redis, planted: str, limits: Limits | None
) -> None:
    for key, value in msgspec.msgpack.decode(filled):
        redis_client.restore(key, 0, value)
    kind, plant = PLANTED[planted]
    plant(redis_client)
    report = audited(redis_client, limits)
    kinds = {difference.kind for difference in report.differences}
    assert kind in kinds, report.lines()
    allowed = {kind, "size"}
    if planted == "an action gone":
        allowed |= kinds  # all that came of it
    assert kinds <= allowed, report.lines()
    assert report.count == len(report.differences)
    assert str(report.differences[0]).startswith(report.differences[0].kind)


def test_all_are_counted_a_thousand_are_named(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append([a for n in range(600) for a in life(f"e{n}", T0 + n * 61_000, close=False)])
    fold_all(redis_client)
    redis_client.delete(G0.events, G0.points)
    report = audited(redis_client)
    assert report.count == 1202  # each state and point, and two sizes
    assert len(report.differences) == 1000
    assert report.lines(5)[-1] == "… and 1,197 more"


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "limits",
    [Limits(), Limits(per_pass=2000, batch=200, chunk=20, fields=1000)],
    ids=["one pass", "many passes"],
)
def test_no_false_alarm_while_everything_moves(redis_url: str, limits: Limits) -> None:
    """A projector folds at full speed, in small commits, while audits look on."""
    with connect(redis_url) as r:
        fill(r, seed=3, count=2)
        done = Event()

        def feed() -> None:
            with connect(redis_url) as mine:
                for seed in range(10, 400):
                    if done.is_set():
                        return
                    ActionLog(mine).append(list(stories(seed, 3, 30)))

        def fold() -> None:
            with connect(redis_url) as mine:
                Projector(mine, G0, RULES, 25).run(done)

        threads = [Thread(target=feed), Thread(target=fold)]
        for thread in threads:
            thread.start()
        try:
            moved, end = 0, time.monotonic() + 8
            while time.monotonic() < end:
                report = audited(r, limits)
                assert report.clean, report.lines()
                assert report.moving <= report.events // 50
                moved += r.hget(G0.meta, "position").decode() != report.position["g0"]
            assert moved
        finally:
            done.set()
            for thread in threads:
                thread.join()
        report = audited(r)
        assert report.clean, report.lines()
