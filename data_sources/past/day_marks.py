"""The marks of a past day (red events, surges …): folded once, kept until new actions arrive."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from dashboard.core.lifecycle.replay import Turn
from dashboard.core.model.state import EventState
from dashboard.core.past.marks import SLOT_MS, Mark, Slot, marks_of, slots
from dashboard.core.past.snapshots import Snapshot
from data_sources.past.asof import Past
from data_sources.past.rewinder import PastShard
from data_sources.surges.warnings import Record

#: a day is folded in pieces, so that other threads get their turn, ms
_PIECE_MS = 2 * 3_600_000
#: days kept
_KEPT = 12


class DayMarks(msgspec.Struct, kw_only=True):
    """A local day (YYYYMMDD) with its marks, ``start`` until before ``end`` (ms)."""

    day: int
    start: int
    end: int
    #: up to when there are marks, ms: on the current day, the last full five minutes
    until: int
    slots: list[Slot]


#: marks, each with the codes of the places its event is in
Placed = list[tuple[tuple[str, ...], Mark]]


@dataclass(frozen=True)
class _Kept:
    """A folded day: its marks with their places, and each shard's position."""

    until: int
    marks: Placed
    found: list[PastShard]


class Marks:
    """The marks of one store's days; call it in a thread."""

    def __init__(self, past: Past) -> None:
        self._past, self._lock = past, threading.Lock()
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def day(self, day: int, area: str = "") -> DayMarks:
        """The marks of a local day (YYYYMMDD), of the whole city or of one place.

        Raises: ``redis.RedisError``.
        """
        past = self._past
        local = past.site.rules.local
        start = local.start_of_day(day)
        end = local.start_of_day(local.day(start + 36 * 3_600_000))
        until = start + max(0, min(end, past.now() + 1) - start) // SLOT_MS * SLOT_MS
        marks = [mark for path, mark in self._folded(day, start, until) if _in(area, path)]
        marks += [
            _mark_of(line)
            for line in past.warnings.between(start, until)
            if line.what != "moved"
            and _in(area, (line.warning.code, *past.site.path(line.warning.code)))
        ]
        return DayMarks(day=day, start=start, end=end, until=until, slots=slots(marks, start))

    def _folded(self, day: int, start: int, until: int) -> Placed:
        """The marks of events from ``start`` until ``until`` (ms)."""
        if until <= start:
            return []
        with self._lock:
            kept = self._kept.pop(day, None)
            if kept is None or kept.until != until or self._stale(kept):
                kept = self._fold(start, until)
            self._kept[day] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept.marks

    def _stale(self, kept: _Kept) -> bool:
        pairs = zip(self._past.rewinders, kept.found, strict=True)
        return any(rewinder.changed(found, kept.until) for rewinder, found in pairs)

    def _fold(self, start: int, until: int) -> _Kept:
        by_event: dict[str, Placed] = {}

        def collect(before: EventState | None, turns: Sequence[Turn]) -> None:
            if not turns:
                return
            state = turns[-1].state
            later = [(state.place, mark) for mark in marks_of(before, turns, start, until)]
            # replayed from its first action: the marks collected so far are void
            earlier = [] if before is None else by_event.get(state.event_id, [])
            by_event[state.event_id] = earlier + later

        found: list[PastShard] = []
        for rewinder in self._past.rewinders:
            carried: PastShard | None = rewinder.at(start - 1)
            while carried is not None and carried.snapshot.at < until - 1:
                at = min(carried.snapshot.at + _PIECE_MS, until - 1)
                carried = rewinder.onward(carried, at, collect)
            if carried is None:  # the views were rebuilt meanwhile
                return self._fold(start, until)
            # its position is enough to know whether it is still true
            found.append(replace(carried, snapshot=Snapshot()))
        return _Kept(until, [one for marks in by_event.values() for one in marks], found)


def _in(area: str, path: Sequence[str]) -> bool:
    return not area or area in path


def _mark_of(line: Record) -> Mark:
    evidence = line.warning.evidence
    return Mark(
        at=line.at,
        what=line.what,
        category=line.warning.category,
        place=line.warning.code,
        observed=evidence.observed,
        expected=round(evidence.expected, 1),
    )
