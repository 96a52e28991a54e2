"""What one shard's wall is made of at a moment, and how to carry it on to a later one. Pure.

A ``Snapshot`` holds the sums a wall shows on its day and the states of the events that can
still change by themselves. Other events that receive an action are folded again from all that
they received, so its size is bounded by places and open events, not by history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from heapq import nlargest
from typing import TypeVar

import msgspec

from dashboard.core.fold import view_names, views
from dashboard.core.fold.views import Recent, line
from dashboard.core.lifecycle.replay import Item, Turn, carry
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.names import escalation
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from dashboard.core.wall.minutes import trend_days

#: more than a wall shows, as a late arrival may take some of them away
LINES_KEPT = 60
_LINES_PRUNED = 2000
_Field = TypeVar("_Field", int, str)


#: called with an event's state before, and its changes between two moments
Observer = Callable[[EventState | None, Sequence[Turn]], None]


class Line(msgspec.Struct, array_like=True, frozen=True):
    """Something that happened, for the ticker; the first four fields give the order."""

    ts: int
    #: fell due, rather than was done
    timed: bool
    place: tuple[int, int]
    event_id: str
    seq: str
    recent: Recent

    @property
    def order(self) -> tuple[int, bool, tuple[int, int], str]:
        return self.ts, self.timed, self.place, self.event_id


class Snapshot(msgspec.Struct, kw_only=True):
    """A shard at ``at`` (ms): everything with a time up to then is folded, and time has passed."""

    at: int = 0
    #: actions folded so far, those of the clock not counted
    folded: int = 0
    #: view → field → n, see :func:`wanted`
    sums: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    #: series of minutes, and of ten minutes of places: view → minute or slot → n
    minutes: dict[str, dict[int, int]] = msgspec.field(default_factory=dict)
    #: events that are open or for which something will fall due
    held: dict[str, EventState] = msgspec.field(default_factory=dict)
    #: when it will, ms
    due: dict[str, int] = msgspec.field(default_factory=dict)
    #: actions of held events that are not lawful yet, with their entries, see
    #: :mod:`dashboard.core.lifecycle.replay`
    waiting: dict[str, list[tuple[str, Action]]] = msgspec.field(default_factory=dict)
    #: what happened last, the newest first
    lines: list[Line] = msgspec.field(default_factory=list)

    def copy(self) -> Snapshot:
        """One of its own to carry on; the states, which never change, are shared."""
        return msgspec.structs.replace(
            self,
            sums={name: dict(found) for name, found in self.sums.items()},
            minutes={name: dict(found) for name, found in self.minutes.items()},
            held=dict(self.held),
            due=dict(self.due),
            waiting=dict(self.waiting),
        )


def place(entry: str) -> tuple[int, int]:
    """A stream entry's id as a pair that sorts."""
    ms, _, number = entry.partition("-")
    return int(ms), int(number or 0)


