"""Reads the engine's pulse, and the views of all shards for one wall state; never writes.

Each shard is read by one script, so its numbers come from one committed position. It returns a few
packed strings: to parse thousands of small replies would take the reader ten times as long as
the rest of a tick. What is read is bounded by places, departments and the screen,
not by events in history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import msgspec
import numpy as np
import redis.asyncio

from dashboard.core.fold import view_names
from dashboard.core.fold.views import BAND, MINUTE_METRICS
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.state import EventState
from dashboard.core.surges.judge import SurgeWarning
from dashboard.core.wall.counts import Sums
from dashboard.core.wall.minutes import Minutes, trend_days
from dashboard.core.wall.rows import ALERTS_SHOWN, TickerLine, newest_red
from dashboard.core.wall.state import UNCHECKED, Checked, Health, Views
from data_sources.store import lua
from data_sources.store.actions import STATE
from data_sources.store.connection import server_ms
from data_sources.store.domain_clock import Feed, parse_feed
from data_sources.store.keys import AUDIT, FEED, WARNINGS, ShardKeys, shard_of
from data_sources.store.lease import alive_field
from data_sources.surges.warnings import decode_open

#: a holder on every shard
_EACH = ("projector", "clock", "linker", "keeper")
#: one holder for all shards, on the first
_ONE = ("watcher", "auditor")
PARTS = (*_EACH, *_ONE)

#: part → ms since its last sign of life; None if it never gave one
Parts = dict[str, int | None]


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


#: the queue's exact order is made among this many candidates of each shard
CANDIDATES = 200
_RECENT = 12

#: the least rank of a red event among the alerts
RED_RANK = repr(3.0 * BAND)


class _Found(msgspec.Struct, array_like=True):
    """What the script packs; hashes and scores as flat lists."""

    seq: str
    position: str
    count: list[str]
    levels: list[str]
    month: list[str]
    last_day: list[str]
    queue_total: int
    points: list[str]
    recent: list[str]
    places: list[list[str]]
    cells: list[str]
    #: bytes of each series of minutes, in the third string one after another
    sizes: list[int]


_FOUND = msgspec.msgpack.Decoder(_Found)
STATES = msgspec.msgpack.Decoder(list[EventState])
TICKER_LINE = msgspec.json.Decoder(TickerLine)


@dataclass(frozen=True)
class Wanted:
    """What to read besides the totals."""

    tiers: tuple[str, ...]
    #: at most this many points; with more events open, the rest shows as cells
    max_points: int = 1500
    few_points: int = 400
    cell_zoom: int = 13
    #: whether to read what the map and the scoreboard are made of; without, they are empty
    marks: bool = True
    scores: bool = True


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

    @property
    def now(self) -> int:
        """The domain's time, ms."""
        return self.feed.now(self.server)


async def read_pulse(r: redis.asyncio.Redis, shards: Sequence[ShardKeys]) -> Pulse:
    """One round trip: feed, leases, positions, backlog."""
    pipe = r.pipeline(transaction=False)
    pipe.time()
    pipe.hgetall(FEED)
    pipe.hmget(AUDIT, ["checked_at", "differences", "duration"])
    pipe.hgetall(WARNINGS)
    for keys in shards:
        pipe.hgetall(keys.meta)
        pipe.exists(keys.lease("projector"))
        pipe.exists(keys.lease("clock"))
        pipe.xlen(keys.actions)
    replies = await pipe.execute()
    server, feed = server_ms(replies[0]), parse_feed(replies[1])
    metas: list[dict[bytes, bytes]] = []
    version = lag = age = 0
    stop: str | None = None
    for start in range(4, len(replies), 4):
        meta, projector, clock, appended = replies[start : start + 4]
        metas.append(meta)
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
    *checked, recount = (int(value or 0) for value in replies[2])
    return Pulse(
        feed,
        server,
        version,
        Health(state, stop, lag),
        max(0, age),
        Checked(*checked),
        tuple(decode_open(replies[3])),
        parts_of(metas, feed, server),
        recount,
    )


