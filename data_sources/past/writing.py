"""The keeper's writes: all of a step or nothing, and only while its lease is its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import redis

from dashboard.core.past.snapshots import Snapshot
from data_sources.errors import LeaseLost
from data_sources.past.checkpoints import About, pack, pack_about
from data_sources.past.segments import Run
from data_sources.store import lua
from data_sources.store.keys_keys import ShardKeys
from data_sources.store.lease import Lease

Value = str | int | bytes
Command = tuple[str, str, Sequence[Value]]


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
        """Move the index on by ``read`` entries; ``late`` are ids and times."""
        keys = self._keys
        step: list[Command] = [("ZADD", keys.runs, (run.high, run.member)) for run in runs]
        step += [("XADD", keys.late, (entry, "t", ts)) for entry, ts in late]
        step += [("HSET", keys.past, ("position", after)), ("HINCRBY", keys.past, ("read", read))]
        self._do(before, step)

    def store(self, here: str, snapshot: Snapshot, position: str) -> About:
        """Keep a checkpoint that has read up to ``position``, in the place of one like it."""
        raw, at = pack(snapshot), snapshot.at
        about = About(at, position, snapshot.folded, len(raw))
        step: list[Command] = [
            ("SET", self._keys.checkpoint(at), (raw,)),
            ("HSET", self._keys.checkpoints, (at, pack_about(about))),
        ]
        self._do(here, step)
        return about

    def note(self, here: str, abouts: Iterable[About]) -> None:
        """What is known of checkpoints by now."""
        self._do(here, [("HSET", self._keys.checkpoints, (a.at, pack_about(a))) for a in abouts])

    def drop(self, here: str, times: Sequence[int]) -> None:
        """Let checkpoints go."""
        step: list[Command] = [("DEL", self._keys.checkpoint(at), ()) for at in times]
        self._do(here, [*step, *(("HDEL", self._keys.checkpoints, (at,)) for at in times)])

    def forget_late(self, here: str) -> None:
        """Every checkpoint has what came late; the stream keeps its last id."""
        self._do(here, [("XTRIM", self._keys.late, ("MAXLEN", 0))])

    def restamp(self, here: str, stamp: str) -> None:
        """From now on checkpoints are made under ``stamp``."""
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
