"""Makes all views of a shard anew from its actions, beside the live ones, and swaps them in.

The live projector goes on meanwhile. Killed at any time, a rebuild leaves the live views as they
were; the next one starts over.

The swap: new views in the place of the old ones, in one step, or nothing.

Only at equal positions: whoever reads sees all of the old views or all of the new. What the live
projector was about to commit was folded over the old ones; the epoch that the swap moves on
refuses it.

Folds a shard's actions once more, under keys of their own beside the live views.

It is the projector with another lease: the same fold, the same commit. It tells nobody what was
told before, and never goes further than the live views have come.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import redis
import structlog

from dashboard.config.rules.book import fingerprint
from dashboard.core.fold.batch import Changes
from dashboard.core.model.rules import Rules
from data_sources.errors import LeaseLost, RebuildRunning
from data_sources.fold import corrections
from data_sources.fold.commit import Committer
from data_sources.fold.corrections import Correction
from data_sources.fold.projector import Entry, Projector
from data_sources.store import lua
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import Lease


class Swap:
    """Puts a shadow in the place of the live views."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, lease: Lease) -> None:
        self._r, self._keys, self._lease = r, keys, lease
        self._swap = lua.script(r, "fold/rebuild_swap")
        self._hold = lua.script(r, "fold/rebuild_hold")

    def hold(self, ms: int) -> bool:
        """Nothing is committed to the live views for so long, or until they are swapped."""
        args: list[str | int] = [self._lease.fence_field, self._lease.token, ms]
        return bool(self._hold(keys=[self._keys.meta], args=args))

    def names(self) -> dict[str, str]:
        """Shadow's key → live key, of all that either of them has."""
        keys, shadow = self._keys, self._keys.shadow
        # all events are back: none of the archive's rows count any more, also those that have
        # come there since the keys were looked for
        out = {shadow.archived: keys.archived}
        for raw in self._r.scan_iter(f"{keys.prefix}*", count=5000):
            key = raw.decode()
            if key.startswith(shadow.prefix):
                if shadow.is_derived(key):
                    out[key] = keys.prefix + key.removeprefix(shadow.prefix)
            elif keys.is_derived(key):
                out[shadow.prefix + key.removeprefix(keys.prefix)] = key
        return out

    def try_once(self, position: str, rules: str, names: dict[str, str], corrections: str) -> bool:
        """Swap if both stand at ``position``. False if they do not, or the lease was lost."""
        flat = [key for pair in names.items() for key in pair]
        args: list[str | int] = [self._lease.fence_field, self._lease.token]
        args += [position, rules, corrections]
        done = self._swap(keys=[self._keys.meta, self._keys.shadow.meta, *flat], args=args)
        return int(done) > 0


class _Quiet(Committer):
    """Commits without a word to anybody: notices and links were sent by the live fold."""

    def commit(
        self,
        token: int,
        before: str,
        after: str,
        read: int,
        changes: Changes,
        **how: Any,
    ) -> int:
        changes.notices.clear()
        changes.links.clear()
        return super().commit(token, before, after, read, changes, **how)


class Shadow(Projector):
    """One rebuild's fold; ``lease`` is the one of the rebuild, and is held."""

    def __init__(
        self, r: redis.Redis, keys: ShardKeys, rules: Rules, lease: Lease, batch: int
    ) -> None:
        super().__init__(r, keys.shadow, rules, batch)
        self._live, self._lease = keys, lease
        self._committer = _Quiet(r, keys.shadow, lease.fence_field)
        self._begin = lua.script(r, "fold/rebuild_begin")

    def begin(self) -> None:
        """From nothing: what an earlier rebuild has left behind is removed."""
        names = [self._live.meta, self._keys.meta]
        if not self._begin(keys=names, args=[self._lease.fence_field, self._lease.token]):
            raise LeaseLost(f"{self._keys.name}: another rebuild has begun")
        left = self._r.scan_iter(f"{self._keys.prefix}*", count=5000)
        rest = [key for key in left if key.decode() != self._keys.meta]
        for start in range(0, len(rest), 1000):
            self._r.unlink(*rest[start : start + 1000])

    @property
    def position(self) -> str:
        """Up to where it has folded."""
        return self._position

    def _read(self, block_ms: int | None) -> list[Entry]:
        end = cast(bytes | None, self._r.hget(self._live.meta, "position"))
        if end is None:
            return []
        start = f"({self._position}"
        found = self._r.xrange(self._keys.actions, start, end, self._batch)
        return cast(list[Entry], found)


log = structlog.get_logger("rebuild")

BATCH = 1000
_RENEW_S = 0.5
_LEASE_MS = 3000
#: the live projector waits at most this long for the last actions to be folded, at first
_HOLD_MS = 1000
_LONGEST_HOLD_MS = 8000

