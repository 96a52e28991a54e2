"""The keeper: indexes a shard's actions by time and makes checkpoints, in the background.

It follows the projector and never holds it up. Every step is one write, all of it or nothing, and
only while the lease is held. So it may be killed at any time: the next keeper reads from Redis how
far the last one got.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from dashboard.core.past.snapshots import Snapshot, place
from data_sources.errors import LeaseLost
from data_sources.past import checkpoints
from data_sources.past.checkpoints import About, pack, pack_about
from data_sources.past.rewinder import Rewinder
from data_sources.past.segments import (
    ALWAYS,
    Entry,
    Run,
    late_time,
    parsed,
    peek,
    read_after,
    runs_of,
)
from data_sources.store import domain_clock, lua
from data_sources.store.aside import Aside
from data_sources.store.beating import pause
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import Troubles, run_each, stop_on_signals

log = structlog.get_logger("keeper")

#: actions between two checkpoints: what is folded for a picture, half of them on average
EVERY = 2_000
#: for the checkpoints of all shards together, MB
MEMORY_MB = 128
#: how long after a moment nearly all actions of it have arrived, ms
SETTLED_MS = 5 * 60_000
#: late actions after which the checkpoints are brought up to date, and after which it is
#: cheaper to make the affected ones from scratch
LATE, MANY_LATE = 2000, 20_000
#: entries indexed at a time, and runs looked at for the next checkpoint
_BATCH = 2000
_RUNS = 5000
_PERIOD_S = 1.0
#: making a checkpoint takes about a second
_LEASE_MS = 15_000
_RENEW_S = 1.0

Value = str | int | bytes
#: a Redis command: its name, key, values
Command = tuple[str, str, Sequence[Value]]


def run(
    settings: Settings, url: str, stop: Event | None = None, memory_mb: int = MEMORY_MB
) -> None:
    """Keep the past of every shard at ``url`` until ``stop`` or a signal."""
    stop, rules = stop or stop_on_signals(), rules_for(settings)
    parts = shards(settings.shards)
    budget = (memory_mb << 20) // len(parts)
    run_each(lambda keys: Keeper(connect(url), keys, rules, budget=budget).run(stop), parts, stop)


def keep_all(r: redis.Redis, parts: Iterable[ShardKeys], rules: Rules, every: int = EVERY) -> int:
    """Do all steps that are due now; returns how many there were."""
    steps = 0
    for keys in parts:
        keeper = Keeper(r, keys, rules, every=every)
        if keeper.acquire():
            while keeper.step():
                steps += 1
            keeper.release()
    return steps


class Keeper:
    """Maintains the index and the checkpoints of one shard; ``budget`` in bytes."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        *,
        every: int = EVERY,
        budget: int = MEMORY_MB << 20,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        self._every, self._budget = every, budget
        self._stamp = checkpoints.stamp(rules)
        self._past = Rewinder(r, keys, rules, self._stamp, Aside(r, keys, "keeper").put)
        self._lease = Lease(r, keys, "keeper", _LEASE_MS)
        self._writer = Writer(r, keys, self._lease)
        self._here = "0-0"
        self._renewed = 0.0

    def run(self, stop: Event) -> None:
        """Follow the projector until ``stop`` is set; waits while another holds the lease."""
        troubles = Troubles("keeper", stop)
        while not stop.is_set():
            busy = False
            try:
                busy = self._holds_lease() and self.step()
                troubles.over()
            except LeaseLost as lost:
                log.warning("lease lost", reason=str(lost))
                self._lease.token = 0
            except redis.RedisError as error:
                self._lease.token = 0
                troubles.met(error)
            if not busy:
                pause(stop, _PERIOD_S)
        self.release()

    def acquire(self) -> bool:
        """Take the lease if it is free, and start at the index's position.

        False if it is taken.
        """
        if not self._lease.acquire():
            return False
        here, stamp = cast(
            list[bytes | None], self._r.hmget(self._keys.past, ["position", "stamp"])
        )
        self._here, self._renewed = (here or b"0-0").decode(), time.monotonic()
        if stamp != self._stamp.encode():  # made under other rules: no longer valid
            self._writer.drop(self._here, [about.at for about in self._known()])
            self._writer.forget_late(self._here)
            self._writer.restamp(self._here, self._stamp)
        return True

    def release(self) -> None:
        """Give the lease back, so that another keeper can go on at once."""
        self._lease.give_back()

    def step(self) -> bool:
        """Index a batch, or update or make checkpoints; False if there was nothing to do."""
        late = self._r.xlen(self._keys.late)
        if late < MANY_LATE and self._index():
            return True
        if late >= LATE:
            self._catch_up()
            return True
        return self._make_next()

    def _holds_lease(self) -> bool:
        if not self._lease.token:
            return self.acquire()
        if time.monotonic() - self._renewed < _RENEW_S:
            return True
        self._renewed = time.monotonic()
        return self._lease.renew()

    def _known(self) -> list[About]:
        return checkpoints.known(cast(dict[bytes, bytes], self._r.hgetall(self._keys.checkpoints)))

    def _index(self) -> bool:
        """Index a batch of the actions that the projector has folded.

        False if there are none.
        """
        position = cast(bytes | None, self._r.hget(self._keys.meta, "position"))
        if position is None or position.decode() == self._here:
            return False
        entries = list(
            islice(read_after(self._r, self._keys.actions, self._here, position.decode()), _BATCH)
        )
        if not entries:
            return False
        found = [(number, *seen) for number, seen in enumerate(map(_time, entries)) if seen]
        last = max((about.at for about in self._known()), default=0)
        after = entries[-1][0].decode()
        late = [(entry, ts) for _, entry, ts in found if ts <= last]
        self._writer.index(self._here, after, len(entries), runs_of(found), late)
        self._here = after
        return True

    def _make_next(self) -> bool:
        """Make the next checkpoint if it is due, delete those no longer needed."""
        feed, server = domain_clock.read(self._r)
        until, known = feed.safe(server) - SETTLED_MS, self._known()
        last = known[-1].at if known else 0
        replies = cast(
            list[tuple[bytes, float]],
            self._r.zrangebyscore(
                self._keys.runs, f"({max(last, ALWAYS)}", "+inf", 0, _RUNS, withscores=True
            ),
        )
        if not replies or until <= 0:
            return False
        more = len(replies) == _RUNS
        at = checkpoints.next_time(
            self._rules.local, parsed(replies), last, until, self._every, more=more
        )
        if at is None:
            return False
        known.append(self._make(at))
        gone = checkpoints.thinned(known, until, self._every, self._budget)
        if gone:
            self._writer.drop(self._here, gone)
        return True

    def _make(self, at: int) -> About:
        began = time.monotonic()
        found = self._past.at(at, indexed=True)
        about = self._writer.store(self._here, found.snapshot, found.position)
        log.info(
            "checkpoint",
            shard=self._keys.name,
            at=self._rules.local.iso(at),
            bytes=about.size,
            seconds=round(time.monotonic() - began, 2),
        )
        return about

    def _catch_up(self) -> None:
        """Bring every checkpoint up to date with the late actions."""
        entries = cast(list[Entry], self._r.xrange(self._keys.late))
        late = [(place(entry.decode()), late_time(fields)) for entry, fields in entries]
        known = self._known()
        if len(late) >= MANY_LATE:
            since = min(ts for _, ts in late)
            self._writer.drop(self._here, [about.at for about in known if about.at >= since])
            known = [about for about in known if about.at < since]
        for about in known:
            read = place(about.position)
            if any(read < where and ts <= about.at for where, ts in late):
                self._make(about.at)
                self._holds_lease()
            else:
                moved = msgspec.structs.replace(about, position=self._here)
                self._writer.note(self._here, [moved])
        self._writer.forget_late(self._here)


