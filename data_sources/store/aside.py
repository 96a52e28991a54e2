"""What parts of the engine have set aside: single items they cannot work on. The rest goes on.

In: an item (an event's id, a stream entry, a delivery) and the error it led to. Out: an entry in
the shard's stream, a count in its meta (a metric), a line in the log; each item once a process. An
error that is not the item's own, such as Redis out of reach, is raised on: `own` tells them apart.
No item's content goes into the log or the stream, only where the error was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
import redis
import structlog

from dashboard.core.model.actions import ActionError
from dashboard.core.model.faults import place_of
from dashboard.core.model.persons import masked
from dashboard.errors import GridwallError
from data_sources.store.connection import connect, server_ms
from data_sources.store.keys import ShardKeys, shards

log = structlog.get_logger("aside")

#: entries kept a shard, about
KEPT = 10_000
#: items a process remembers, so that none is set aside again each time it is met
_REMEMBERED = 10_000
_LONGEST = 200
#: errors of Redis, of the disk, of the process or of a role that was lost: of no item
NOT_THE_ITEMS = (redis.RedisError, OSError, MemoryError, GridwallError)
_FIELD = "aside:"


def own(error: Exception) -> bool:
    """Whether an error is the item's own: another item may well be worked on."""
    if isinstance(error, redis.ResponseError):
        return "WRONGTYPE" in str(error)
    return not isinstance(error, NOT_THE_ITEMS)


def reason_of(error: Exception) -> str:
    """The error for people: its kind and where it was; values only where they are safe to show."""
    if isinstance(error, ActionError):
        return f"{error.field}: {error.reason}"[:_LONGEST]
    return f"{type(error).__name__} in {place_of(error)}"[:_LONGEST]


class Aside:
    """What one part sets aside on one shard."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, part: str) -> None:
        self._r, self._keys, self._part = r, keys, part
        self._known: dict[str, None] = {}

    def put(self, item: str, error: Exception) -> None:
        """Set an item aside, once; raises ``error`` on if it is not the item's own."""
        if not own(error):
            raise error
        item = item[:_LONGEST]
        if item in self._known:
            return
        shown = masked(item).text
        reason = reason_of(error)
        log.error("set aside", part=self._part, shard=self._keys.name, item=shown, reason=reason)
        pipe = self._r.pipeline(transaction=True)
        fields = {
            "part": self._part,
            "item": shown,
            "reason": reason,
            "at": server_ms(self._r.time()),
        }
        pipe.xadd(self._keys.aside, cast(Any, fields), maxlen=KEPT, approximate=True)
        pipe.hincrby(self._keys.meta, field_of(self._part), 1)
        pipe.execute()
        self._known[item] = None
        if len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))

    def forget(self, item: str) -> None:
        """Have an item set aside again when it leads to an error again."""
        self._known.pop(item[:_LONGEST], None)


def field_of(part: str) -> str:
    """The field of a shard's meta with how many items the part has set aside."""
    return f"{_FIELD}{part}"


def counts(metas: Iterable[Mapping[bytes, bytes]]) -> dict[str, int]:
    """How many items each part has set aside, over the metas of all shards."""
    out: dict[str, int] = {}
    for meta in metas:
        for name, value in meta.items():
            part = name.decode("utf-8", "replace")
            if part.startswith(_FIELD) and value.isdigit():
                part = part.removeprefix(_FIELD)
                out[part] = out.get(part, 0) + int(value)
    return out


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """An item that was set aside."""

    #: shard and place in its stream
    id: str
    #: which part of the engine: clock, linker, projector, keeper, courier, archiver, auditor
    part: str
    item: str
    reason: str
    #: ms UTC
    at: int


def listed(url: str, shard_count: int, limit: int) -> list[dict[str, str]]:
    """At most ``limit`` items that were set aside last, as text by field, the newest first."""
    with connect(url) as r:
        found = newest(r, shards(shard_count), limit)
    return [{n: str(v) for n, v in msgspec.structs.asdict(one).items()} for one in found]


def newest(r: redis.Redis, shards: Iterable[ShardKeys], limit: int) -> list[SetAside]:
    """At most ``limit`` items that were set aside last, the newest first."""
    rows: list[SetAside] = []
    for keys in shards:
        found = cast(
            list[tuple[bytes, dict[bytes, bytes]]], r.xrevrange(keys.aside, count=max(1, limit))
        )
        for entry, fields in found:
            text = {k.decode(): v.decode("utf-8", "replace") for k, v in fields.items()}
            rows.append(
                SetAside(
                    id=f"{keys.name}:{entry.decode()}",
                    part=text.get("part", ""),
                    item=text.get("item", ""),
                    reason=text.get("reason", ""),
                    at=int(text.get("at", 0) or 0),
                )
            )
    rows.sort(key=lambda row: -row.at)
    return rows[:limit]
