"""The views of a wall from snapshots, as a store that had stopped there would hold them. Pure.

:func:`views_of` makes those of the whole city, :func:`place_views_of` those of one place; both in
the shape that the live readers return.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from dashboard.core.fold import view_names, views
from dashboard.core.fold.tiles import STEP_BITS, cell, tile_and_steps
from dashboard.core.fold.views import MINUTE_METRICS, SLOT_MIN, SLOTS, TIERS
from dashboard.core.model.rules import Rules
from dashboard.core.model.scope import Scope
from dashboard.core.model.state import EventState
from dashboard.core.past.snapshots import Line, Snapshot
from dashboard.core.wall.counts import Sums
from dashboard.core.wall.minutes import Minutes
from dashboard.core.wall.rows import TickerLine, newest_red
from dashboard.core.wall.state import RECENT_SHOWN, Views


class Bounds(NamedTuple):
    """How much of each shard a wall reads, as for a live one."""

    #: of the queue
    candidates: int
    max_points: int
    #: where there are more than that, these and cells at ``cell_zoom``
    few_points: int
    cell_zoom: int


def views_of(rules: Rules, shards: Sequence[Snapshot], at: int, bounds: Bounds) -> Views:
    """The views at ``at`` (ms), summed over shards."""
    day = rules.local.day(at)
    merged = Views()
    for shard in shards:
        sums = shard.sums
        add(merged.count, sums.get(view_names.COUNT, {}))
        add(merged.today_levels, sums.get(view_names.day_levels(day), {}))
        add(merged.month, sums.get(view_names.score("d", day // 100), {}))
        add(merged.last_day, sums.get(view_names.score_day("d", day), {}))
        for tier in views.TIERS:
            add(merged.places.setdefault(tier, {}), sums.get(view_names.place(tier), {}))
        for name, found in shard.minutes.items():
            key = view_names.minute_of(name)
            if key is None:
                continue
            before = merged.minutes.get(key)
            merged.minutes[key] = _dense(found) if before is None else before + _dense(found)
        here = list(shard.held.values())
        rank(merged, here, bounds.candidates)
        merged.alerts += [state for state in here if views.alert(state) is not None]
        if spots(merged, here, bounds):
            merged.cell_zoom = bounds.cell_zoom
            add(merged.cells, cells_in(here, bounds.cell_zoom))
    red = newest_red(merged.points)
    if red is not None:
        merged.newest_red = next(s.held[red] for s in shards if red in s.held)
    merged.recent = _ticker(line for shard in shards for line in shard.lines)
    return merged


def rank(merged: Views, states: Iterable[EventState], candidates: int) -> None:
    """Put a shard's events into the queue, the best ``candidates`` of them."""
    ranked = [
        (score, state.event_id.encode(), state)
        for state in states
        if (score := views.queue_score(state)) is not None
    ]
    merged.queue_total += len(ranked)
    ranked.sort(key=lambda found: found[:2], reverse=True)
    merged.queue += [state for _, _, state in ranked[:candidates]]


def spots(
    merged: Views, states: Iterable[EventState], bounds: Bounds, *, cells: bool = True
) -> bool:
    """Put a shard's events on the map; whether there are so many that cells stand for the rest."""
    points = sorted(
        (spot for state in states if (spot := views.point(state))),
        key=lambda spot: (spot[1], spot[0].encode()),
        reverse=True,
    )
    many = cells and len(points) > bounds.max_points
    merged.points += points[: bounds.few_points if many else bounds.max_points]
    return many


def _ticker(lines: Iterable[Line]) -> list[TickerLine]:
    """The newest of the lines, as a store would hold them."""
    newest = sorted(lines, key=lambda line: line.order, reverse=True)[:RECENT_SHOWN]
    return [TickerLine(seq=line.seq, **msgspec.structs.asdict(line.recent)) for line in newest]


