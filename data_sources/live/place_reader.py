"""Reads what a wall of one place shows; its cost is bounded by the place's children and the screen.

One script a shard, as for the whole city (:mod:`data_sources.live.city_reader`), and the result
comes in the same shape. Of views that hold all places only the place's own fields are read, and
those of the places right below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import redis.asyncio

from dashboard.core.fold import view_names
from dashboard.core.fold.views import MINUTE_METRICS, SLOT_MIN, SLOTS
from dashboard.core.model.actions import Level
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.rules import Rules
from dashboard.core.model.scope import Scope
from dashboard.core.scoring.formulas import formulas
from dashboard.core.wall.minutes import Minutes, trend_days
from dashboard.core.wall.rows import ALERTS_SHOWN
from dashboard.core.wall.state import RECENT_SHOWN, Views
from data_sources.live import readable
from data_sources.live.city_reader import (
    CANDIDATES,
    RED_RANK,
    Wanted,
    finish,
)
from data_sources.live.known_fields import CELLS_MOST
from data_sources.live.readable import add_flat
from data_sources.store import lua
from data_sources.store.keys import ShardKeys

_FACTS = ("reported", "open", "closed", "rejected", "merged", "overdue", "response_overdue")
_LEVEL_FACTS = ("open", "overdue", "response_overdue")
_MINUTE_MS = 60_000


class _Found(msgspec.Struct, array_like=True):
    """What the script packs; hashes and scores as flat lists."""

    seq: str
    position: str
    facts: list[str]
    levels: list[str]
    today: list[str]
    children: list[str]
    month: list[str]
    last_day: list[str]
    queue_total: int
    points: list[str]
    recent: list[str]
    cells: list[str]
    #: bytes of each series, in the last string one after another
    sizes: list[int]
    counted: list[int]


_FOUND = msgspec.msgpack.Decoder(_Found)


@dataclass(frozen=True)
class Ground:
    """What must be known of a place to read it, with its scope."""

    scope: Scope
    #: the zoom of its cells, 0 if it has none
    cell_zoom: int
    #: its grids, whose ledgers count its reports where there are no series
    grids: tuple[str, ...]


class PlaceReader:
    """Reads one place of the city."""

    def __init__(
        self, r: redis.asyncio.Redis, shards: Sequence[ShardKeys], rules: Rules, ground: Ground
    ) -> None:
        self._r, self._shards, self._local, self._ground = r, shards, rules.local, ground
        self._snapshot = lua.script(r, "live/place_reader")
        scope, code = ground.scope, ground.scope.code
        measures = {m for f in formulas(rules.weights[-1][1]).values() for part in f for m in part}
        board = scope.children if scope.subject else ()
        self._fields: dict[str, object] = {
            "facts": [f"{code}|{fact}" for fact in _FACTS],
            "levels": [f"{code}|{level}|{fact}" for level in Level for fact in _LEVEL_FACTS],
            "today": [f"{code}|{level}" for level in Level] if scope.series else [],
            "children": [f"{child}|{fact}" for child in scope.children for fact in _FACTS],
            "measures": [f"{child}|{m}" for child in board for m in sorted(measures)],
            # as in the JSON of a ticker's line
            "quoted": msgspec.json.encode(code).decode(),
            "cells": ground.cell_zoom > 0,
            "cells_most": CELLS_MOST,
            "recent": RECENT_SHOWN,
            "queue": CANDIDATES,
            "alerts": ALERTS_SHOWN,
            "red": RED_RANK,
        }

    async def read(self, now: int, wanted: Wanted) -> Views:
        """The views at the committed position, summed over shards; ``now`` (ms) picks the days."""
        local, scope = self._local, self._ground.scope
        days = trend_days(local, now) if scope.series else []
        spans = [] if scope.series else day_spans(local, now)
        ask = msgspec.msgpack.encode(
            self._fields
            | {"marks": wanted.marks, "scores": wanted.scores, "series": len(days)}
            | {"most": wanted.max_points, "few": wanted.few_points, "spans": spans}
        )
        merged, counted = Views(), [0] * len(spans)
        series: dict[int, Minutes] = {}
        for keys in self._shards:
            packed, states, waiting, dense = await self._snapshot(
                keys=self._keys(keys, local.day(now), days), args=[ask]
            )
            found = _FOUND.decode(packed)
            self._add(merged, keys, found)
            merged.queue += readable.states(states)
            merged.alerts += readable.states(waiting)
            counted = [a + b for a, b in zip(counted, found.counted, strict=True)]
            start = 0
            for day, size in zip(days, found.sizes, strict=True):
                fresh = _dense(dense[start : start + size])
                series[day] = series[day] + fresh if day in series else fresh
                start += size
        merged.minutes = {
            (metric, day): minutes
            for day, runs in series.items()
            for metric, minutes in zip(MINUTE_METRICS, _minutes(runs), strict=True)
        }
        if spans:
            merged.reported = counted[0], counted[1]
        await finish(self._r, self._shards, merged)
        return merged

    def _add(self, merged: Views, keys: ShardKeys, found: _Found) -> None:
        scope = self._ground.scope
        merged.version += int(found.seq)
        merged.position[keys.name] = found.position
        add_flat(merged.count, _renamed(found.facts, scope.code, "all"))
        add_flat(merged.count, _renamed(found.levels, scope.code, "level"))
        add_flat(merged.today_levels, _renamed(found.today, scope.code, "level", "|reported"))
        add_flat(merged.places.setdefault(scope.tier, {}), found.facts)
        if scope.child_tier:
            add_flat(merged.places.setdefault(scope.child_tier, {}), found.children)
        add_flat(merged.month, found.month)
        add_flat(merged.last_day, found.last_day)
        merged.queue_total += found.queue_total
        merged.points += readable.points(found.points)
        merged.recent += [line for line in readable.lines(found.recent) if scope.code in line.path]
        if found.cells:
            merged.cell_zoom = self._ground.cell_zoom
            add_flat(merged.cells, found.cells)

    def _keys(self, keys: ShardKeys, day: int, days: Sequence[int]) -> list[str]:
        """The script's keys, in its order."""
        scope, ground = self._ground.scope, self._ground
        code, subject = scope.code, scope.subject or "t"
        views = [
            view_names.place_cells(code, ground.cell_zoom),
            view_names.place(scope.tier),
            view_names.levels(scope.tier),
            view_names.place_day_levels(day),
            view_names.place(scope.child_tier),
            view_names.score(subject, day // 100),
            view_names.score_day(subject, day),
            *(view_names.slot(code, when) for when in days),
        ]
        own = [keys.meta, keys.events, keys.recent]
        own += [keys.ranked(view_names.place_ranked(kind, code)) for kind in view_names.RANKED]
        ledgers = () if scope.series else ground.grids
        return [*own, *(keys.view(name) for name in views), *map(keys.ledger, ledgers)]


def day_spans(local: LocalTime, now: int) -> list[tuple[str, str]]:
    """Today until now, and yesterday until the end of the same minute, ms."""
    today, minute = local.day_minute(now)
    start = local.start_of_day(today)
    before = local.day(start - 1)
    until = local.moment(before, minute) + _MINUTE_MS
    spans = ((start, now), (local.start_of_day(before), until - 1))
    # as text: numbers of this size would lose digits on their way
    return [(str(a), str(b)) for a, b in spans]


def _renamed(flat: Sequence[str], code: str, name: str, end: str = "") -> list[str]:
    """The place's own fields under the names that the whole city's have."""
    return [part if n % 2 else name + part.removeprefix(code) + end for n, part in enumerate(flat)]


def _dense(raw: bytes) -> Minutes:
    """Dense counters, 32 bit big-endian, of all metrics."""
    out = np.zeros(SLOTS * len(MINUTE_METRICS), dtype=np.int32)
    found = np.frombuffer(raw, ">i4")
    out[: len(found)] = found
    return out


def _minutes(runs: Minutes) -> list[Minutes]:
    """Each metric's 144 slots as 1,440 minutes; the count of a slot is put at its first one."""
    out = np.zeros((len(MINUTE_METRICS), SLOTS, SLOT_MIN), dtype=np.int32)
    out[:, :, 0] = runs.reshape(len(MINUTE_METRICS), SLOTS)
    return list(out.reshape(len(MINUTE_METRICS), -1))
