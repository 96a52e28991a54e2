"""The swap: new views in the place of the old ones, in one step, or nothing.

Only at equal positions: whoever reads sees all of the old views or all of the new. What the live
projector was about to commit was folded over the old ones; the epoch that the swap moves on
refuses it.
"""

from __future__ import annotations

import redis

from data_sources.keys import ShardKeys
from data_sources.lease import Lease

#: KEYS: meta, meta of the shadow, then a shadow's key and the live one in turn; ARGV: field of the
#: token, token, position, fingerprint of the rules, corrections. Values are taken out of the way
#: first, to be freed in the background: to rename over a large one would take long.
_SWAP = """
local call, live, new = redis.call, KEYS[1], KEYS[2]
if call('HGET', live, ARGV[1]) ~= ARGV[2] then return -1 end
local position = call('HGET', live, 'position') or '0-0'
if position ~= ARGV[3] or (call('HGET', new, 'position') or '0-0') ~= position then return 0 end
for i = 3, #KEYS, 2 do
  call('UNLINK', KEYS[i + 1])
  if call('EXISTS', KEYS[i]) == 1 then call('RENAME', KEYS[i], KEYS[i + 1]) end
end
local made = call('HMGET', new, 'read', 'high')
call('HSET', live, 'read', made[1] or 0, 'high', made[2] or 0, 'rules', ARGV[4])
if ARGV[5] ~= '' then call('HSET', live, 'corrections', ARGV[5]) end
call('HDEL', live, 'hold')
call('UNLINK', new)
call('HINCRBY', live, 'epoch', 1)
return call('HINCRBY', live, 'seq', 1)
"""

#: KEYS: meta; ARGV: field of the token, token, ms
_HOLD = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
local t = redis.call('TIME')
local until_ms = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[3]
redis.call('HSET', KEYS[1], 'hold', string.format('%.0f', until_ms))
return 1
"""


class Swap:
    """Puts a shadow in the place of the live views."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, lease: Lease) -> None:
        self._r, self._keys, self._lease = r, keys, lease
        self._swap = r.register_script(_SWAP)
        self._hold = r.register_script(_HOLD)

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
