"""What stood out in a day of the past: folded once, kept while nothing new comes for it."""

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
from data_sources.past.rewinder import Found
from data_sources.surges.warnings import Record

#: a day is carried on in pieces, so that others get their turn
_PIECE_MS = 2 * 3_600_000
_KEPT = 12


class DayMarks(msgspec.Struct, kw_only=True):
    """A local day (YYYYMMDD) with its marks; it goes on until ``end`` (ms), or did so far."""

    day: int
    start: int
    end: int
    #: how far it is told: the domain's time on the running day
    until: int
    slots: list[Slot]


Told = list[tuple[tuple[str, ...], Mark]]


@dataclass(frozen=True)
class _Kept:
    """A folded day: its marks with their places, and how far each shard had been read."""

    until: int
    told: Told
    found: list[Found]


class Marks:
    """The marks of one store's days; to be called in a thread."""

    def __init__(self, past: Past) -> None:
        self._past, self._lock = past, threading.Lock()
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def day(self, day: int, area: str = "") -> DayMarks:
        """The marks of a day, of the city or of what lies in a place; raises ``redis.RedisError``.

        On the running day they are told up to the last full five minutes.
        """
        past = self._past
        local = past.site.rules.local
        start = local.start_of_day(day)
        end = local.start_of_day(local.day(start + 36 * 3_600_000))
        until = start + max(0, min(end, past.now() + 1) - start) // SLOT_MS * SLOT_MS
        told = [mark for path, mark in self._folded(day, start, until) if _in(area, path)]
        told += [
            _of(line)
            for line in past.standing.between(start, until)
            if _in(area, (line.warning.code, *past.site.path(line.warning.code)))
        ]
        return DayMarks(day=day, start=start, end=end, until=until, slots=slots(told, start))

    def _folded(self, day: int, start: int, until: int) -> Told:
        if until <= start:
            return []
        with self._lock:
            kept = self._kept.pop(day, None)
            if kept is None or kept.until != until or self._stale(kept):
                kept = self._fold(start, until)
            self._kept[day] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept.told

    def _stale(self, kept: _Kept) -> bool:
        pairs = zip(self._past.rewinders, kept.found, strict=True)
        return any(rewinder.changed(found, kept.until) for rewinder, found in pairs)

    def _fold(self, start: int, until: int) -> _Kept:
        heard: dict[str, Told] = {}

        def hear(before: EventState | None, turns: Sequence[Turn]) -> None:
            if not turns:
                return
            state = turns[-1].state
            fresh = [(state.place, mark) for mark in marks_of(before, turns, start, until)]
            # told from its beginning: what was heard of it until now is void
            earlier = [] if before is None else heard.get(state.event_id, [])
            heard[state.event_id] = earlier + fresh

        found: list[Found] = []
        for rewinder in self._past.rewinders:
            carried: Found | None = rewinder.at(start - 1)
            while carried is not None and carried.snapshot.at < until - 1:
                at = min(carried.snapshot.at + _PIECE_MS, until - 1)
                carried = rewinder.onward(carried, at, hear)
            if carried is None:  # all was made anew meanwhile
                return self._fold(start, until)
            # how far it had read is enough to know whether it is still true
            found.append(replace(carried, snapshot=Snapshot()))
        return _Kept(until, [one for told in heard.values() for one in told], found)


def _in(area: str, path: Sequence[str]) -> bool:
    return not area or area in path


def _of(line: Record) -> Mark:
    evidence = line.warning.evidence
    return Mark(
        at=line.at,
        what=line.what,
        category=line.warning.category,
        place=line.warning.code,
        observed=evidence.observed,
        expected=round(evidence.expected, 1),
    )