def wanted(local: LocalTime, at: int) -> tuple[frozenset[str], frozenset[str]]:
    """The views that a wall at ``at`` shows: sums, and series of minutes.

    Those of them that had begun at an earlier moment were wanted then, too.
    """
    day = local.day(at)
    sums = {view_names.place(tier) for tier in views.TIERS}
    sums |= {view_names.COUNT, view_names.day_levels(day), view_names.place_day_levels(day)}
    for subject in views.SUBJECTS:
        sums |= {view_names.score(subject, day // 100), view_names.score_day(subject, day)}
    minutes = {
        view_names.minute(metric, when)
        for when in trend_days(local, at)
        for metric in views.MINUTE_METRICS
    }
    return frozenset(sums), frozenset(minutes)


class Moving:
    """Carries a snapshot on to a later moment; takes it over and changes it."""

    def __init__(
        self, rules: Rules, base: Snapshot, at: int, observer: Observer | None = None
    ) -> None:
        # cells are counted from the open events at the end
        self._rules, self._since, self._at = replace(rules, cell_zooms=()), base.at, at
        self._sums, self._minutes = wanted(rules.local, at)
        # the days of slots: the counties and townships that have them are not listed anywhere
        self._days = frozenset(trend_days(rules.local, at))
        self._here = base
        base.sums = {name: base.sums.get(name, {}) for name in self._sums}
        slots = {name: found for name, found in base.minutes.items() if self._slot(name)}
        base.minutes = slots | {name: base.minutes.get(name, {}) for name in self._minutes}
        self._observer = observer
        self._waiting = [event_id for event_id, due in base.due.items() if due <= at]
        self._taken: set[str] = set()
        self._redone: set[str] = set()
        self._lines: list[Line] = []
        #: events that could not be folded, with the error
        self.broken: dict[str, Exception] = {}

    def take(
        self, event_id: str, fresh: Sequence[Item], before: Sequence[Item] = (), *, late: bool
    ) -> None:
        """Move an event that received actions; call it once for each event.

        ``fresh`` is what the snapshot has not folded, for the time up to the new moment;
        ``late``: for the time before the old one, too. ``before`` is what it has folded;
        needed if the event is not held or ``late``. Both in order of arrival. An event that
        cannot be folded stays as it was, and is named in ``broken``.
        """
        try:
            self._take(event_id, fresh, before, late=late)
        except Exception as error:  # noqa: BLE001 - one event's trouble is not the others'
            self.broken[event_id] = error

    def _take(
        self, event_id: str, fresh: Sequence[Item], before: Sequence[Item], *, late: bool
    ) -> None:
        here = self._here
        self._taken.add(event_id)
        here.folded += len(fresh)
        old = here.held.get(event_id)
        left = here.waiting.pop(event_id, ()) if old is not None else ()
        waiting = [Item(entry, action, action.ts) for entry, action in left]
        if old is None and before:
            old, _ = carry(self._rules, None, before, self._since, waiting=waiting)
        turns: list[Turn] = []
        if late:
            self._redone.add(event_id)
            whole = sorted([*before, *fresh], key=lambda item: place(item.entry))
            waiting = []
            new, due = carry(self._rules, None, whole, self._at, turns, waiting)
        else:
            # what voids an event holds for all times, and may have come before its report
            voids = [] if old is not None else [item for item in before if item.action.voids]
            new, due = carry(self._rules, old, [*voids, *fresh], self._at, turns, waiting)
        if self._observer is not None:
            self._observer(None if late else old, turns)
        self._count(new, old)
        here.held.pop(event_id, None)
        here.due.pop(event_id, None)
        if new is not None and (new.open or due is not None):
            here.held[event_id] = new
            if due is not None:
                here.due[event_id] = due
            if still := [(i.entry, i.action) for i in waiting if i.action.latest > self._at]:
                here.waiting[event_id] = still
        self._note(event_id, turns)

    def finish(self) -> Snapshot:
        """The snapshot at the new moment, once every event that received something was taken."""
        for event_id in self._waiting:
            if event_id not in self._taken:
                self.take(event_id, (), late=False)
        here = self._here
        stay = (one for one in here.lines if one.event_id not in self._redone)
        here.lines = _newest([*stay, *self._lines])
        here.waiting = {
            event_id: left
            for event_id, left in here.waiting.items()
            if any(action.latest > self._at for _, action in left)
        }
        here.at = self._at
        return here

    def _count(self, new: EventState | None, old: EventState | None) -> None:
        if new is not None:
            delta = views.change(self._rules, new, old)
        else:
            delta = views.difference({}, views.part(self._rules, old))
        for (view, field), amount in delta.items():
            if isinstance(field, int):
                if view in self._minutes or self._slot(view):
                    _add(self._here.minutes.setdefault(view, {}), field, amount)
            elif view in self._sums:
                _add(self._here.sums[view], field, amount)

    def _slot(self, view: str) -> bool:
        found = view_names.slot_of(view)
        return found is not None and found[1] in self._days

    def _note(self, event_id: str, turns: Iterable[Turn]) -> None:
        for turn in turns:
            item, state = turn.item, turn.state
            kind = Kind.ESCALATE if item is None else item.action.kind
            recent = line(turn.at, kind, state)
            seq = escalation(event_id, turn.at) if item is None else item.entry
            where = (0, 0) if item is None else place(item.entry)
            self._lines.append(Line(turn.at, item is None, where, event_id, seq, recent))
        if len(self._lines) > _LINES_PRUNED:
            self._lines = _newest(self._lines)


def _newest(lines: Iterable[Line]) -> list[Line]:
    return nlargest(LINES_KEPT, lines, key=lambda one: one.order)


def _add(into: dict[_Field, int], field: _Field, amount: int) -> None:
    total = into.get(field, 0) + amount
    if total:
        into[field] = total
    else:
        into.pop(field, None)
