"""Folds a shard's actions once more, under keys of their own beside the live views.

It is the projector with another lease: the same fold, the same commit. It tells nobody what was
told before, and never goes further than the live views have come.
"""

from __future__ import annotations

from typing import Any, cast

import redis

from dashboard.core.fold.batch import Changes
from dashboard.core.model.rules import Rules
from data_sources.errors import LeaseLost
from data_sources.fold.commit import Committer
from data_sources.fold.projector import Entry, Projector
from data_sources.store import lua
from data_sources.store.keys_keys import ShardKeys
from data_sources.store.lease import Lease


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
