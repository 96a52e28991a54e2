"""Rebuilds all views of a shard from its actions alongside the live ones, then swaps them in.

The live projector goes on meanwhile. First the shadow: the same fold and the same commit under
keys of its own, without notices or links, never further than the live views have come. Then the
swap: new views in the place of the old ones in one step, or nothing, and only at equal positions,
so that a reader sees all of the old views or all of the new. A batch that the live projector had
folded over the old views is refused by the epoch, which the swap moves on. Killed at any time, a
rebuild leaves the live views as they were; the next one starts over.
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
from data_sources.store.kept import REFUSED_KEPT
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import Lease

log = structlog.get_logger("rebuild")

BATCH = 1000
_RENEW_S = 0.5
_LEASE_MS = 3000
#: how long the live projector waits at most while the last actions are folded, at first, ms
_HOLD_MS = 1000
_LONGEST_HOLD_MS = 8000

#: called with (actions folded so far, actions that the live views have folded)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did and took."""

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
    """Whether the views were folded under rules of another fingerprint.

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
    refused_kept: int = REFUSED_KEPT,
) -> Rebuilt:
    """Fold the shard from its beginning and put the result in the place of its views.

    ``parts`` are all the store's shards: with them corrections of closed months have the sums of
    the whole store.

    Raises: `RebuildRunning` if another rebuild of the shard does not end within ``patience_s``
    seconds; `LeaseLost`; ``redis.RedisError``.
    """
    corrections.deliver(r, keys)
    lease = Lease(r, keys, "rebuild", _LEASE_MS)
    _take(lease, patience_s, keys)
    try:
        return _Rebuild(r, keys, rules, lease, batch, progress, refused_kept).run(parts)
    finally:
        lease.release()


def _take(lease: Lease, patience_s: float, keys: ShardKeys) -> None:
    end = time.monotonic() + patience_s
    while not lease.acquire():
        if time.monotonic() >= end:
            raise RebuildRunning(f"{keys.name}: the views are being rebuilt already")
        time.sleep(0.1)


class _Rebuild:
    """One rebuild of a shard, its lease held."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        lease: Lease,
        batch: int,
        progress: Progress,
        refused_kept: int,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        self._lease, self._batch, self._progress = lease, batch, progress
        self._shadow = Shadow(r, keys, rules, lease, batch, refused_kept)
        self._swap = Swap(r, keys, lease)
        self._actions = 0
        self._renewed = time.monotonic()
        self._server = 0.0

    def run(self, parts: Sequence[ShardKeys]) -> Rebuilt:
        began = time.monotonic()
        log.info("rebuilding", shard=self._keys.name)
        self._shadow.begin()
        # until so near to the live position that the rest takes a moment
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
        """Fold one batch, keep the lease, report the progress.

        Returns the number of actions.
        """
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
        """Hold the live projector back, fold the rest, swap; False if that took too long.

        ``hold`` is in ms. Raises: `LeaseLost`.
        """
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
        reason = corrections.RULES_CHANGED if other else corrections.VIEWS_REBUILT
        changes = corrections.closed_changes(
            self._r, self._keys, self._rules, int(meta[1] or 0), reason, parts
        )
        self._renew()
        packed = corrections.pack(changes)
        return self._swap.try_once(self._shadow.position, rules, names, packed)


class Shadow(Projector):
    """Folds the shard's actions under the shadow's keys.

    ``lease`` is the rebuild's, held.
    """

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        lease: Lease,
        batch: int,
        refused_kept: int = REFUSED_KEPT,
    ) -> None:
        super().__init__(r, keys.shadow, rules, batch)
        self._live, self._lease = keys, lease
        self._committer = _Quiet(r, keys.shadow, lease.fence_field, refused_kept)
        self._begin = lua.script(r, "fold/rebuild_begin")

    def begin(self) -> None:
        """Remove what an earlier rebuild has left behind.

        Raises: `LeaseLost` if another rebuild has begun.
        """
        names = [self._live.meta, self._keys.meta]
        if not self._begin(keys=names, args=[self._lease.fence_field, self._lease.token]):
            raise LeaseLost(f"{self._keys.name}: another rebuild has begun")
        left = self._r.scan_iter(f"{self._keys.prefix}*", count=5000)
        rest = [key for key in left if key.decode() != self._keys.meta]
        for start in range(0, len(rest), 1000):
            self._r.unlink(*rest[start : start + 1000])

    @property
    def position(self) -> str:
        """The stream id of the last action folded."""
        return self._position

    def _read(self, block_ms: int | None) -> list[Entry]:
        end = cast(bytes | None, self._r.hget(self._live.meta, "position"))
        if end is None:
            return []
        start = f"({self._position}"
        found = self._r.xrange(self._keys.actions, start, end, self._batch)
        return cast(list[Entry], found)


class _Quiet(Committer):
    """Commits no notices, links and outcomes: the live fold has sent them."""

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
        changes.aside.clear()
        changes.became.clear()
        return super().commit(token, before, after, read, changes, **how)


class Swap:
    """Puts the views of a shadow in the place of the live ones."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, lease: Lease) -> None:
        self._r, self._keys, self._lease = r, keys, lease
        self._swap = lua.script(r, "fold/rebuild_swap")
        self._hold = lua.script(r, "fold/rebuild_hold")

    def hold(self, ms: int) -> bool:
        """Stop live commits for ``ms``, or until the swap; False if the lease was lost."""
        args: list[str | int] = [self._lease.fence_field, self._lease.token, ms]
        return bool(self._hold(keys=[self._keys.meta], args=args))

    def names(self) -> dict[str, str]:
        """Shadow's key → live key, for each key that the shadow or the live views have."""
        keys, shadow = self._keys, self._keys.shadow
        # all events are in the store again: no row of the archive counts, nor those that have
        # been archived since the keys were listed
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
        """Swap if both are at ``position``; False if they are not, or the lease was lost."""
        flat = [key for pair in names.items() for key in pair]
        args: list[str | int] = [self._lease.fence_field, self._lease.token]
        args += [position, rules, corrections]
        done = self._swap(keys=[self._keys.meta, self._keys.shadow.meta, *flat], args=args)
        return int(done) > 0


def _peak_mb() -> float:
    """The peak memory of this process, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