async def read_views(
    r: redis.asyncio.Redis, shards: Sequence[ShardKeys], local: LocalTime, now: int, wanted: Wanted
) -> Views:
    """The views at the committed position, summed over shards; ``now`` in ms picks the days."""
    days = trend_days(local, now)
    series = [(metric, day) for day in days for metric in MINUTE_METRICS]
    snapshot = lua.script(r, "live/city_reader")
    merged = Views()
    for keys in shards:
        packed, states, minutes, waiting = await snapshot(
            keys=_snapshot_keys(keys, days[-1], wanted, series),
            args=[
                *(CANDIDATES, wanted.max_points, wanted.few_points, _RECENT),
                *(len(wanted.tiers), int(wanted.marks), int(wanted.scores)),
                *(ALERTS_SHOWN, RED_RANK),
            ],
        )
        found = _FOUND.decode(packed)
        merged.version += int(found.seq)
        merged.position[keys.name] = found.position
        add_flat(merged.count, found.count)
        add_flat(merged.today_levels, found.levels)
        add_flat(merged.month, found.month)
        add_flat(merged.last_day, found.last_day)
        merged.queue_total += found.queue_total
        merged.queue += STATES.decode(states)
        merged.alerts += STATES.decode(waiting)
        merged.points += zip(found.points[::2], map(float, found.points[1::2]), strict=True)
        merged.recent += [TICKER_LINE.decode(line) for line in found.recent]
        for tier, flat in zip(wanted.tiers, found.places, strict=True):
            add_flat(merged.places.setdefault(tier, {}), flat)
        start = 0
        for key, size in zip(series, found.sizes, strict=True):
            if size:
                fresh = _minutes(minutes[start : start + size])
                before = merged.minutes.get(key)
                merged.minutes[key] = fresh if before is None else before + fresh
                start += size
        if found.cells:
            merged.cell_zoom = wanted.cell_zoom
            add_flat(merged.cells, found.cells)
    await finish(r, shards, merged)
    return merged


async def finish(r: redis.asyncio.Redis, shards: Sequence[ShardKeys], merged: Views) -> None:
    """What can only be known once all shards have been read."""
    red = newest_red(merged.points)
    if red is not None:
        keys = shards[shard_of(red, len(shards))]
        state = cast(bytes | None, await r.hget(keys.events, red))
        merged.newest_red = None if state is None else STATE.decode(state)
    merged.recent.sort(key=lambda line: _entry_order(line.seq), reverse=True)


def _snapshot_keys(
    keys: ShardKeys, day: int, wanted: Wanted, series: Sequence[tuple[str, int]]
) -> list[str]:
    """The script's keys, in its order."""
    views = [
        view_names.COUNT,
        view_names.day_levels(day),
        view_names.score("d", day // 100),
        view_names.score_day("d", day),
        view_names.cells(wanted.cell_zoom),
        *map(view_names.place, wanted.tiers),
        *(view_names.minute(metric, when) for metric, when in series),
    ]
    own = [keys.meta, keys.events, keys.queue, keys.points, keys.recent, keys.alerts]
    return own + [keys.view(name) for name in views]


def add_flat(into: Sums, flat: Sequence[str]) -> None:
    """Add a flat list of names and numbers."""
    fresh = zip(flat[::2], map(int, flat[1::2]), strict=True)
    if not into:  # the first shard, and often the only one
        into.update(fresh)
        return
    for name, n in fresh:
        into[name] = into.get(name, 0) + n


def _minutes(raw: bytes) -> Minutes:
    """Dense counters, 32 bit big-endian, as 1440 minutes."""
    out = np.zeros(1440, dtype=np.int32)
    found = np.frombuffer(raw, ">i4")
    out[: len(found)] = found
    return out


def _entry_order(entry: str) -> tuple[int, int]:
    ms, _, number = entry.partition("-")
    return int(ms), int(number)
