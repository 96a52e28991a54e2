"""Reads the views of all shards for one wall state; never writes.

Each shard is read by one script, so its numbers come from one committed position. It returns a few
packed strings: to parse thousands of small replies would take the reader ten times as long as
the rest of a tick. What is read is bounded by places, departments and the screen,
not by events in history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import msgspec
import numpy as np
import redis.asyncio

from dashboard.core.fold import view_names
from dashboard.core.fold.views import BAND, MINUTE_METRICS
from dashboard.core.model.calendars import LocalTime
from dashboard.core.wall.minutes import Minutes, trend_days
from dashboard.core.wall.rows import ALERTS_SHOWN, newest_red
from dashboard.core.wall.state import Views
from data_sources.live import readable
from data_sources.live.readable import add_flat
from data_sources.store import lua
from data_sources.store.keys import ShardKeys, shard_of

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
        merged.queue += readable.states(states)
        merged.alerts += readable.states(waiting)
        merged.points += readable.points(found.points)
        merged.recent += readable.lines(found.recent)
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
        merged.newest_red = None if state is None else readable.one_state(state)
    merged.recent.sort(key=lambda line: readable.entry_order(line.seq), reverse=True)


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


def _minutes(raw: bytes) -> Minutes:
    """Dense counters, 32 bit big-endian, as 1440 minutes."""
    out = np.zeros(1440, dtype=np.int32)
    found = np.frombuffer(raw, ">i4")
    out[: len(found)] = found
    return out