def cells_in(states: Iterable[EventState], zoom: int) -> Sums:
    """Open events by map cell, and where in it they are."""
    out: Sums = {}
    for state in states:
        if state.open and state.lat is not None and state.lon is not None:
            tile, steps = tile_and_steps(*cell(state.lon, state.lat, zoom + STEP_BITS))
            for name, n in ((f"{tile}|{state.level}", 1), (f"{tile}|at", steps)):
                out[name] = out.get(name, 0) + n
    return out


def _dense(found: dict[int, int]) -> Minutes:
    out = np.zeros(1440, dtype=np.int32)
    for minute, n in found.items():
        out[minute] = n
    return out


def add(into: Sums, more: Sums) -> None:
    for name, n in more.items():
        into[name] = into.get(name, 0) + n


_FACTS = ("reported", "open", "closed", "rejected", "merged", "overdue", "response_overdue")


def place_views_of(
    rules: Rules, shards: Sequence[Snapshot], at: int, scope: Scope, bounds: Bounds
) -> Views:
    """The views of a place at ``at`` (ms), summed over shards; ``bounds`` with its own zoom.

    What a place without series had reported is not in snapshots: it is left out.
    """
    day, code = rules.local.day(at), scope.code
    merged = Views()
    facts = merged.places.setdefault(scope.tier, {})
    for shard in shards:
        own = shard.sums.get(view_names.place(scope.tier), {})
        add(facts, {f"{code}|{f}": n for f in _FACTS if (n := own.get(f"{code}|{f}"))})
        if scope.child_tier:
            below = shard.sums.get(view_names.place(scope.child_tier), {})
            add(merged.places.setdefault(scope.child_tier, {}), _of(below, scope.children))
        if scope.series:
            today = shard.sums.get(view_names.place_day_levels(day), {})
            for level in ("blue", "yellow", "orange", "red"):
                add(
                    merged.today_levels,
                    {f"level|{level}|reported": today.get(f"{code}|{level}", 0)},
                )
            _series(merged, shard, code)
        if scope.subject:
            months = shard.sums.get(view_names.score(scope.subject, day // 100), {})
            days = shard.sums.get(view_names.score_day(scope.subject, day), {})
            add(merged.month, _of(months, scope.children))
            add(merged.last_day, _of(days, scope.children))
        here = list(_inside(shard, scope))
        for state in here:
            if state.open:
                add(merged.count, {f"level|{state.level}|open": 1})
                if state.overdue:
                    add(merged.count, {f"level|{state.level}|overdue": 1})
                if state.response_overdue:
                    add(merged.count, {f"level|{state.level}|response_overdue": 1})
        rank(merged, here, bounds.candidates)
        merged.alerts += [state for state in here if views.alert(state) is not None]
        many = spots(merged, here, bounds, cells=bounds.cell_zoom > 0)
        if many:
            merged.cell_zoom = bounds.cell_zoom
            add(merged.cells, cells_in(here, bounds.cell_zoom))
    add(merged.count, {f"all|{name.rpartition('|')[2]}": n for name, n in facts.items()})
    red = newest_red(merged.points)
    if red is not None:
        merged.newest_red = next(s.held[red] for s in shards if red in s.held)
    merged.recent = _ticker(
        line for shard in shards for line in shard.lines if code in line.recent.path
    )
    return merged


def _inside(shard: Snapshot, scope: Scope) -> Iterator[EventState]:
    index = TIERS.index(scope.tier)
    for state in shard.held.values():
        if len(state.place) > index and state.place[index] == scope.code:
            yield state


def _of(sums: Sums, codes: Container[str]) -> Sums:
    """The fields of some codes."""
    return {name: n for name, n in sums.items() if name.rpartition("|")[0] in codes}


def _series(merged: Views, shard: Snapshot, code: str) -> None:
    """Ten minutes each; the count of a slot is put at its first minute."""
    for name, found in shard.minutes.items():
        of, day = view_names.slot_of(name) or ("", 0)
        if of != code:
            continue
        for number, n in found.items():
            metric, slot = divmod(number, SLOTS)
            key = MINUTE_METRICS[metric], day
            if key not in merged.minutes:
                merged.minutes[key] = np.zeros(1440, dtype=np.int32)
            merged.minutes[key][slot * SLOT_MIN] += n
