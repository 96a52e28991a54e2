"""The audit against a real Redis: silent where all is well, and nothing planted stays hidden."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import msgspec
import pytest
import redis

from dashboard.core.events import Action, Kind, Status
from dashboard.core.state import Outcome
from data_sources.audit import AuditReport, Limits, audit
from data_sources.connection import connect
from data_sources.errors import OtherRules
from data_sources.keys import shards
from data_sources.projector import Projector
from data_sources.stream import STATE, TRAIL, ActionLog
from tests.integration.audited import fill, stories
from tests.integration.engine import G0, RULES, T0, fold_all, life, settle

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


def first(r: redis.Redis, pattern: str, kind: str) -> str:
    """A key of a type, in a fixed order."""
    found = sorted(k.decode() for k in r.scan_iter(pattern) if r.type(k).decode() == kind)
    return found[len(found) // 2]


def view(r: redis.Redis, name: str) -> str:
    return first(r, G0.view(name), "hash")


def field_of(r: redis.Redis, key: str) -> bytes:
    return sorted(r.hkeys(key))[-1]


def member_of(r: redis.Redis, key: str) -> bytes:
    return r.zrange(key, 0, 0)[0]


def change_state(r: redis.Redis, **values: Any) -> str:
    event_id = sorted(r.hkeys(G0.events))[3].decode()
    state = STATE.decode(r.hget(G0.events, event_id))
    new = msgspec.structs.replace(state, **values)
    r.hset(G0.events, event_id, msgspec.msgpack.encode(new))
    return event_id


def change_trail(r: redis.Redis, change: Callable[[list[Any]], None]) -> None:
    trails = {name: TRAIL.decode(raw) for name, raw in r.hgetall(G0.trails).items()}
    event_id = max(trails, key=lambda name: (len(trails[name]), name))
    marks = list(trails[event_id])
    change(marks)
    r.hset(G0.trails, event_id, msgspec.msgpack.encode(marks))


def other_outcome(marks: list[Any]) -> None:
    marks[0] = msgspec.structs.replace(marks[0], outcome=Outcome((marks[0].outcome + 1) % 5))


def another_state(r: redis.Redis) -> None:
    event_id = change_state(r)
    raw = STATE.decode(r.hget(G0.events, event_id))
    r.hset(G0.events, "nobody", msgspec.msgpack.encode(msgspec.structs.replace(raw, event_id="x")))


def drop(key: Callable[[redis.Redis], str]) -> Callable[[redis.Redis], None]:
    return lambda r: r.zrem(key(r), member_of(r, key(r)))


def push(key: str, by: float) -> Callable[[redis.Redis], None]:
    return lambda r: r.zincrby(key, by, member_of(r, key))


def bump(name: str, by: int = 1) -> Callable[[redis.Redis], None]:
    return lambda r: r.hincrby(view(r, name), field_of(r, view(r, name)), by)


LEDGER = G0.ledger("*")
PLANTED: dict[str, tuple[str, Callable[[redis.Redis], Any]]] = {
    "counter raised": ("counter", bump("count")),
    "counter lowered": ("counter", bump("place:grid", -1)),
    "counter missing": ("counter", lambda r: r.hdel(G0.view("count"), "all|open")),
    "counter left at nothing": ("counter", lambda r: r.hset(G0.view("count"), "level|x|open", 0)),
    "extra counter": ("counter", lambda r: r.hset(G0.view("count"), "level|pink|open", 2)),
    "counter that is no number": ("counter", lambda r: r.hset(G0.view("count"), "all|open", "?")),
    "view lost": ("counter", lambda r: r.delete(G0.view("cells:12"))),
    "extra view": ("counter", lambda r: r.hset(G0.view("place:planet"), "earth|open", 1)),
    "score changed": ("counter", bump("score:d:*")),
    "day's score changed": ("counter", bump("scoreday:t:*", 3)),
    "surge changed": ("counter", bump("surge:grid:*")),
    "day changed": ("counter", bump("day:*")),
    "view of another type": ("key", lambda r: r.set(G0.view("count"), "x")),
    "a minute's bit": (
        "minute",
        lambda r: r.setbit(
            key := first(r, G0.view("minute:*"), "string"), 8 * r.strlen(key) - 3, 1
        ),
    ),
    "minutes lost": ("minute", lambda r: r.delete(first(r, G0.view("minute:rep*"), "string"))),
    "minutes cut": ("key", lambda r: r.append(first(r, G0.view("minute:*"), "string"), "x")),
    "queue: lost": ("queue", drop(lambda r: G0.queue)),
    "queue: wrong score": ("queue", push(G0.queue, 1)),
    "queue: extra": ("queue", lambda r: r.zadd(G0.queue, {"ghost": 5})),
    "queue: closed event": ("queue", lambda r: r.zadd(G0.queue, {ended(r): 5})),
    "deadline lost": ("deadlines", drop(lambda r: G0.deadlines)),
    "deadline moved": ("deadlines", push(G0.deadlines, 1)),
    "deadline: extra": ("deadlines", lambda r: r.zadd(G0.deadlines, {"ghost": T0})),
    "point lost": ("points", drop(lambda r: G0.points)),
    "point: wrong rank": ("points", push(G0.points, 1)),
    "point: twice": (
        "points",
        lambda r: r.zadd(G0.points, {b"1.0,2.0,3," + member_of(r, G0.points).split(b",")[3]: 4}),
    ),
    "point: unreadable": ("points", lambda r: r.zadd(G0.points, {"here": 4})),
    "alert lost": ("alerts", drop(lambda r: G0.alerts)),
    "alert: wrong rank": ("alerts", push(G0.alerts, 1)),
    "alert: closed event": ("alerts", lambda r: r.zadd(G0.alerts, {ended(r): 5})),
    "place's queue: lost": ("queue", drop(lambda r: first(r, G0.ranked("queue:*"), "zset"))),
    "place's point: lost": ("points", drop(lambda r: first(r, G0.ranked("points:*"), "zset"))),
    "place's alert: extra": ("alerts", lambda r: r.zadd(G0.ranked("alerts:x"), {"ghost": 5})),
    "place's points: another's": (
        "points",
        lambda r: r.zadd(G0.ranked("points:nowhere"), {member_of(r, G0.points): 4}),
    ),
    "place's queue of another type": (
        "key",
        lambda r: r.set(first(r, G0.ranked("queue:*"), "zset"), "x"),
    ),
    "place's level changed": ("counter", bump("levels:county")),
    "place's day changed": ("counter", bump("levelday:*")),
    "place's series lost": ("minute", lambda r: r.delete(first(r, G0.view("slot:*"), "string"))),
    "ledger: lost": ("ledger", drop(lambda r: first(r, LEDGER, "zset"))),
    "ledger: moved": (
        "ledger",
        lambda r: r.zincrby(key := first(r, LEDGER, "zset"), 1, member_of(r, key)),
    ),
    "ledger: extra": ("ledger", lambda r: r.zadd(G0.ledger("nowhere"), {"ghost": T0})),
    "ledger: another grid's": (
        "ledger",
        lambda r: r.zadd(G0.ledger("nowhere"), {member_of(r, first(r, LEDGER, "zset")): T0}),
    ),
    "ledger of another type": ("key", lambda r: r.set(first(r, LEDGER, "zset"), "x")),
    "stale state": ("state", lambda r: change_state(r, status=Status.RETURNED)),
    "state: tally lost": ("state", lambda r: change_state(r, urges=77)),
    "state lost": ("state", lambda r: r.hdel(G0.events, field_of(r, G0.events))),
    "state unreadable": ("state", lambda r: r.hset(G0.events, field_of(r, G0.events), "?")),
    "extra state": ("state", another_state),
    "trail: mark lost": ("trail", lambda r: change_trail(r, lambda marks: marks.pop())),
    "trail: other outcome": ("trail", lambda r: change_trail(r, other_outcome)),
    "trail: other order": ("trail", lambda r: change_trail(r, lambda marks: marks.reverse())),
    "trail lost": ("trail", lambda r: r.hdel(G0.trails, field_of(r, G0.trails))),
    "extra trail": ("trail", lambda r: r.hset(G0.trails, "ghost", r.hvals(G0.trails)[0])),
    "read off by one": ("meta", lambda r: r.hincrby(G0.meta, "read", 1)),
    "high too high": ("meta", lambda r: r.hincrby(G0.meta, "high", 1)),
    "refusal lost": ("refusal", lambda r: r.xdel(G0.rejected, r.xrange(G0.rejected)[4][0])),
    "refusal made up": (
        "refusal",
        lambda r: r.xadd(
            G0.rejected,
            {
                "action": msgspec.json.encode(
                    Action(action_id="n", event_id="nobody", kind=Kind.URGE, ts=T0)
                ),
                "reason": "none",
                "entry": "5-5",
            },
        ),
    ),
    "line of the ticker made up": (
        "recent",
        lambda r: r.lpush(G0.recent, b'{"seq":"7-7","event_id":"nobody"}'),
    ),
    "an action gone": ("meta", lambda r: r.xdel(G0.actions, r.xrange(G0.actions)[9][0])),
}


def ended(r: redis.Redis) -> bytes:
    """An event that is closed, and so in no queue."""
    states = ((name, STATE.decode(raw)) for name, raw in r.hgetall(G0.events).items())
    return min(name for name, state in states if not state.open)


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
