"""The swap: new views in the place of the old ones, in one step, or nothing.

Only at equal positions: whoever reads sees all of the old views or all of the new. What the live
projector was about to commit was folded over the old ones; the epoch that the swap moves on
refuses it.
"""

from __future__ import annotations

import redis

from data_sources.store import lua
from data_sources.store.keys_keys import ShardKeys
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
