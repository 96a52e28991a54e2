"""The engine's pulse: which parts work, how old the views are; read in one round trip a tick.

A part that works renews its lease, and with it a time in its shard's meta hash. So a part that
has died is known by the time since, and one that never ran by having none. Never writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import redis.asyncio

from dashboard.core.surges.incidents import SurgeWarning
from dashboard.core.wall.state import UNCHECKED, Checked, Health
from data_sources.live.store_watch import Seen
from data_sources.store import aside, losses
from data_sources.store.connection import server_ms
from data_sources.store.domain_clock import Feed, parse_feed
from data_sources.store.keys import AUDIT, FEED, LOST, WARNINGS, ShardKeys
from data_sources.store.lease import alive_field
from data_sources.store.losses import Loss, Witness
from data_sources.surges.warnings import decode_open

#: a holder on every shard
_EACH = ("projector", "clock", "linker", "keeper")
#: one holder for all shards, on the first
_ONE = ("watcher", "auditor")
PARTS = (*_EACH, *_ONE)

#: part → ms since its last sign of life; None if it never gave one
Parts = dict[str, int | None]


@dataclass(frozen=True)
class Pulse:
    """How the engine is: cheap to read, every tick."""

    feed: Feed
    server: int
    #: sum of the shards' sequence numbers; moves with every commit
    version: int
    health: Health
    #: how old the views are at worst: ms since they were last known to be up to date
    age_ms: int
    checked: Checked = UNCHECKED
    warnings: tuple[SurgeWarning, ...] = ()
    #: ms since each part's last sign of life
    parts: Parts = field(default_factory=dict)
    #: how long the last recount took, ms
    recount: int = 0
    #: part → items it has set aside, ever
    aside: Mapping[str, int] = field(default_factory=dict)
    #: shard → what it has lost
    lost: Mapping[str, Loss] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The domain's time, ms."""
        return self.feed.now(self.server)


async def read_pulse(
    r: redis.asyncio.Redis,
    shards: Sequence[ShardKeys],
    witness: Witness | None = None,
    seen: Seen | None = None,
) -> Pulse:
    """One round trip: feed, leases, positions, backlog; what is lost, judged by ``witness``.

    ``seen`` is what was last seen of the store itself.
    """
    pipe = r.pipeline(transaction=False)
    pipe.time()
    pipe.hgetall(FEED)
    pipe.hmget(AUDIT, ["checked_at", "differences", "duration"])
    pipe.hgetall(WARNINGS)
    pipe.hgetall(LOST)
    for keys in shards:
        pipe.exists(keys.trails)
        pipe.hgetall(keys.meta)
        pipe.exists(keys.lease("projector"))
        pipe.exists(keys.lease("clock"))
        pipe.xlen(keys.actions)
        pipe.exists(keys.trails)
    replies = await pipe.execute()
    server, feed = server_ms(replies[0]), parse_feed(replies[1])
    metas: list[dict[bytes, bytes]] = []
    version = lag = age = 0
    stop: str | None = None
    lost = losses.decode(replies[4])
    witness, seen = witness or Witness(), seen or Seen()
    if seen.evicted is not None:
        lost.setdefault(shards[0].name, seen.evicted)
    for number, keys in enumerate(shards):
        start = 5 + 6 * number
        before, meta, projector, clock, appended, after = replies[start : start + 6]
        metas.append(meta)
        missing = witness.judge(keys.name, losses.mark_of(meta, appended, before, after))
        if missing is not None:
            lost.setdefault(keys.name, missing)
        version += int(meta.get(b"seq", 0))
        lag += max(0, appended - int(meta.get(b"read", 0)))
        age = max(age, server - int(meta.get(b"fresh", server)))
        if not projector:
            stop = "projector"
        elif not clock and stop is None:
            stop = "clock"
    state = "engine-stopped" if stop else "live"
    if stop is None and feed.silent(server):
        state, stop = "feed-silent", "feed"
    if seen.cause is not None:
        # the parts stop because of it: it is what has to be mended
        state, stop = "engine-stopped", "redis"
    if lost:
        state, stop = "engine-stopped", "data"
    *checked, recount = (int(value or 0) for value in replies[2])
    return Pulse(
        feed,
        server,
        version,
        Health(state, stop, lag, seen.cause or "", seen.risks),
        max(0, age),
        Checked(*checked),
        tuple(decode_open(replies[3])),
        parts_of(metas, feed, server),
        recount,
        aside.counts(metas),
        lost,
    )


def parts_of(metas: Sequence[Mapping[bytes, bytes]], feed: Feed, server: int) -> Parts:
    """Part → ms since its last sign of life, at the server's time ``server`` (ms).

    A part that works renews its lease, and with it a time in its shard's meta hash (``metas``).
    Where several shards have a holder each, the one silent longest counts. The feed is among the
    parts while it sets the domain's time; live data have no rhythm to expect.
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
