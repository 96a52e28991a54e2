"""Reads one shard as it was at a moment: a checkpoint, and the actions to fold on top of it.

These are the indexed actions since the checkpoint, the late ones (for an earlier time, arrived
after it was made), and those not indexed yet. All are read up to one position. Never writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import msgspec
import redis
import structlog

from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action, ActionError, decode
from dashboard.core.model.names import escalation
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Mark, Outcome, fingerprint
from dashboard.core.past.snapshots import Moving, Observer, Snapshot, place
from data_sources.live.lanes import PAST
from data_sources.past import checkpoints
from data_sources.past.checkpoints import About
from data_sources.past.segments import (
    ALWAYS,
    HOUR,
    Entry,
    between,
    late_time,
    parsed,
    peek,
    read_after,
    read_spans,
    spans,
    time_of,
)
from data_sources.store.actions import TRAIL
from data_sources.store.aside import reason_of
from data_sources.store.keys import ShardKeys

log = structlog.get_logger("past")

#: events, and single actions, read at a time
_EVENTS = 500
_LOOK_UPS = 1000
#: more actions than this are folded event by event from the first action, to save memory
_MOST = 200_000
#: a snapshot is not carried on over more new actions than this
_MOST_NEW = 20_000
#: entries searched for the time of the first action
_FIRST = 20
_NOTHING = About(0, "0-0", 0, 0)


@dataclass(frozen=True)
class PastShard:
    """A shard at a moment; its actions were read up to ``position``."""

    snapshot: Snapshot
    position: str
    #: the shard's commits so far
    version: int
    #: the shard's entries that were read, the clock's too
    read: int = 0
    #: how often all views had been replaced
    epoch: int = 0


@dataclass(frozen=True)
class _Ground:
    """What to fold and onto what, read in one transaction."""

    base: Snapshot
    #: position the base was read up to; later entries for its time are late
    read: tuple[int, int]
    position: str
    version: int
    #: position up to which actions are indexed
    indexed: str
    #: entries folded by the projector that are not indexed
    behind: int
    runs: list[Any]
    late: list[Entry]
    #: the projector's own counts
    taken: int
    epoch: int


class Rewinder:
    """Reads one shard's past."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        stamp: str = "",
        aside: Callable[[str, Exception], None] | None = None,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        #: called with an event that cannot be folded, and the error
        self._aside = aside or _log_aside
        self._stamp = stamp or checkpoints.stamp(rules)

    def at(self, at: int, *, indexed: bool = False) -> PastShard:
        """The shard at ``at``, ms; ``indexed`` leaves out what is not in the index yet."""
        with PAST:
            return self._at(at, indexed=indexed)

    def _at(self, at: int, *, indexed: bool) -> PastShard:
        ground = self._ground(at, indexed=indexed)
        runs = between(parsed(ground.runs), ground.base.at, at)
        if sum(run.count for run in runs) + ground.behind > _MOST:
            snapshot = self._from_nothing(at, ground.position)
        else:
            snapshot = self._on_top(at, ground, self._delta(at, ground, runs))
        return PastShard(snapshot, ground.position, ground.version, ground.taken, ground.epoch)

    def onward(
        self, found: PastShard, at: int, observer: Observer | None = None
    ) -> PastShard | None:
        """``found``, which is taken over, carried on to a later moment ``at`` (ms).

        Actions that arrived since it was read are folded as well, whatever their time; ``observer``
        is called with each event's turns. None if too many have arrived, or the views were
        rebuilt: the shard must then be read from a checkpoint.
        """
        with PAST:
            return self._onward(found, at, observer)

    def _onward(self, found: PastShard, at: int, observer: Observer | None) -> PastShard | None:
        ground = self._read(at, _NOTHING, indexed=False, on=found)
        if ground is None or ground.behind > _MOST_NEW:
            return None
        runs = between(parsed(ground.runs), found.snapshot.at, at)
        snapshot = self._on_top(at, ground, self._delta(at, ground, runs), observer)
        return PastShard(snapshot, ground.position, ground.version, ground.taken, ground.epoch)

    def first(self) -> int | None:
        """About the time of the first action, ms; None if there is none."""
        pipe = self._r.pipeline(transaction=False)
        pipe.zrangebyscore(self._keys.runs, f"({ALWAYS}", "+inf", 0, 1, withscores=True)
        pipe.xrange(self._keys.actions, count=_FIRST)
        runs, entries = pipe.execute()
        times = [run.low for run in parsed(runs)]
        times += [seen.ts for _, fields in entries if (seen := peek(fields)) is not None]
        return min((at for at in times if at > ALWAYS), default=None)

    def changed(self, found: PastShard, before: int) -> bool:
        """Whether an action from before ``before`` (ms) has arrived since ``found``."""
        pipe = self._r.pipeline(transaction=True)
        pipe.hmget(self._keys.meta, ["position", "read", "epoch"])
        position, read, epoch = pipe.execute()[0]
        if int(epoch or 0) != found.epoch or int(read or 0) - found.read > _MOST_NEW:
            return True
        last = (position or b"0-0").decode()
        news = read_after(self._r, self._keys.actions, found.position, last)
        return any((seen := peek(fields)) is not None and seen.ts < before for _, fields in news)

    def _ground(self, at: int, *, indexed: bool) -> _Ground:
        """What to fold onto the newest usable checkpoint before ``at`` (ms)."""
        pipe = self._r.pipeline(transaction=True)
        pipe.hget(self._keys.past, "stamp")
        pipe.hgetall(self._keys.checkpoints)
        stamp, abouts = pipe.execute()
        valid = checkpoints.known(abouts) if stamp == self._stamp.encode() else []
        for about in reversed([a for a in valid if a.at <= at]):
            found = self._read(at, about, indexed=indexed)
            if found is not None:
                return found
            log.warning("checkpoint missing or damaged", shard=self._keys.name, at=about.at)
        found = self._read(at, _NOTHING, indexed=indexed)
        assert found is not None
        return found

    def _read(
        self, at: int, about: About, *, indexed: bool, on: PastShard | None = None
    ) -> _Ground | None:
        """What to fold onto a checkpoint, or onto ``on``.

        None if either is no longer usable.
        """
        keys, since = self._keys, about.at if on is None else on.snapshot.at
        pipe = self._r.pipeline(transaction=True)
        pipe.hmget(keys.meta, ["position", "seq", "read", "epoch"])
        pipe.hmget(keys.past, ["position", "read"])
        pipe.get(keys.checkpoint(about.at))
        pipe.hget(keys.checkpoints, str(about.at))
        pipe.zrangebyscore(keys.runs, f"({since}", at + HOUR, withscores=True)
        pipe.xrange(keys.late)
        meta, past, raw, about_now, runs, late = pipe.execute()
        position, seq, read = (meta[0] or b"0-0").decode(), int(meta[1] or 0), int(meta[2] or 0)
        here, count = (past[0] or b"0-0").decode(), int(past[1] or 0)
        epoch = int(meta[3] or 0)
        if on is not None:
            if epoch != on.epoch or place(position) < place(on.position):
                return None
            # from the earlier of the two: entries not indexed now, or not read then
            gap = min(here, on.position, key=place)
            behind = max(0, read - min(count, on.read))
            through = place(on.position)
            return _Ground(on.snapshot, through, position, seq, gap, behind, runs, [], read, epoch)
        base = Snapshot() if about is _NOTHING else checkpoints.unpack(raw)
        if base is None or (about is not _NOTHING and about_now is None):
            return None
        # the checkpoint may have been made again since; without one, no action is late
        known = [] if about_now is None else checkpoints.known({b"": about_now})
        through = place(known[0].position if known else position)
        if indexed:
            position, read = here, count
        behind = max(0, read - count)
        return _Ground(base, through, position, seq, here, behind, runs, late, read, epoch)

    def _delta(self, at: int, ground: _Ground, runs: list[Any]) -> dict[str, Action]:
        """Every action to fold, by its stream id; repeats are among them."""
        base, actions = ground.base.at, self._keys.actions
        out: dict[str, Action] = {}

        def take(entries: Iterable[Entry], since: int) -> None:
            for raw, fields in entries:
                PAST.breathe()
                seen = peek(fields)
                if seen is None or not since < seen.ts <= at:
                    continue
                if seen.ts <= base and place(raw.decode()) <= ground.read:
                    continue
                try:
                    out[raw.decode()] = decode(fields[b"a"])
                except ActionError:  # the projector has rejected it
                    continue

        take(read_spans(self._r, actions, spans(runs)), base)
        late = [
            entry.decode()
            for entry, fields in ground.late
            if late_time(fields) <= base and ground.read < place(entry.decode())
        ]
        take(read_spans(self._r, actions, [(e, e) for e in late]), 0)
        if ground.behind:
            take(read_after(self._r, actions, ground.indexed, ground.position), 0)
        return out

    def _on_top(
        self, at: int, ground: _Ground, delta: dict[str, Action], observer: Observer | None = None
    ) -> Snapshot:
        """The base with the actions folded on top."""
        base = ground.base
        since, held = base.at, frozenset(base.held)
        moving = Moving(self._rules, base, at, observer)
        ids = list(dict.fromkeys(action.event_id for action in delta.values()))
        for start in range(0, len(ids), _LOOK_UPS):
            chunk = ids[start : start + _LOOK_UPS]
            trails = cast(list[bytes | None], self._r.hmget(self._keys.trails, chunk))
            work: list[tuple[str, list[Mark], list[Mark], bool]] = []
            for event_id, raw in zip(chunk, trails, strict=True):
                marks = self._marks(event_id, raw)
                # only those the projector has folded: one that is missing is a repeat
                new = [mark for mark in marks if mark.entry in delta]
                late = any(time_of(delta[mark.entry]) <= since for mark in new)
                before: list[Mark] = []
                if late or event_id not in held:
                    before = [
                        mark
                        for mark in marks
                        if (mark.ts <= since or _may_void(mark))
                        and place(mark.entry) <= ground.read
                        and not _of_clock(event_id, mark)
                    ]
                if new:
                    work.append((event_id, new, before, late))
            known = self._look_up([mark.entry for _, _, before, _ in work for mark in before])
            for event_id, new, before, late in work:
                PAST.breathe()
                folded = _items(before, known, since)
                moving.take(event_id, _items(new, delta, at), folded, late=late)
        return self._finished(moving)

    def _from_nothing(self, at: int, position: str) -> Snapshot:
        """Every event folded from its first action, a few events at a time; may take long."""
        moving, through = Moving(self._rules, Snapshot(), at), place(position)
        for chunk in self._trails():
            work = {
                event_id: [
                    mark
                    for mark in marks
                    if (mark.ts <= at or _may_void(mark))
                    and place(mark.entry) <= through
                    and not _of_clock(event_id, mark)
                ]
                for event_id, marks in chunk.items()
            }
            found = self._look_up([mark.entry for marks in work.values() for mark in marks])
            for event_id, marks in work.items():
                PAST.breathe()
                if items := _items(marks, found, at):
                    moving.take(event_id, items, late=False)
        return self._finished(moving)

    def _finished(self, moving: Moving) -> Snapshot:
        found = moving.finish()
        for event_id, error in moving.broken.items():
            self._aside(event_id, error)
        return found

    def _marks(self, event_id: str, raw: bytes | None) -> tuple[Mark, ...]:
        """An event's marks; none for one that is not known, or whose trail cannot be read."""
        if raw is None:
            return ()
        try:
            return TRAIL.decode(raw)
        except msgspec.DecodeError as error:
            self._aside(event_id, error)
            return ()

    def _trails(self) -> Iterator[dict[str, tuple[Mark, ...]]]:
        """Every event's marks, once."""
        seen: set[str] = set()
        pairs = self._r.hscan_iter(self._keys.trails, count=_EVENTS)
        while chunk := dict(islice(pairs, _EVENTS)):
            found = {raw.decode("utf-8", "replace"): marks for raw, marks in chunk.items()}
            yield {e: self._marks(e, marks) for e, marks in found.items() if e not in seen}
            seen |= found.keys()

    def _look_up(self, entries: Sequence[str]) -> dict[str, Action]:
        """Single actions by their stream ids."""
        out: dict[str, Action] = {}
        for start in range(0, len(entries), _LOOK_UPS):
            pipe = self._r.pipeline(transaction=False)
            for entry in entries[start : start + _LOOK_UPS]:
                pipe.xrange(self._keys.actions, entry, entry)
            for reply in pipe.execute():
                PAST.breathe()
                for raw, fields in reply:
                    with suppress(ActionError, KeyError):  # not an action: the fold left it out
                        out[raw.decode()] = decode(fields[b"a"])
        return out


def _log_aside(event_id: str, error: Exception) -> None:
    log.error("event left out of the past", item=event_id, reason=reason_of(error))


def _items(marks: Iterable[Mark], actions: dict[str, Action], until: int) -> list[Item]:
    """Marks as items known at their own time, for no month was closed by then.

    Only those for a time up to ``until`` (ms), and what voids an event, which holds for all times.
    """
    found = ((mark.entry, actions.get(mark.entry)) for mark in marks)
    return [
        Item(entry, action, action.ts)
        for entry, action in found
        if action is not None and time_of(action) <= until
    ]


def _may_void(mark: Mark) -> bool:
    """Whether the mark may be of what voids an event, which only its action shows."""
    return mark.outcome in (Outcome.APPLIED, Outcome.FORWARDED)


def _of_clock(event_id: str, mark: Mark) -> bool:
    """Whether the mark is of the deadline clock's own action, which need not be read."""
    return mark.outcome is Outcome.TIME and mark.name == fingerprint(escalation(event_id, mark.ts))
