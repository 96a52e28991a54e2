"""The archiver's steps in the store: each is one script and happens completely or not at all.

The script checks the lease's token, the number of the listing's last change (``archives`` in
meta), and that every state is still the one that was written to the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
import redis

from data_sources.archive.files import packed
from data_sources.archive.listing import Unit
from data_sources.errors import LeaseLost
from data_sources.fold.commit import CHANGED_KEPT
from data_sources.store import lua
from data_sources.store.filing import void
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import Lease

_LOST, _MOVED, _CHANGED, _HELD = -1, -2, -3, -4


class Moved(Exception):
    """Another change came in between; nothing was done."""


class Mover:
    """Changes one shard's listing."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, lease: Lease) -> None:
        self._keys, self._lease = keys, lease
        self._step = lua.script(r, "archive/moves")

    def shelve(self, number: int, name: str, unit: Unit, states: Mapping[str, bytes]) -> int:
        """List the unit and remove its events from the store.

        Raises: `Moved`, `LeaseLost`.
        """
        digests = [hashlib.sha1(raw, usedforsecurity=False).hexdigest() for raw in states.values()]
        return self._do(number, list(states), digests, [], {name: unit})

    def replace(
        self,
        number: int,
        gone: Sequence[str],
        made: Mapping[str, Unit],
        voids: Sequence[tuple[str, str]] = (),
    ) -> int:
        """List the units ``made`` in place of those ``gone``.

        Raises: `Moved`, `LeaseLost`.
        """
        return self._do(number, [], [], [*gone, *(void(*one) for one in voids)], made)

    def _do(
        self,
        number: int,
        ids: Sequence[str],
        digests: Sequence[str],
        gone: Sequence[str],
        made: Mapping[str, Unit],
    ) -> int:
        keys, put = self._keys, list[str]()
        for name, unit in made.items():
            put += [name, packed(msgspec.structs.replace(unit, number=number + 1))]
        names = [keys.meta, keys.events, keys.archived, keys.changed]
        args: list[str | int | bytes] = [self._lease.fence_field, self._lease.token, number]
        args += [CHANGED_KEPT, msgspec.msgpack.encode((ids, digests, gone, put))]
        done = int(self._step(keys=names, args=args))
        if done == _LOST:
            raise LeaseLost(f"{keys.name}: another archiver has taken over")
        if done < 0:
            why = {_MOVED: "the listing has changed", _CHANGED: "an event has changed"}
            raise Moved(why.get(done, "the views are being rebuilt"))
        return done
