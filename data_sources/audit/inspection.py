"""Recounts a store from its actions and reports every value that differs.

Nothing is stopped for it. Whatever is read from the store comes with the position at which it
was true, and is compared with the recount of the actions up to exactly there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import redis

from dashboard.config.rules.book import fingerprint
from dashboard.core.fold.recount import Recounted, event_of, members, recount
from dashboard.core.model.rules import Rules
from data_sources.audit.archived import Archive
from data_sources.audit.compare import Sidelines, compare_held, key_of
from data_sources.audit.recount import Limits, Received, Share, Unreadable
from data_sources.audit.report import KEPT, AuditReport, Findings
from data_sources.audit.store import Picture, Probe, Store, StoredEvents
from data_sources.audit.sums import Sums
from data_sources.errors import OtherRules
from data_sources.store import losses
from data_sources.store.aside import own, reason_of
from data_sources.store.connection import server_ms
from data_sources.store.keys import ShardKeys

#: how often an event is read again that moved in a sorted set meanwhile
_TRIES = 5
#: how often a shard is started over because its views were replaced meanwhile
_RESTARTS = 3


@dataclass
class _Shard:
    """The result of the audit of one shard."""

    findings: Findings
    position: str
    actions: int
    events: int
    passes: int
    moving: int


def audit(
    r: redis.Redis,
    shards: Sequence[ShardKeys],
    rules: Rules,
    limits: Limits | None = None,
    archive: Path | None = None,
) -> AuditReport:
    """Recount every shard and compare everything that folding has written.

    ``archive`` is the directory of the archived events' files. A difference is checked a second
    time before it is reported.

    Raises: `OtherRules` for a store that was folded under other rules; ``redis.RedisError``.
    """
    began, limits = time.monotonic(), limits or Limits()
    total, found = Findings(), []
    for keys in shards:
        one = _steady(r, keys, rules, limits, Findings(), archive)
        if not one.findings.even:
            again = _steady(r, keys, rules, limits, one.findings, archive)
            again.findings = _both(one.findings, again.findings)
            one = again
        total.take(one.findings)
        found.append(one)
    return AuditReport(
        checked_at=server_ms(r.time()),
        seconds=round(time.monotonic() - began, 3),
        position={keys.name: one.position for keys, one in zip(shards, found, strict=True)},
        actions=sum(one.actions for one in found),
        events=sum(one.events for one in found),
        passes=max((one.passes for one in found), default=0),
        count=total.count,
        differences=total.kept,
        moving=sum(one.moving for one in found),
        waiting=sum(
            max(0, int(r.xlen(keys.actions)) - one.actions)
            for keys, one in zip(shards, found, strict=True)
        ),
        lost=_lost(r, shards),
    )


def _lost(r: redis.Redis, shards: Sequence[ShardKeys]) -> dict[str, str]:
    """Shard → what it has lost: as noted, or as its own keys show."""
    out = {keys.name: losses.loss_of(losses.read_mark(r, keys)) for keys in shards}
    known = {**{shard: loss for shard, loss in out.items() if loss}, **losses.noted(r)}
    return {shard: f"{loss.kind}: {loss.was}, {loss.found}" for shard, loss in known.items()}


def _both(first: Findings, second: Findings) -> Findings:
    """The differences found twice, and the new ones in keys known as uneven."""
    if first.count > KEPT or second.count > KEPT:
        return second
    known = {difference.name for difference in first.kept}
    out = Findings(count=second.count - len(second.kept))
    for one in second.kept:
        # counters are named in the second look only, if their box was uneven in the first
        if one.name in known or one.key in first.uneven or one.kind in ("counter", "minute"):
            out.count += 1
            out.kept.append(one)
    return out


def _steady(
    r: redis.Redis,
    keys: ShardKeys,
    rules: Rules,
    limits: Limits,
    before: Findings,
    archive: Path | None,
) -> _Shard:
    """One look at a shard; started over if a rebuild has replaced its views meanwhile."""
    tries = 0
    while True:
        tries += 1
        epoch = r.hget(keys.meta, "epoch")
        found = _Inspection(r, keys, rules, limits, archive).run(before)
        if tries == _RESTARTS or r.hget(keys.meta, "epoch") == epoch:
            return found


class _Inspection:
    """One look at one shard."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        limits: Limits,
        archive: Path | None,
    ) -> None:
        self._r, self._keys, self._rules, self._limits = r, keys, rules, limits
        self._store = Store(r, keys, limits.fields)
        self._findings = Findings()
        self._unreadable = Unreadable()
        self._moving = 0
        #: events that cannot be folded: reported once, compared with nothing
        self._broken: set[str] = set()
        self._archive = Archive(r, keys, rules, archive, self._findings)

    def run(self, before: Findings) -> _Shard:
        """Inspect the shard; ``before`` has the findings of the first look."""
        self._check_rules()
        self._sums = Sums(self._keys, self._rules, self._findings, before.boxes)
        pictures = self._sums.take(self._store.pictures(), self._archive.count())
        passes = max(1, -(-int(self._r.xlen(self._keys.actions)) // self._limits.per_pass))
        for number in range(passes):
            share = Share(self._r, self._keys, number, passes, self._unreadable, self._limits)
            self._pass(share, pictures, before.uneven, first=number == 0)
        self._sums.compare()
        self._findings.boxes = self._sums.balance.uneven()
        numbers, last = self._sums.numbers, pictures[-1].position
        events = self._sums.events
        return _Shard(self._findings, last, numbers[-1], events, passes, self._moving)

    def _check_rules(self) -> None:
        rules = cast(bytes | None, self._r.hget(self._keys.meta, "rules"))
        if rules is not None and rules.decode() != fingerprint(self._rules):
            raise OtherRules(f"{self._keys.name}: folded under other rules; rebuild, or restart")

    def _pass(
        self, share: Share, pictures: Sequence[Picture], uneven: set[str], *, first: bool
    ) -> None:
        self._sums.numbers = []
        for picture in pictures:
            reached = share.read_to(picture.position)
            self._sums.numbers.append(reached.number)
            if first:
                for name, expected in (("read", reached.number), ("high", reached.high)):
                    found = int(picture.meta.get(name.encode(), 0))
                    if found != expected:
                        self._findings.add("meta", self._keys.meta, name, expected, found)
        swept = self._swept(share, uneven)
        mine = list(share.events)
        others = [event_id for event_id in swept if event_id not in share.events]
        refused: set[str] = set()
        for ids, known in ((mine, True), (others, False)):
            for start in range(0, len(ids), self._limits.chunk):
                chunk = ids[start : start + self._limits.chunk]
                refused |= self._compare(share, chunk, swept, summed=known)
                self._limits.rest()
        sidelines = Sidelines(self._store, self._keys, share, self._findings)
        sidelines.recent()
        unreadable = self._unreadable.up_to(share.position) if first else set()
        sidelines.refusals(refused | unreadable, self._limits.batch, first=first)

    def _swept(self, share: Share, uneven: set[str]) -> dict[str, set[Probe]]:
        """Events of this share in the ``uneven`` keys, each with its places."""
        out: dict[str, set[Probe]] = {}
        for key in uneven:
            for member in self._store.members(key):
                hashed = key in (self._keys.events, self._keys.trails)
                event_id = event_of(key.removeprefix(self._keys.prefix), member)
                if share.has(event_id):
                    probes = out.setdefault(event_id, set())
                    if not hashed:
                        probes.add((key, member))
        return out

    def _compare(
        self, share: Share, ids: list[str], swept: dict[str, set[Probe]], *, summed: bool
    ) -> set[str]:
        """Compare some events; returns the stream ids of their refused actions."""
        refused: set[str] = set()
        counted = {event_id: self._recount(share, event_id) for event_id in ids}
        if summed:
            for event_id in (one for one in ids if one not in self._broken):
                self._sums.add(share.events[event_id], counted[event_id][1])
        broken = self._sums.broken
        if broken & {self._keys.events, self._keys.trails}:
            return refused  # reported already; nothing can be read
        left, tries = [one for one in ids if one not in self._broken], 0
        while left and tries < _TRIES:
            tries += 1
            probes = {e: self._probes(e, counted[e][1]) | swept.get(e, set()) for e in left}
            wanted = [p for e in left for p in probes[e] if p[0] not in broken]
            held = self._store.held(left, wanted)
            share.read_to(held.position)
            moved = []
            for event_id in left:
                count = len(share.events.get(event_id, ()))
                if count != counted[event_id][0]:
                    counted[event_id] = self._recount(share, event_id)
                recounted = counted[event_id][1]
                if self._probes(event_id, recounted) <= probes[event_id]:
                    self._compare_one(event_id, recounted, held, probes[event_id], broken)
                    refused.update(recounted.refused)
                else:
                    moved.append(event_id)
            left = moved
        self._moving += len(left)
        return refused

    def _recount(self, share: Share, event_id: str) -> tuple[int, Recounted]:
        """How many actions an event has received so far, and their recount."""
        received: Sequence[Received] = share.events.get(event_id, ())
        try:
            return len(received), recount(self._rules, (one.item() for one in received))
        except Exception as error:
            if not own(error):
                raise
            reason = f"cannot be folded: {reason_of(error)}"
            self._findings.add("state", self._keys.events, event_id, "an event", reason)
            self._broken.add(event_id)
            return len(received), Recounted()

    def _probes(self, event_id: str, recounted: Recounted) -> set[Probe]:
        """Where to look for an event: where it should be, and in the city's own sets."""
        found = {(key_of(self._keys, n), m) for n, m in members(self._rules, recounted.state)}
        always = (self._keys.queue, self._keys.deadlines, self._keys.alerts)
        return found | {(key, event_id) for key in always}

    def _compare_one(
        self,
        event_id: str,
        recounted: Recounted,
        held: StoredEvents,
        probes: set[Probe],
        broken: set[str],
    ) -> None:
        """Compare one event's state, trail and scores with its recount."""
        state, trail = held.states[event_id], held.trails[event_id]
        if state is None and recounted.state is not None:
            state = self._archive.state(recounted.state)
        compare_held(self._findings, self._keys, event_id, recounted, state, trail)
        expected = {
            (key_of(self._keys, name), member): score
            for (name, member), score in members(self._rules, recounted.state).items()
        }
        for key, member in sorted(probes):
            if key in broken:
                continue
            wanted, found = expected.get((key, member)), held.scores[key, member]
            if wanted != found:
                kind = key.split(":")[1]
                self._findings.add(kind, key, member, wanted, found)
