"""How long ago each part of the engine was last heard of; what a beat says as ``parts``.

A part that works renews its lease, and with it a time in its shard's meta hash, which a pulse
reads anyway. So a part that has died is known by the time since, and one that never ran by having
none. Where several shards have a holder each, the one silent longest counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_sources.store.domain_clock import Feed
from data_sources.store.lease import alive_field

#: a holder on every shard
_EACH = ("projector", "clock", "linker", "keeper")
#: one holder for all shards, on the first
_ONE = ("watcher", "auditor")
PARTS = (*_EACH, *_ONE)

#: part → ms since it was heard of; None if it never was
Parts = dict[str, int | None]


def parts_of(metas: Sequence[Mapping[bytes, bytes]], feed: Feed, server: int) -> Parts:
    """``metas``: the shards' meta hashes; ``server``: the server's time, ms.

    The feed is among the parts while one tells the time: live data come when they come.
    """
    out: Parts = {part: _longest(metas, part, server) for part in _EACH}
    out |= {part: _longest(metas[:1], part, server) for part in _ONE}
    if feed.mode != "live" and not feed.ended:
        out["feed"] = max(0, server - feed.wall)
    return out


def _longest(metas: Sequence[Mapping[bytes, bytes]], part: str, server: int) -> int | None:
    field = alive_field(part).encode()
    known = [server - int(meta[field]) for meta in metas if field in meta]
    return max(0, *known) if known and len(known) == len(metas) else None
