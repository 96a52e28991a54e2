"""Recurrences: which closing was followed by another report of the same matter, and when.

In: facts of registrations and closings, in whatever order they arrive, and what was voided or put
back. Out: ``recur`` actions for the events that were closed. A closing recurs by the report that
makes it recur first; one that arrives late and would have been earlier takes it over, so that the
result does not depend on the order of arrival, in the past, too.

Of each grid and category three sorted sets: ``reports`` and ``closings`` (those that wait for a
report) by their own time, ``recurred`` (closings) by the moment at which they recurred. Voided
events stay in them, and are left out when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import redis

from dashboard.core.lifecycle.links import Fact, Noted, Voided, recurrence, recurs_at, voiding
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from data_sources.store.actions import ActionLog
from data_sources.store.keys import RECURRED, recurrence_index

_DAY_MS = 86_400_000
#: entries of an index read at a time
_PAGE = 16


class Recurrences:
    """Keeps the recurrence index and appends what follows from it.

    Actions are appended before the index is changed: killed in between, the same is appended twice,
    which changes nothing.
    """

    def __init__(self, r: redis.Redis, log: ActionLog, rules: Rules) -> None:
        self._r, self._log, self._rules = r, log, rules

    @property
    def _window(self) -> int:
        return self._rules.recurrence_days * _DAY_MS

    def note(self, fact: Fact) -> None:
        """Index a registration, a closing or a correction; append the recurrences it leads to."""
        place = fact.grid, fact.category
        report = Noted(fact.event_id, fact.reported_at, fact.ts, fact.known)
        closing = Noted(fact.event_id, fact.closed_at, fact.ts, fact.known)
        registered = fact.ts != fact.closed_at  # of a closing the report is in the index already
        if registered:
            self._r.zadd(_reports(place), {_member(report): report.at})
        for key in (_reports(place), _closings(place), _recurred(place)):
            self._r.zremrangebyscore(key, "-inf", fact.ts - 2 * self._window)
        own = self._log.states([fact.event_id])[fact.event_id]
        if own is not None and own.void is not None:
            if fact.closed_at:
                self._r.zadd(_closings(place), {_member(closing): closing.at})
            return
        if registered:
            self._reported(report, place)
        if fact.closed_at:
            self._closed(closing, place)

    def void(self, fact: Voided) -> None:
        """Append what others are to learn of an event that was voided or put back."""
        kind = Kind.VOID if fact.void else Kind.UNVOID
        for line in self._made(fact.event_id):
            closing = _of_line(line)
            if closing is None:
                continue
            earlier = closing.event_id
            self._log.append([voiding(fact.event_id, earlier, kind, fact.ts, fact.known, fact.why)])
            place = _place(self._log.states([earlier])[earlier])
            if fact.void and place is not None:
                self._r.zrem(_recurred(place), line)
                self._closed(closing, place)
        state = self._log.states([fact.event_id])[fact.event_id]
        place = _place(state)
        if not fact.void and state is not None and place is not None:
            self._put_back(fact, state, place)

    def _put_back(self, fact: Voided, state: EventState, place: tuple[str, str]) -> None:
        """What an event would have led to while it was void."""
        own = [note for note in self._all(_reports(place)) if note.event_id == fact.event_id]
        for report in own or [Noted(fact.event_id, state.reported_at, fact.ts, fact.known)]:
            self._reported(report, place)
        waiting = [n for n in self._all(_closings(place)) if n.event_id == fact.event_id]
        done = [n for n in self._all(_recurred(place)) if n.event_id == fact.event_id]
        for closing in (*waiting, *done):
            self._closed(closing, place)

    def _reported(self, report: Noted, place: tuple[str, str]) -> None:
        """Have the closings recur that wait for this report, or recurred later than by it."""
        low, high = report.at - self._window, f"({report.at}"
        waiting = list(self._between(_closings(place), low, high, place, report.event_id))
        found = [*waiting, *self._taken_over(report, place)]
        if found:
            self._log.append([self._recurs(closing, report) for closing in found])
            moments = {_line(closing): recurs_at(closing, report) for closing in found}
            self._r.zadd(_recurred(place), moments)
        if waiting:
            self._r.zrem(_closings(place), *map(_member, waiting))

    def _taken_over(self, report: Noted, place: tuple[str, str]) -> list[Noted]:
        """Closings that have recurred, but later than by ``report``: none if all is in order."""
        since = max(report.at, report.ts)
        raw = cast(
            list[tuple[bytes, float]],
            self._r.zrange(
                _recurred(place), cast(int, f"({since}"), cast(int, "+inf"),
                byscore=True, withscores=True,
            ),
        )  # fmt: skip
        found = [(note, at) for line, at in raw if (note := _of_line(line.decode())) is not None]
        later = [
            note
            for note, at in found
            if note.at < report.at <= note.at + self._window and recurs_at(note, report) < at
        ]
        return list(self._standing(later, place, report.event_id))

    def _closed(self, closing: Noted, place: tuple[str, str]) -> None:
        """Have a closing recur by the report that is the first to do so, or wait for one."""
        report = self._first(closing, place)
        if report is None:
            self._r.zadd(_closings(place), {_member(closing): closing.at})
            return
        line, moment = _line(closing), recurs_at(closing, report)
        was = self._r.zscore(_recurred(place), line)
        if was is None or float(was) > moment:
            self._log.append([self._recurs(closing, report)])
            self._r.zadd(_recurred(place), {line: moment})
        self._r.zrem(_closings(place), _member(closing))

    def _first(self, closing: Noted, place: tuple[str, str]) -> Noted | None:
        """The report by which a closing recurs first."""
        best: Noted | None = None
        low, high = f"({closing.at}", closing.at + self._window
        for report in self._between(_reports(place), low, high, place, closing.event_id):
            if best is not None and report.at >= recurs_at(closing, best):
                break
            if best is None or recurs_at(closing, report) < recurs_at(closing, best):
                best = report
        return best

    def _recurs(self, closing: Noted, report: Noted) -> Action:
        """The recurrence, noted by its report, so that it can be left out if that is voided."""
        made = {*self._made(report.event_id), _line(closing)}
        self._r.hset(RECURRED, report.event_id, "\n".join(sorted(made)))
        return recurrence(closing, report)

    def _made(self, report: str) -> list[str]:
        raw = cast(bytes | None, self._r.hget(RECURRED, report))
        return [] if raw is None else raw.decode().split("\n")

    def _between(
        self, key: str, low: int | str, high: int | str, place: tuple[str, str], but: str
    ) -> Iterator[Noted]:
        """Entries from ``low`` to ``high`` (ms) of events that count, without the event ``but``."""
        start = 0
        while True:
            found = cast(list[tuple[bytes, float]], self._r.zrange(
                key, cast(int, low), cast(int, high),
                byscore=True, withscores=True, offset=start, num=_PAGE,
            ))  # fmt: skip
            notes = [note for member, at in found if (note := _noted(member, at)) is not None]
            yield from self._standing(notes, place, but)
            if len(found) < _PAGE:
                return
            start += _PAGE

    def _standing(self, notes: list[Noted], place: tuple[str, str], but: str) -> Iterator[Noted]:
        """Those of events that are not void, and still of this grid and category."""
        states = self._log.states([note.event_id for note in notes])
        for note in notes:
            state = states[note.event_id]
            if state is None or state.void is not None or note.event_id == but:
                continue
            if (state.grid, state.category) == place:
                yield note

    def _all(self, key: str) -> Iterable[Noted]:
        """Every entry of an index, in order."""
        entries = cast(list[tuple[bytes, float]], self._r.zrange(key, 0, -1, withscores=True))
        for member, at in entries:
            note = _of_line(member.decode()) if b"|" in member else _noted(member, at)
            if note is not None:
                yield note


def _reports(place: tuple[str, str]) -> str:
    return recurrence_index("reports", *place)


def _closings(place: tuple[str, str]) -> str:
    return recurrence_index("closings", *place)


def _recurred(place: tuple[str, str]) -> str:
    return recurrence_index("recurred", *place)


def _place(state: EventState | None) -> tuple[str, str] | None:
    """The grid and category under which an event is indexed; None without either."""
    if state is None or not (state.grid and state.category):
        return None
    return state.grid, state.category


def _member(note: Noted) -> str:
    """An entry of ``reports`` or ``closings``; its score is the time ``at``, ms."""
    return f"{note.ts}:{note.known}:{note.event_id}"


def _noted(member: bytes, at: float) -> Noted | None:
    """The entry of a member; None for one that the linker has not written."""
    try:
        ts, known, event_id = member.decode().split(":", 2)
        return Noted(event_id, int(at), int(ts), int(known))
    except (ValueError, OverflowError):
        return None


def _line(closing: Noted) -> str:
    """A closing with its time: an entry of ``recurred``, and of what a report has made."""
    return f"{closing.at}|{_member(closing)}"


def _of_line(line: str) -> Noted | None:
    """The closing of a line; None for one that the linker has not written."""
    at, _, member = line.partition("|")
    try:
        return _noted(member.encode(), float(at))
    except ValueError:
        return None
