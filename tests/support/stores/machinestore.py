"""A shard in Redis, in the shape of the naive model."""

from __future__ import annotations

import struct
from collections import Counter
from typing import Any

import msgspec
import redis

from dashboard.core.model.actions import Action, ActionError, decode
from dashboard.core.model.notices import Notice
from dashboard.core.model.state import Held, Mark
from data_sources.store.actions import STATE
from data_sources.store.keys import ShardKeys
from tests.model.modelviews import held_by_core, notice_of_core, reason_class

_MARKS = msgspec.msgpack.Decoder(list[Mark])
#: the model's word for an entry that can't be read
UNREADABLE = ("", "unreadable")


def entries(r: redis.Redis, keys: ShardKeys, after: bytes = b"-") -> list[tuple[bytes, Any]]:
    """(stream id, action; None if it can't be read) behind an entry, or all of them."""
    out: list[tuple[bytes, Any]] = []
    for entry, fields in r.xrange(keys.actions, after if after == b"-" else b"(" + after, "+"):
        try:
            out.append((entry, decode(fields[b"a"])))
        except (ActionError, KeyError):
            out.append((entry, None))
    return out


def contents(r: redis.Redis, keys: ShardKeys) -> dict[str, Any]:
    """Every view, event and notice, in the shape of :func:`modelviews.expected`."""
    states = {name.decode(): STATE.decode(raw) for name, raw in r.hgetall(keys.events).items()}
    held = {
        name.decode(): Held(states.get(name.decode()), tuple(_MARKS.decode(raw)))
        for name, raw in r.hgetall(keys.trails).items()
    }
    assert states.keys() <= held.keys()
    return {
        **held_by_core(held),
        "counts": _counts(r, keys),
        "queue": {name.decode() for name in r.zrange(keys.queue, 0, -1)},
        "deadlines": _sorted_set(r, keys.deadlines),
        "points": _sorted_set(r, keys.points),
        "alerts": _sorted_set(r, keys.alerts),
        "places": _of_places(r, keys),
        "ledger": {
            (raw.decode().rpartition(":")[2], name): at
            for raw in r.scan_iter(keys.ledger("*"), count=1000)
            for name, at in _sorted_set(r, raw.decode()).items()
        },
        "rejected": Counter(_rejected(fields) for _, fields in r.xrange(keys.rejected)),
        "notices": Counter(
            notice_of_core(msgspec.json.decode(fields[b"n"], type=Notice))
            for _, fields in r.xrange(keys.outbox)
        ),
    }


def _rejected(fields: dict[bytes, bytes]) -> tuple[str, str]:
    if b"action" not in fields:
        return UNREADABLE
    action = msgspec.json.decode(fields[b"action"], type=Action)
    return action.action_id, reason_class(fields[b"reason"].decode())


def _of_places(r: redis.Redis, keys: ShardKeys) -> set[tuple[str, str, str]]:
    """(kind, code of a place, event) of the sorted sets of places; their ranks are the city's."""
    out = set()
    for kind in ("queue", "points", "alerts"):
        whole = _sorted_set(r, keys.ranked(kind))
        for raw in r.scan_iter(keys.ranked(f"{kind}:*"), count=1000):
            for member, rank in _sorted_set(r, raw.decode()).items():
                assert whole[member] == rank, (raw, member)
                event_id = member.split(",", 3)[3] if kind == "points" else member
                out.add((kind, raw.decode().rpartition(":")[2], event_id))
    return out


def _sorted_set(r: redis.Redis, key: str) -> dict[str, int]:
    return {name.decode(): int(score) for name, score in r.zrange(key, 0, -1, withscores=True)}


def _counts(r: redis.Redis, keys: ShardKeys) -> dict[tuple[str, str | int], int]:
    out: dict[tuple[str, str | int], int] = {}
    prefix = keys.view("")
    for raw in r.scan_iter(f"{prefix}*", count=1000):
        view = raw.decode()[len(prefix) :]
        if r.type(raw) == b"hash":
            fields = {name.decode(): int(n) for name, n in r.hgetall(raw).items()}
            assert 0 not in fields.values(), view
            out |= {(view, name): n for name, n in fields.items()}
        else:
            minutes = r.get(raw)
            numbers = struct.unpack(f">{len(minutes) // 4}i", minutes)
            out |= {(view, minute): n for minute, n in enumerate(numbers) if n}
    return out
