"""Which events have changed since a client last asked, from the shards' streams of changes.

Read only as far as the desk has: the rows that are told with them are then never older.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec
import redis

from data_sources.store.keys_keys import shards

#: more than these are no longer told one by one
MOST_IDS = 400
_MOST_ENTRIES = 400


class Cursor(msgspec.Struct, frozen=True):
    """How far somebody has read: the last entry of each shard, by its name."""

    last: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Cursor:
        """From a client; raises ValueError."""
        last: dict[str, str] = {}
        for part in text.split(","):
            name, _, entry = part.partition(":")
            ms, _, n = entry.partition("-")
            last[name] = f"{int(ms)}-{int(n)}"
        return cls(last)

    def text(self) -> str:
        """For a client."""
        return ",".join(f"{name}:{entry}" for name, entry in sorted(self.last.items()))


class TooManyChanges(Exception):
    """More than are told one by one, or some are known no longer."""


def changed_since(r: redis.Redis, shard_count: int, since: Cursor, until: Cursor) -> list[str]:
    """Ids of the events that changed between two moments, each once.

    Raises :class:`TooManyChanges`, ``ValueError`` for a cursor of another store's shards.
    """
    kept = shards(shard_count)
    if set(since.last) != {keys.name for keys in kept}:
        raise ValueError("other shards")
    pipe = r.pipeline(transaction=False)
    for keys in kept:
        start, end = since.last[keys.name], until.last.get(keys.name, "0-0")
        pipe.xrange(keys.changed, f"({start}", end, count=_MOST_ENTRIES + 1)
        pipe.xrange(keys.changed, count=1)
    found = cast(list[list[Any]], pipe.execute())
    ids: dict[str, None] = {}
    for keys, entries, oldest in zip(kept, found[::2], found[1::2], strict=True):
        for _, fields in entries:
            ids.update(dict.fromkeys(fields.get(b"ids", b"").decode().split("\n")))
        start = since.last[keys.name]
        cut = (
            bool(oldest)
            and start != "0-0"
            and _entry_order(oldest[0][0].decode()) > _entry_order(start)
        )
        if cut or len(entries) > _MOST_ENTRIES:
            raise TooManyChanges
    ids.pop("", None)
    if len(ids) > MOST_IDS:
        raise TooManyChanges
    return list(ids)


def _entry_order(entry: str) -> tuple[int, int]:
    ms, _, n = entry.partition("-")
    return int(ms), int(n)