class Writer:
    """Writes one shard's index and checkpoints."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, lease: Lease) -> None:
        self._keys, self._lease = keys, lease
        self._script = lua.script(r, "past/keeper_step")

    def index(
        self,
        before: str,
        after: str,
        read: int,
        runs: Iterable[Run],
        late: Iterable[tuple[str, int]],
    ) -> None:
        """Move the index on by ``read`` entries.

        ``late`` has (id, time in ms) of late actions.
        """
        keys = self._keys
        step: list[Command] = [("ZADD", keys.runs, (run.high, run.member)) for run in runs]
        step += [("XADD", keys.late, (entry, "t", ts)) for entry, ts in late]
        step += [("HSET", keys.past, ("position", after)), ("HINCRBY", keys.past, ("read", read))]
        self._do(before, step)

    def store(self, here: str, snapshot: Snapshot, position: str) -> About:
        """Store a checkpoint read up to ``position``, in place of an older one."""
        raw, at = pack(snapshot), snapshot.at
        about = About(at, position, snapshot.folded, len(raw))
        step: list[Command] = [
            ("SET", self._keys.checkpoint(at), (raw,)),
            ("HSET", self._keys.checkpoints, (at, pack_about(about))),
        ]
        self._do(here, step)
        return about

    def note(self, here: str, abouts: Iterable[About]) -> None:
        """Store the descriptions of checkpoints."""
        self._do(here, [("HSET", self._keys.checkpoints, (a.at, pack_about(a))) for a in abouts])

    def drop(self, here: str, times: Sequence[int]) -> None:
        """Delete the checkpoints of these moments (ms)."""
        step: list[Command] = [("DEL", self._keys.checkpoint(at), ()) for at in times]
        self._do(here, [*step, *(("HDEL", self._keys.checkpoints, (at,)) for at in times)])

    def forget_late(self, here: str) -> None:
        """Empty the stream of late actions, once every checkpoint has them."""
        self._do(here, [("XTRIM", self._keys.late, ("MAXLEN", 0))])

    def restamp(self, here: str, stamp: str) -> None:
        """Note the stamp under which checkpoints are made from now on."""
        self._do(here, [("HSET", self._keys.past, ("stamp", stamp))])

    def _do(self, here: str, step: Sequence[Command]) -> None:
        names = [self._keys.meta, self._keys.past]
        args: list[Value] = [self._lease.fence_field, self._lease.token, here]
        for name, key, values in step:
            if key not in names:
                names.append(key)
            args += [name, names.index(key) + 1, len(values), *values]
        if not int(self._script(keys=names, args=args)):
            raise LeaseLost(f"{self._keys.name}: another keeper has taken over")


def _time(entry: Entry) -> tuple[str, int] | None:
    """The id and time (ms) of an entry that is indexed, else None."""
    seen = peek(entry[1])
    return None if seen is None else (entry[0].decode(), seen.ts)
