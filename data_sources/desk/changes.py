"""What has changed in a shard, read in one step with the position it stands at.

A commit appends the ids of the events it has changed to the shard's stream of changes. Who has
read all of it and every one of these states holds what the projector held at that position. The
stream is cut: that entries were missed shows in how many it has ever had.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec
import redis

from data_sources.keys import ShardKeys
from data_sources.lease import alive_field

#: states read in one step; Redis serves nobody else meanwhile
_MOST_IDS = 2000
_SCANNED = 400

#: KEYS: meta, changes, events, archive's listing; ARGV: last entry read ("-" for none: then only
#: where things stand is told), most ids, whether the listing is wanted, the fields in which the
#: deadline clock and the watcher say that they live. Entries are read until they hold enough ids.
_READ = """
local call = redis.call
local meta = call('HMGET', KEYS[1], 'epoch', 'position', 'fresh', ARGV[4], ARGV[5])
local added, last = 0, '0-0'
if call('EXISTS', KEYS[2]) == 1 then
  local info = call('XINFO', 'STREAM', KEYS[2])
  for i = 1, #info, 2 do
    if info[i] == 'entries-added' then added = info[i + 1] end
    if info[i] == 'last-generated-id' then last = info[i + 1] end
  end
end
local ids, states, seen, read, more, listed = {}, {}, {}, 0, 0, ARGV[3] == '1'
if ARGV[1] ~= '-' then
  local from, most = ARGV[1], tonumber(ARGV[2])
  last = from
  repeat
    local entries = call('XRANGE', KEYS[2], '(' .. last, '+', 'COUNT', 100)
    for _, entry in ipairs(entries) do
      if #ids >= most then more = 1 break end
      last, read = entry[1], read + 1
      for i = 1, #entry[2], 2 do
        if entry[2][i] == 'kind' then listed = true end
        if entry[2][i] == 'ids' then
          for id in string.gmatch(entry[2][i + 1], '[^\\n]+') do
            if not seen[id] then seen[id] = true ids[#ids + 1] = id end
          end
        end
      end
    end
  until #entries < 100 or more == 1
  for start = 1, #ids, 1000 do
    local part = {unpack(ids, start, math.min(start + 999, #ids))}
    for _, state in ipairs(call('HMGET', KEYS[3], unpack(part))) do
      states[#states + 1] = state or ''
    end
  end
end
local listing = listed and call('HGETALL', KEYS[4]) or false
return {
  tonumber(meta[1] or 0), meta[2] or '0-0', tonumber(meta[3] or 0),
  tonumber(meta[4] or 0), tonumber(meta[5] or 0), added, last, read, more,
  ids, states, listing
}
"""


class Standing(msgspec.Struct, frozen=True):
    """Where a shard stands, and how far its changes were read."""

    epoch: int
    #: the last action folded
    position: str
    #: all that came in before is folded, ms of the server's clock; 0 before the first commit
    fresh: int
    #: when the deadline clock was last heard of, by the server's clock; 0 if it never was; the
    #: same of the watcher, which is told on the first shard alone
    clock: int
    watcher: int
    #: entries the stream of changes has ever had, the last one read, how many were read just now
    added: int
    last: str
    read: int
    more: bool


class Read(msgspec.Struct, frozen=True):
    """What one step gave: states by event id (None: gone), and the archive's listing if asked."""

    at: Standing
    states: dict[str, bytes | None]
    listing: dict[str, str] | None


class Changes:
    """Reads one shard."""

    def __init__(self, r: redis.Redis, keys: ShardKeys) -> None:
        self._r, self.keys = r, keys
        self._script = r.register_script(_READ)

    def standing(self) -> Standing:
        """Where it stands, with all of its changes taken as read."""
        return self._ask("-", listing=False).at

    def since(self, last: str, *, listing: bool = False) -> Read:
        """What has changed since the entry ``last``."""
        return self._ask(last, listing=listing)

    def size(self) -> int:
        """How many events it holds."""
        return self._r.hlen(self.keys.events)

    def scan(self) -> Iterator[dict[bytes, bytes]]:
        """All states by slices, some perhaps twice, none missing that is there throughout."""
        cursor: Any = 0
        while True:
            cursor, found = cast(
                tuple[int, dict[bytes, bytes]],
                self._r.hscan(self.keys.events, cursor, count=_SCANNED),
            )
            for start in range(0, len(found), 2 * _SCANNED):  # a small hash comes as a whole
                part = list(found.items())[start : start + 2 * _SCANNED]
                yield dict(part)
            if not int(cursor):
                return

    def _ask(self, last: str, *, listing: bool) -> Read:
        keys = self.keys
        names = [keys.meta, keys.changed, keys.events, keys.archived]
        lives = alive_field("clock"), alive_field("watcher")
        args: list[str | int] = [last, _MOST_IDS, int(listing), *lives]
        reply = cast(list[Any], self._script(keys=names, args=args))
        (epoch, position, fresh, clock, watcher, *rest, ids, states, listed) = reply
        added, seen, read, more = rest
        heard = fresh, clock, watcher
        at = Standing(epoch, position.decode(), *heard, added, seen.decode(), read, bool(more))
        found = {i.decode(): s or None for i, s in zip(ids, states, strict=True)}
        flat = None if listed is None else [item.decode() for item in listed]
        pairs = None if flat is None else dict(zip(flat[::2], flat[1::2], strict=True))
        return Read(at, found, pairs)
