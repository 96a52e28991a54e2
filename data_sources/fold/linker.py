"""The linker: turns the consequences of one event for another into actions, across shards.

An action addressed to a merged event goes to the survivor; a matter reported again in the same
grid and category becomes a recurrence of the event closed before. The projector writes both to
each shard's links stream, the linker appends them as actions, with ids that make a repeat harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.lifecycle.links import Fact, Noted, Voided, recurrence, voiding
from dashboard.core.model.actions import Action, Kind, decode
from dashboard.core.model.rules import Rules
from data_sources.store.actions import ActionLog
from data_sources.store.aside import Aside
from data_sources.store.connection import connect
from data_sources.store.keys import LINKED, RECURRED, ShardKeys, recurrence_index, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import stop_on_signals, work_leased

log = structlog.get_logger("linker")

#: links carried at a time
_BATCH = 500
_PERIOD_S = 0.2
_DAY_MS = 86_400_000
#: entries of the recurrence index read at a time
_PAGE = 16
_FACT = msgspec.json.Decoder(Fact)
_VOIDED = msgspec.json.Decoder(Voided)
#: links kept in the stream after they were carried, for people to look at
_KEPT = 10_000


class Linker:
    """Carries the links of all shards; the lease keeps it to one process at a time."""

    def __init__(self, r: redis.Redis, parts: list[ShardKeys], rules: Rules) -> None:
        self._r, self._parts, self._rules = r, parts, rules
        self._log = ActionLog(r, len(parts), rules)
        self._lease = Lease(r, parts[0], "linker")
        self._asides = {keys.name: Aside(r, keys, "linker") for keys in parts}

    def run(self, stop: Event) -> None:
        """Carry links until ``stop`` is set."""
        work_leased(self._lease, self.carry_once, stop, _PERIOD_S)

    def carry_once(self) -> int:
        """Carry up to a batch of each shard; returns the number of links."""
        return sum(self._carry(keys) for keys in self._parts)

    def _carry(self, keys: ShardKeys) -> int:
        position = cast(bytes | None, self._r.hget(LINKED, keys.name)) or b"0-0"
        entries = cast(
            list[tuple[bytes, dict[bytes, bytes]]],
            self._r.xrange(keys.links, b"(" + position, "+", _BATCH),
        )
        if not entries:
            return 0
        actions: list[Action] = []
        for entry, fields in entries:
            try:
                if b"a" in fields:
                    actions.append(decode(fields[b"a"]))
                elif b"v" in fields:
                    actions += self._void(_VOIDED.decode(fields[b"v"]))
                else:
                    actions += self._linked(_FACT.decode(fields[b"f"]))
            except Exception as error:  # noqa: BLE001 - one link's trouble is not the others'
                self._asides[keys.name].put(f"link {entry.decode()}", error)
        if actions:
            self._log.append(actions)
        # only now: a kill before this carries the same again, which changes nothing
        self._r.hset(LINKED, keys.name, entries[-1][0])
        if len(entries) < _BATCH:  # else the oldest of what waits would be cut
            self._r.xtrim(keys.links, maxlen=_KEPT, approximate=True)
        return len(entries)

    def _linked(self, fact: Fact) -> list[Action]:
        """Index the fact; returns the recurrences that follow from a closing.

        Those that follow from a report are appended here.
        """
        window = self._rules.recurrence_days * _DAY_MS
        reports = recurrence_index("reports", fact.grid, fact.category)
        closings = recurrence_index("closings", fact.grid, fact.category)
        report = Noted(fact.event_id, fact.reported_at, fact.ts, fact.known)
        own = self._log.states([fact.event_id])[fact.event_id]
        if own is not None and own.void is not None:
            return []  # put back, it is looked at again
        if fact.ts != fact.closed_at:  # the report is in the index since the registration
            self._r.zadd(reports, {_member(report): report.at})
        for key in (reports, closings):
            self._r.zremrangebyscore(key, "-inf", fact.ts - 2 * window)
        before = list(self._between(closings, report.at - window, f"({report.at}", fact))
        repeated = [self._recurs(closing, report) for closing in before]
        if repeated:
            # first the action, then the index: killed in between, it is appended twice
            self._log.append(repeated)
            self._r.zrem(closings, *map(_member, before))
        if not fact.closed_at:
            return []
        closing = Noted(fact.event_id, fact.closed_at, fact.ts, fact.known)
        later = next(self._between(reports, f"({closing.at}", closing.at + window, fact), None)
        if later is not None:
            return [self._recurs(closing, later)]
        self._r.zadd(closings, {_member(closing): closing.at})
        return []

    def _recurs(self, closing: Noted, report: Noted) -> Action:
        """The recurrence, noted by its report, so that it can be left out if that is voided."""
        made = {*self._made(report.event_id), _line(closing)}
        self._r.hset(RECURRED, report.event_id, "\n".join(sorted(made)))
        action = recurrence(closing, report)
        if self._log.known([action])[0]:  # of a report that was voided
            action = recurrence(closing, report, instead=True)
        return action

    def _made(self, report: str) -> list[str]:
        raw = cast(bytes | None, self._r.hget(RECURRED, report))
        return [] if raw is None else raw.decode().split("\n")

    def _void(self, fact: Voided) -> list[Action]:
        """What events whose recurrence a voided event was must learn; what recurs in its place."""
        kind = Kind.VOID if fact.void else Kind.UNVOID
        out: list[Action] = []
        for line in self._made(fact.event_id):
            at, _, member = line.partition("|")
            closing = _noted(member.encode(), float(at or 0))
            if closing is None:
                continue
            earlier = closing.event_id
            out.append(voiding(fact.event_id, earlier, kind, fact.ts, fact.known, fact.why))
            if fact.void:
                out += self._closed_before(closing)
        state = self._log.states([fact.event_id])[fact.event_id]
        if not fact.void and state is not None and state.grid and state.category:
            whole = Fact(
                *(state.event_id, state.grid, state.category),
                *(state.reported_at, state.closed_at, fact.ts, fact.known),
            )
            out += self._linked(whole)
        return out

    def _closed_before(self, closing: Noted) -> list[Action]:
        """The next recurrence of a closing; without one it waits in the index again."""
        state = self._log.states([closing.event_id])[closing.event_id]
        if state is None or not (state.grid and state.category):
            return []
        window = self._rules.recurrence_days * _DAY_MS
        place = (state.grid, state.category)
        reports, closings = (recurrence_index(k, *place) for k in ("reports", "closings"))
        like = Fact(closing.event_id, *place, state.reported_at, closing.at, 0, 0)
        later = next(self._between(reports, f"({closing.at}", closing.at + window, like), None)
        if later is not None:
            return [self._recurs(closing, later)]
        self._r.zadd(closings, {_member(closing): closing.at})
        return []

    def _between(self, key: str, low: int | str, high: int | str, like: Fact) -> Iterator[Noted]:
        """Other events' entries from ``low`` to ``high`` (ms), same grid and category."""
        start = 0
        while True:
            found = cast(list[tuple[bytes, float]], self._r.zrange(
                key, cast(int, low), cast(int, high),
                byscore=True, withscores=True, offset=start, num=_PAGE,
            ))  # fmt: skip
            notes = [note for member, at in found if (note := _noted(member, at)) is not None]
            states = self._log.states([note.event_id for note in notes])
            for note in notes:
                state = states[note.event_id]
                if state is None or state.void is not None:
                    continue
                here = (state.grid, state.category)
                if here == (like.grid, like.category) and note.event_id != like.event_id:
                    yield note
            if len(found) < _PAGE:
                return
            start += _PAGE


def _member(note: Noted) -> str:
    """An entry of the recurrence index; its score is the time ``at``, ms."""
    return f"{note.ts}:{note.known}:{note.event_id}"


def _noted(member: bytes, at: float) -> Noted | None:
    """The entry of a member; None for one that the linker has not written."""
    try:
        ts, known, event_id = member.decode().split(":", 2)
        return Noted(event_id, int(at), int(ts), int(known))
    except (ValueError, OverflowError):
        return None


def _line(closing: Noted) -> str:
    """A closing that has recurred, as it is noted by the report."""
    return f"{closing.at}|{_member(closing)}"


def run(settings: Settings, url: str, stop: Event | None = None) -> None:
    """Carry the links of the store at ``url`` until ``stop`` or a signal."""
    stop = stop or stop_on_signals()
    Linker(connect(url), shards(settings.shards), rules_for(settings)).run(stop)
