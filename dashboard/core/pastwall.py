"""The views of a wall from snapshots, as a store that had stopped there would hold them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from dashboard.core import views
from dashboard.core.minutes import Minutes
from dashboard.core.rules import Rules
from dashboard.core.snapshots import Snapshot
from dashboard.core.tiles import cell
from dashboard.core.wall import RECENT_SHOWN, Sums, Views
from dashboard.core.wallrows import newest_red


def views_of(
    rules: Rules,
    shards: Sequence[Snapshot],
    at: int,
    *,
    cell_zoom: int,
    candidates: int,
    max_points: int,
    few_points: int,
) -> Views:
    """The views at ``at`` (ms), summed over shards.

    The bounds are those of a live wall: the queue's ``candidates`` of each shard, at most
    ``max_points`` points, or ``few_points`` and cells at ``cell_zoom`` where there are more.
    """
    day = rules.local.day(at)
    merged = Views()
    for shard in shards:
        sums = shard.sums
        _add(merged.count, sums.get("count", {}))
        _add(merged.today_levels, sums.get(f"day:{day}", {}))
        _add(merged.month, sums.get(f"score:d:{day // 100}", {}))
        _add(merged.last_day, sums.get(f"scoreday:d:{day}", {}))
        for tier in views.TIERS:
            _add(merged.places.setdefault(tier, {}), sums.get(f"place:{tier}", {}))
        for name, found in shard.minutes.items():
            _, metric, when = name.split(":")
            key = metric, int(when)
            before = merged.minutes.get(key)
            merged.minutes[key] = _dense(found) if before is None else before + _dense(found)
        _rank(merged, shard, candidates)
        merged.alerts += [s for s in shard.held.values() if views.alert(s) is not None]
        points = sorted(
            (spot for state in shard.held.values() if (spot := views.point(state))),
            key=lambda spot: (spot[1], spot[0].encode()),
            reverse=True,
        )
        many = len(points) > max_points
        merged.points += points[: few_points if many else max_points]
        if many:
            merged.cell_zoom = cell_zoom
            _add(merged.cells, _cells(shard, cell_zoom))
    red = newest_red(merged.points)
    if red is not None:
        merged.newest_red = next(s.held[red] for s in shards if red in s.held)
    merged.recent = _ticker(shards)
    return merged


def _rank(merged: Views, shard: Snapshot, candidates: int) -> None:
    ranked = [
        (score, event_id.encode(), state)
        for event_id, state in shard.held.items()
        if (score := views.queue_score(state)) is not None
    ]
    merged.queue_total += len(ranked)
    ranked.sort(key=lambda found: found[:2], reverse=True)
    merged.queue += [state for _, _, state in ranked[:candidates]]


def _ticker(shards: Sequence[Snapshot]) -> list[dict[str, object]]:
    lines = sorted(
        (line for shard in shards for line in shard.lines),
        key=lambda line: line.order,
        reverse=True,
    )
    return [{"seq": line.seq, **msgspec.to_builtins(line.recent)} for line in lines[:RECENT_SHOWN]]


def _cells(shard: Snapshot, zoom: int) -> Sums:
    out: Sums = {}
    for state in shard.held.values():
        if state.open and state.lat is not None and state.lon is not None:
            x, y = cell(state.lon, state.lat, zoom)
            name = f"{x}/{y}|{state.level}"
            out[name] = out.get(name, 0) + 1
    return out


def _dense(found: dict[int, int]) -> Minutes:
    out = np.zeros(1440, dtype=np.int32)
    for minute, n in found.items():
        out[minute] = n
    return out


def _add(into: Sums, more: Sums) -> None:
    for name, n in more.items():
        into[name] = into.get(name, 0) + n
