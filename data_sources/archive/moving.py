"""The archive's steps in the store: each is one script, and happens as a whole or not at all.

What they rely on is checked inside: the lease's token, the number of the listing's last change
(``archives`` in meta), and that every state is still the one that was written to the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
import redis

from data_sources.archive.filing import void
from data_sources.archive.listing import Unit
from data_sources.archive.writing import packed
from data_sources.commit import CHANGED_KEPT
from data_sources.errors import LeaseLost
from data_sources.keys import ShardKeys
from data_sources.lease import Lease

#: KEYS: meta, events, listing, changes; ARGV: field of the token, token, number of the listing's
#: change, most changes kept, packed: events, their digests, fields to take out, fields to put in
_STEP = """
local call = redis.call
local meta, events, archived, changed = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if call('HGET', meta, ARGV[1]) ~= ARGV[2] then return -1 end
if (call('HGET', meta, 'archives') or '0') ~= ARGV[3] then return -2 end
local t = call('TIME')
if tonumber(call('HGET', meta, 'hold') or 0) > t[1] * 1000 + math.floor(t[2] / 1000) then
  return -4
end
local job = cmsgpack.unpack(ARGV[5])
local ids, digests, out, put = job[1], job[2], job[3], job[4]
for start = 1, #ids, 1000 do
  local part = {unpack(ids, start, math.min(start + 999, #ids))}
  for i, state in ipairs(call('HMGET', events, unpack(part))) do
    if not state or redis.sha1hex(state) ~= digests[start + i - 1] then return -3 end
  end
end
local function tell(names)
  call('XADD', changed, 'MAXLEN', '~', ARGV[4], '*', 'kind', 'archived', 'ids', names)
end
for start = 1, #ids, 1000 do
  local part = {unpack(ids, start, math.min(start + 999, #ids))}
  call('HDEL', events, unpack(part))
  tell(table.concat(part, '\\n'))
end
if #ids == 0 then tell('') end
for _, field in ipairs(out) do call('HDEL', archived, field) end
for i = 1, #put, 2 do call('HSET', archived, put[i], put[i + 1]) end
return call('HINCRBY', meta, 'archives', 1)
"""
_LOST, _MOVED, _CHANGED, _HELD = -1, -2, -3, -4


class Moved(Exception):
    """Something came in between; nothing was done."""


class Mover:
    """Changes one shard's listing."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, lease: Lease) -> None:
        self._keys, self._lease = keys, lease
        self._step = r.register_script(_STEP)

    def shelve(self, number: int, name: str, unit: Unit, states: Mapping[str, bytes]) -> int:
        """The unit counts from here on, and its events leave the store; raises :class:`Moved`."""
        digests = [hashlib.sha1(raw, usedforsecurity=False).hexdigest() for raw in states.values()]
        return self._do(number, list(states), digests, [], {name: unit})

    def replace(
        self,
        number: int,
        gone: Sequence[str],
        made: Mapping[str, Unit],
        voids: Sequence[tuple[str, str]] = (),
    ) -> int:
        """Units of the same events take the places of others; raises :class:`Moved`."""
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
            raise Moved(why.get(done, "the views are being made anew"))
        return done
