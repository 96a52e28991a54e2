"""Deliveries seen from outside: outcomes of an event, what waits, what was given up.

Nothing returned contains an address or a secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import redis

from data_sources.courier.deliveries import Delivery, Outcome
from data_sources.store import lua
from data_sources.store.keys import ShardKeys

Entry = tuple[bytes, dict[bytes, bytes]]
#: counters of a channel
_COUNTS = ("waiting", "delivered", "given_up", "retries")


def outcomes_of(r: redis.Redis, keys: ShardKeys, event_id: str) -> list[Outcome]:
    """The outcomes of an event's notices on each channel, in the order of the notices.

    ``keys`` is the event's shard (:meth:`ActionLog.keys_of`). Empty where no channel is set up.
    """
    raw = cast(Mapping[bytes, bytes], r.hgetall(keys.delivery_outcomes(event_id)))
    found = [msgspec.json.decode(value, type=Outcome) for value in raw.values()]
    waiting = [one for one in found if one.state == "waiting"]
    if waiting:
        names = [f"{one.channel}|{one.id}" for one in waiting]
        tried = cast(list[bytes | None], r.hmget(keys.waiting, names))
        now = {
            name: msgspec.json.decode(value, type=Delivery)
            for name, value in zip(names, tried, strict=True)
            if value is not None
        }
        found = [_with_attempts(one, now.get(f"{one.channel}|{one.id}")) for one in found]
    return sorted(found, key=lambda one: (one.at, one.id, one.channel))


def _with_attempts(one: Outcome, delivery: Delivery | None) -> Outcome:
    if delivery is None or one.state != "waiting":
        return one
    return msgspec.structs.replace(one, attempts=delivery.attempts, reason=delivery.reason)


def overview(r: redis.Redis, shards: Sequence[ShardKeys], limit: int = 100) -> dict[str, Any]:
    """Counts, the next waiting deliveries and the last given-up ones, over all shards.

    ``{"counts": {"waiting", "delivered", "given_up", "retries", "no_channel", "unreadable",
    "unread"}, "channels": {NAME: {"waiting", "delivered", "given_up", "retries", "last_ok",
    "last_error", "error"}}, "waiting": [{"id", "event_id", "channel", "level", "attempts",
    "next_at", "reason"}], "given_up": [{"entry", "id", "event_id", "channel", "reason", "attempts",
    "at"}]}``; times are ms UTC. ``unread`` are notices no courier has seen yet.
    """
    counts = dict.fromkeys((*_COUNTS, "no_channel", "unreadable", "unread"), 0)
    channels: dict[str, dict[str, Any]] = {}
    waiting: list[dict[str, Any]] = []
    given_up: list[dict[str, Any]] = []
    for keys in shards:
        raw = cast(Mapping[bytes, bytes], r.hgetall(keys.courier))
        fields = {name.decode(): value.decode() for name, value in raw.items()}
        _add_up(fields, counts, channels)
        counts["unread"] += _unread(r, keys, fields.get("position", "0-0"))
        waiting += _waiting(r, keys, limit)
        newest = cast(list[Entry], r.xrevrange(keys.given_up, count=limit))
        given_up += [_given_up(keys, entry, values) for entry, values in newest]
    waiting.sort(key=lambda row: (row["next_at"], row["id"]))
    given_up.sort(key=lambda row: -row["at"])
    return {
        "counts": counts,
        "channels": channels,
        "waiting": waiting[:limit],
        "given_up": given_up[:limit],
    }


def _add_up(
    fields: Mapping[str, str], counts: dict[str, int], channels: dict[str, dict[str, Any]]
) -> None:
    for field, value in fields.items():
        what, _, name = field.partition(":")
        if not name:
            if what in counts:
                counts[what] += int(value)
            continue
        none = {**dict.fromkeys(_COUNTS, 0), "last_ok": 0, "last_error": 0, "error": ""}
        row = channels.setdefault(name, none)
        if what in _COUNTS:
            row[what] += int(value)
            counts[what] += int(value)
        elif what in ("last_ok", "last_error"):
            row[what] = max(row[what], int(value))
        elif what == "error":
            row[what] = value


def _unread(r: redis.Redis, keys: ShardKeys, position: str) -> int:
    """Notices not taken over yet, counted up to 1,000: more means that no courier works."""
    return len(cast(list[Entry], r.xrange(keys.outbox, min=f"({position}", count=1000)))


def _waiting(r: redis.Redis, keys: ShardKeys, limit: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for _, value in r.hscan_iter(keys.waiting, count=limit):
        one = msgspec.json.decode(value, type=Delivery)
        rows.append(
            {
                "id": one.notice.id,
                "event_id": one.notice.event_id,
                "channel": one.channel,
                "level": one.notice.level,
                "attempts": one.attempts,
                "next_at": max(one.next_at, one.notice.not_before),
                "reason": one.reason,
            }
        )
        if len(rows) >= limit:
            break
    return rows


def _given_up(keys: ShardKeys, entry: bytes, fields: Mapping[bytes, bytes]) -> dict[str, Any]:
    notice = msgspec.json.decode(fields[b"n"])
    return {
        "entry": f"{keys.name}:{entry.decode()}",
        "id": notice["id"],
        "event_id": notice["event_id"],
        "channel": fields[b"channel"].decode(),
        "reason": fields[b"reason"].decode(),
        "attempts": int(fields[b"attempts"]),
        "at": int(fields[b"at"]),
    }


def retry_given_up(r: redis.Redis, keys: ShardKeys, limit: int = 1000) -> int:
    """Send the oldest given-up deliveries again, to the same channels and with the same ids.

    They go to the end of the outbox, so behind later notices of their events. Returns how many.
    Two calls at once send nothing twice.
    """
    script = lua.script(r, "courier/record_resend")
    count = 0
    for entry, fields in cast(list[Entry], r.xrange(keys.given_up, count=limit)):
        args = [entry, fields[b"n"], fields[b"channel"], fields[b"source"]]
        count += int(script(keys=[keys.given_up, keys.outbox], args=args))
    return count
