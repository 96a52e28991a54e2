"""The engine in one process, for tests: append, fold to the end, look at what is in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import redis

from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.rules import Rules, default_rules
from dashboard.core.wall.state import Wall
from data_sources.fold.linker import Linker
from data_sources.fold.projector import Projector
from data_sources.live.wiring import read_wall
from data_sources.store.connection import server_ms
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.lease import alive_field

RULES = default_rules(ZoneInfo("Asia/Shanghai"))
T0 = 1_700_000_000_000
G0 = ShardKeys(0)
#: parts whose silence the leaders' pages tell
LIVE = ("clock", "watcher")


def fold_all(r: redis.Redis, rules: Rules = RULES, keys: ShardKeys = G0, batch: int = 400) -> int:
    """Fold everything that waits on a shard; returns how many actions that were."""
    projector = Projector(r, keys, rules, batch)
    assert projector.acquire()
    total = 0
    while folded := projector.fold_once():
        total += folded
    projector.release()
    return total


def settle(r: redis.Redis, rules: Rules = RULES, count: int = 1, batch: int = 400) -> int:
    """Fold every shard and carry every link until nothing waits; returns how many actions."""
    parts, total = shards(count), 0
    linker = Linker(r, parts, rules)
    while True:
        folded = sum(fold_all(r, rules, keys, batch) for keys in parts)
        total += folded
        if not linker.carry_once() and not folded:
            return total


def parts_live(
    r: redis.Redis, count: int = 1, *, since_ms: int = -(10**9), parts: Sequence[str] = LIVE
) -> None:
    """Set parts as last seen ``since_ms`` ago; by default in the future, so that they stay live."""
    heard = server_ms(r.time()) - since_ms
    for keys in shards(count):
        for part in parts:
            r.hset(keys.meta, alive_field(part), heard)


def wall_of(url: str, city: str) -> Wall:
    """The wall's state as the API serves it."""
    return read_wall(Settings(city=city, redis_url=url), url)


def life(event_id: str, start: int = T0, *, close: bool = True, **more: Any) -> list[Action]:
    """A plain life of one event: report to close, a minute apart."""
    values: dict[str, Any] = {
        "level": Level.BLUE,
        "category": "c1",
        "place": ("150402", "150402001", "150402001001", "150402001001001"),
        "lat": 42.27,
        "lon": 118.96,
        **more,
    }
    steps = ["report", "register", "dispatch", "accept", "handle", "verify", "close"]
    actions = []
    for number, kind in enumerate(steps if close else steps[:4]):
        extra: dict[str, Any] = {}
        if kind == "report":
            extra = values
        elif kind == "dispatch":
            extra = {"department": "D1"}
        actions.append(
            Action(
                action_id=f"{event_id}:{kind}",
                event_id=event_id,
                kind=Kind(kind),
                ts=start + number * 60_000,
                **extra,
            )
        )
    return actions


def dump(r: redis.Redis, keys: ShardKeys = G0) -> dict[str, Any]:
    """Everything a shard's fold has written, ready to be compared.

    Left out: the actions, what copies follow, leases, fencing tokens, the number of commits and the
    time of the last one, none of which is a result of folding. Of notices and links only the
    order within one event is kept: how events take turns depends on where batches are cut.
    """
    out: dict[str, Any] = {}
    tag = f"{{{keys.name}}}:"
    for raw in sorted(r.scan_iter(f"{tag}*", count=1000)):
        name = raw.decode()
        if name in (keys.actions, keys.changed) or ":lease:" in name:
            continue
        kind = r.type(name)
        if name == keys.meta:
            out[name] = r.hmget(name, "position", "read")
        elif kind == b"stream":
            lines = [fields for _, fields in r.xrange(name)]
            if name in (keys.outbox, keys.links):
                lines.sort(key=_whose)
            out[name] = lines
        elif kind == b"hash":
            out[name] = r.hgetall(name)
        elif kind == b"zset":
            out[name] = [tuple(pair) for pair in r.zrange(name, 0, -1, withscores=True)]
        elif kind == b"list":
            out[name] = r.lrange(name, 0, -1)
        else:
            out[name] = r.get(name)
    return out


def _whose(fields: dict[bytes, bytes]) -> str:
    """The event that a notice, a fact or a linked action comes from."""
    entry = msgspec.json.decode(next(iter(fields.values())))
    if via := entry.get("via"):
        return str(via[-1])
    return str(entry["target"] if entry.get("kind") == "absorb" else entry["event_id"])
