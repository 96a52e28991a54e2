"""Reads the views of all shards for one wall state; never writes.

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
from dashboard.core.fold.tiles import steps_above
from dashboard.core.fold.views import BAND, MINUTE_METRICS
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.codes import Known
from dashboard.core.model.rules import Weights
from dashboard.core.wall.minutes import Minutes, trend_days
from dashboard.core.wall.rows import ALERTS_SHOWN, newest_red
from dashboard.core.wall.state import Views
from data_sources.live import readable
from data_sources.live.known_fields import CELLS_MOST, KnownFields
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
    #: which of the zooms the cells are of, from the finest; -1 for none
    zoom: int
    #: hashes with too many fields
    cut: list[str]


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
    #: zooms of which cells may be read instead, where there are too many; the finest first
    coarser_zooms: tuple[int, ...] = ()
    #: which fields are read where a hash has too many
    known: KnownFields = field(default_factory=lambda: KnownFields(Known(), Weights()))


async def read_views(
    r: redis.asyncio.Redis, shards: Sequence[ShardKeys], local: LocalTime, now: int, wanted: Wanted
) -> Views:
    """The views at the committed position, summed over shards; ``now`` in ms picks the days."""
    days = trend_days(local, now)
    series = [(metric, day) for day in days for metric in MINUTE_METRICS]
    snapshot = lua.script(r, "live/city_reader")
    merged = Views()
    known = wanted.known
    args: list[str | int | bytes] = [
        *(CANDIDATES, wanted.max_points, wanted.few_points, _RECENT),
        *(len(wanted.tiers), int(wanted.marks), int(wanted.scores)),
        *(ALERTS_SHOWN, RED_RANK, len(wanted.coarser_zooms), CELLS_MOST),
        known.limits(wanted.tiers),
    ]
    fields = b""
    for keys in shards:
        names = _snapshot_keys(keys, days[-1], wanted, series)
        packed, states, minutes, waiting = await snapshot(keys=names, args=[*args, fields])
        found = _FOUND.decode(packed)
        if found.cut and not fields:
            fields = known.fields(wanted.tiers)
            packed, states, minutes, waiting = await snapshot(keys=names, args=[*args, fields])
            found = _FOUND.decode(packed)
        merged.cut |= set(found.cut)
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
            zoom = (wanted.cell_zoom, *wanted.coarser_zooms)[found.zoom]
            add_cells(merged, dict(zip(found.cells[::2], found.cells[1::2], strict=True)), zoom)
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


def add_cells(merged: Views, fresh: Mapping[str, str], zoom: int) -> None:
    """Add a shard's cells; those of the finer zoom are counted in the coarser one's tiles."""
    if merged.cells and zoom > merged.cell_zoom:
        fresh = _up(fresh, zoom - merged.cell_zoom)
    elif merged.cells and zoom < merged.cell_zoom:
        merged.cells = {n: int(v) for n, v in _up(merged.cells, merged.cell_zoom - zoom).items()}
        merged.cell_zoom = zoom
    elif not merged.cells:
        merged.cell_zoom = zoom
    add_flat(merged.cells, [part for name, n in fresh.items() for part in (name, str(n))])


def _up(cells: Mapping[str, str | int], steps: int) -> dict[str, str]:
    """The cells of a zoom ``steps`` coarser."""
    out: dict[str, int] = {}
    numbers: dict[str, int] = {}
    places: dict[str, int] = {}
    for name, n in cells.items():
        tile, _, level = name.partition("|")
        x, _, y = tile.partition("/")
        if not (x.isdecimal() and y.isdecimal()):
            continue
        if level == "at":
            places[tile] = int(n)
            continue
        above = f"{int(x) >> steps}/{int(y) >> steps}|{level}"
        out[above] = out.get(above, 0) + int(n)
        numbers[tile] = numbers.get(tile, 0) + int(n)
    for tile, number in numbers.items():
        column, row = map(int, tile.split("/"))
        above = f"{column >> steps}/{row >> steps}|at"
        out[above] = out.get(above, 0) + steps_above(
            column, row, number, places.get(tile, 0), steps
        )
    return {name: str(n) for name, n in out.items()}


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
        *map(view_names.cells, wanted.coarser_zooms),
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
