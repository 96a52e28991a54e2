"""What may be wrong in a store: kind by kind, a way to make it so and what the audit calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import redis

from dashboard.core.model.actions import Action, Kind, Status
from dashboard.core.model.state import Outcome
from data_sources.store.actions import STATE, TRAIL
from tests.support.stores.engine import G0, T0


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