#: actions folded so far, actions that the live views have folded
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild took."""

    actions: int
    seconds: float
    #: how often the swap was tried, and for how long the live projector was held up, ms
    swaps: int
    held_ms: int
    #: peak of this process's memory, and of the server's while rebuilding, MB
    memory_mb: float
    server_mb: float
    closed_changes: list[Correction] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Actions a second."""
        return self.actions / self.seconds if self.seconds else 0.0


def needs_rebuild(r: redis.Redis, keys: ShardKeys, rules: str) -> bool:
    """Whether the views were folded under other rules than those of the fingerprint ``rules``.

    Where nothing has been folded yet the fingerprint is noted, and there is nothing to rebuild.
    """
    position, known = cast(list[bytes | None], r.hmget(keys.meta, ["position", "rules"]))
    if position is None:
        r.hset(keys.meta, "rules", rules)
        return False
    return known is None or known.decode() != rules


def rebuild(
    r: redis.Redis,
    keys: ShardKeys,
    rules: Rules,
    progress: Progress = lambda done, total: None,
    *,
    parts: Sequence[ShardKeys] = (),
    patience_s: float = 5.0,
    batch: int = BATCH,
) -> Rebuilt:
    """Fold the shard from its beginning and put the result in the place of its views.

    ``parts`` are all the store's shards, for sums of closed months that are the store's.
    Raises :class:`RebuildRunning` if another rebuild of the shard does not end within
    ``patience_s``, :class:`LeaseLost`, ``redis.RedisError``.
    """
    corrections.deliver(r, keys)
    lease = Lease(r, keys, "rebuild", _LEASE_MS)
    _take(lease, patience_s, keys)
    try:
        return _Rebuild(r, keys, rules, lease, batch, progress).run(parts)
    finally:
        lease.release()


def _take(lease: Lease, patience_s: float, keys: ShardKeys) -> None:
    end = time.monotonic() + patience_s
    while not lease.acquire():
        if time.monotonic() >= end:
            raise RebuildRunning(f"{keys.name}: the views are being made anew already")
        time.sleep(0.1)


class _Rebuild:
    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        lease: Lease,
        batch: int,
        progress: Progress,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        self._lease, self._batch, self._progress = lease, batch, progress
        self._shadow = Shadow(r, keys, rules, lease, batch)
        self._swap = Swap(r, keys, lease)
        self._actions = 0
        self._renewed = time.monotonic()
        self._server = 0.0

    def run(self, parts: Sequence[ShardKeys]) -> Rebuilt:
        began = time.monotonic()
        log.info("rebuilding", shard=self._keys.name)
        self._shadow.begin()
        # near enough to the live position that the rest takes a moment
        while self._fold() >= self._batch // 2:
            pass
        hold, swaps, held = _HOLD_MS, 0, 0.0
        while True:
            swaps += 1
            started = time.monotonic()
            done = self._try(hold, parts)
            held += time.monotonic() - started
            if done:
                break
            hold = min(2 * hold, _LONGEST_HOLD_MS)
        changed = corrections.deliver(self._r, self._keys)
        took = time.monotonic() - began
        self._progress(self._actions, self._actions)
        log.info("rebuilt", shard=self._keys.name, actions=self._actions, seconds=round(took, 1))
        return Rebuilt(
            self._actions,
            took,
            swaps,
            round(held * 1000),
            _peak_mb(),
            self._server,
            changed,
        )

    def _fold(self) -> int:
        """One batch; keeps the lease, says how far it has come."""
        folded = self._shadow.fold_once()
        self._actions += folded
        if time.monotonic() - self._renewed > _RENEW_S:
            self._renew()
            info = self._r.info("memory")
            self._server = max(self._server, info["used_memory"] / 1e6)
            live = cast(bytes | None, self._r.hget(self._keys.meta, "read"))
            self._progress(self._actions, max(self._actions, int(live or 0)))
        return folded

    def _renew(self) -> None:
        self._renewed = time.monotonic()
        if not self._lease.renew():
            raise LeaseLost(f"{self._keys.name}: the rebuild was asleep too long")

    def _try(self, hold: int, parts: Sequence[ShardKeys]) -> bool:
        """Hold the live projector back, fold the rest, swap; false if that took too long."""
        self._renew()
        if not self._swap.hold(hold):
            raise LeaseLost(f"{self._keys.name}: another rebuild has begun")
        while self._fold():
            pass
        # keys come and go with commits only: if the position is still this one, these are all
        names = self._swap.names()
        rules = fingerprint(self._rules)
        meta = cast(list[bytes | None], self._r.hmget(self._keys.meta, ["rules", "high"]))
        other = meta[0] is not None and meta[0].decode() != rules
        reason = corrections.RULES_CHANGED if other else corrections.MADE_ANEW
        changes = corrections.closed_changes(
            self._r, self._keys, self._rules, int(meta[1] or 0), reason, parts
        )
        self._renew()
        packed = corrections.pack(changes)
        return self._swap.try_once(self._shadow.position, rules, names, packed)


def _peak_mb() -> float:
    """The most memory this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
