"""Reads the views of all shards for one wall state; never writes.

Each shard is read in one transaction, so its numbers come from one committed position.
What is read is bounded by places, departments and the screen, not by events in history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec
import numpy as np
import redis.asyncio

from dashboard.core.calendars import LocalTime
from dashboard.core.state import EventState
from dashboard.core.views import MINUTE_METRICS
from dashboard.core.wall import Health, Minutes, Sums, Views, trend_days
from data_sources.connection import server_ms
from data_sources.keys import FEED, ShardKeys
from data_sources.stream import STATE
from data_sources.timekeeper import Feed, parse_feed

#: the queue's exact order is made among this many candidates of each shard
_CANDIDATES = 200
_RECENT = 12


@dataclass(frozen=True)
class Wanted:
    """What to read besides the totals."""

    tiers: tuple[str, ...]
    #: at most this many points; with more events open, the rest shows as cells
    max_points: int = 1500
    few_points: int = 400
    cell_zoom: int = 13


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

    @property
    def now(self) -> int:
        """The domain's time, ms."""
        return self.feed.now(self.server)


async def read_pulse(r: redis.asyncio.Redis, shards: Sequence[ShardKeys]) -> Pulse:
    """One round trip: feed, leases, positions, backlog."""
    pipe = r.pipeline(transaction=False)
    pipe.time()
    pipe.hgetall(FEED)
    for keys in shards:
        pipe.hgetall(keys.meta)
        pipe.exists(keys.lease("projector"))
        pipe.exists(keys.lease("clock"))
        pipe.xlen(keys.actions)
    replies = await pipe.execute()
    server, feed = server_ms(replies[0]), parse_feed(replies[1])
    version = lag = age = 0
    stop: str | None = None
    for start in range(2, len(replies), 4):
        meta, projector, clock, appended = replies[start : start + 4]
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
    return Pulse(feed, server, version, Health(state, stop, lag), max(0, age))


async def read_views(
    r: redis.asyncio.Redis, shards: Sequence[ShardKeys], local: LocalTime, now: int, wanted: Wanted
) -> Views:
    """The views at the committed position, summed over shards; ``now`` in ms picks the days."""
    days = trend_days(local, now)
    day = days[-1]
    merged = Views()
    for keys in shards:
        pipe = r.pipeline(transaction=True)
        pipe.hmget(keys.meta, "seq", "position")
        pipe.hgetall(keys.view("count"))
        pipe.hgetall(keys.view(f"day:{day}"))
        pipe.hgetall(keys.view(f"score:{day // 100}"))
        pipe.hgetall(keys.view(f"scoreday:{day}"))
        pipe.zcard(keys.queue)
        pipe.zrevrange(keys.queue, 0, _CANDIDATES - 1)
        pipe.zcard(keys.points)
        pipe.zrevrange(keys.points, 0, wanted.max_points - 1, withscores=True)
        pipe.lrange(keys.recent, 0, _RECENT - 1)
        for tier in wanted.tiers:
            pipe.hgetall(keys.view(f"place:{tier}"))
        series = [(metric, d) for d in days for metric in MINUTE_METRICS]
        for metric, d in series:
            pipe.get(keys.view(f"minute:{metric}:{d}"))
        replies = await pipe.execute()
        (seq, position), count, levels, month, last_day = replies[:5]
        merged.version += int(seq or 0)
        merged.position[keys.name] = (position or b"0-0").decode()
        _add(merged.count, count)
        _add(merged.today_levels, levels)
        _add(merged.month, month)
        _add(merged.last_day, last_day)
        queue_total, queue, points_total, points, recent = replies[5:10]
        merged.queue_total += queue_total
        merged.queue += await _states(r, keys, queue)
        many = points_total > wanted.max_points
        shown = points[: wanted.few_points] if many else points
        merged.points += [(member.decode(), score) for member, score in shown]
        merged.recent += [msgspec.json.decode(line) for line in recent]
        for tier, raw in zip(wanted.tiers, replies[10:], strict=False):
            _add(merged.places.setdefault(tier, {}), raw)
        for key, raw in zip(series, replies[10 + len(wanted.tiers) :], strict=True):
            if raw is not None:
                merged.minutes[key] = merged.minutes.get(key, 0) + _minutes(raw)
        if many:
            merged.cell_zoom = wanted.cell_zoom
            cells = await r.hgetall(keys.view(f"cells:{wanted.cell_zoom}"))
            _add(merged.cells, cast(dict[bytes, bytes], cells))
    merged.recent.sort(key=lambda line: _entry_order(line["seq"]), reverse=True)
    return merged


async def _states(
    r: redis.asyncio.Redis, keys: ShardKeys, ids: Iterable[bytes]
) -> list[EventState]:
    wanted = list(ids)
    if not wanted:
        return []
    found = cast(list[bytes | None], await r.hmget(keys.events, wanted))
    return [STATE.decode(raw) for raw in found if raw is not None]


def _add(into: Sums, raw: Mapping[bytes, bytes]) -> None:
    for field, n in raw.items():
        name = field.decode()
        into[name] = into.get(name, 0) + int(n)


def _minutes(raw: bytes) -> Minutes:
    """Dense counters, 32 bit big-endian, as 1440 minutes."""
    out = np.zeros(1440, dtype=np.int32)
    found = np.frombuffer(raw, ">i4")
    out[: len(found)] = found
    return out


def _entry_order(entry: str) -> tuple[int, int]:
    ms, _, number = entry.partition("-")
    return int(ms), int(number)
