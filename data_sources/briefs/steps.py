"""The steps by which a brief's state changes in Redis, each all or nothing (Lua).

``ASK``: once for all time if it is planned, else once at a time for a subject. ``STEP`` and ``END``
carry the maker's fencing token. ``CANCEL`` ends one that waits, and marks one that is being made.
"""

from __future__ import annotations

ASK = """
local entry, order, queue, active, due = unpack(KEYS)
local id, subject, planned, waiting = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
if planned ~= '' then
  if redis.call('HSETNX', due, planned, id) == 0 then return '' end
else
  local was = redis.call('HGET', active, subject)
  if was then return was end
  if redis.call('ZCARD', queue) >= waiting then return 'full' end
end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', entry, 'asked', now, 'state', 'queued', unpack(ARGV, 5))
redis.call('ZADD', order, now, id)
redis.call('ZADD', queue, now, id)
redis.call('HSET', active, subject, id)
return id
"""
STEP = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 'lost' end
if redis.call('HGET', KEYS[1], 'cancel') then return 'cancel' end
redis.call('HSET', KEYS[1], 'state', 'running', 'share', ARGV[3])
if ARGV[4] == 'begin' then return tostring(redis.call('HINCRBY', KEYS[1], 'tries', 1)) end
return 'go'
"""
END = """
local entry, order, queue, active, meta, outbox = unpack(KEYS)
local id, subject, kept, prefix, state, notice = unpack(ARGV, 3, 8)
if redis.call('HGET', meta, ARGV[1]) ~= ARGV[2] then return 0 end
if not redis.call('ZSCORE', queue, id) then return 1 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if state == 'done' and redis.call('HGET', entry, 'cancel') then
  redis.call('HSET', entry, 'state', 'cancelled', 'ended', now)
else
  redis.call('HSET', entry, 'state', state, 'ended', now, unpack(ARGV, 9))
  if notice ~= '' then
    redis.call('XADD', outbox, '*', 'n', notice)
    redis.call('HINCRBY', entry, 'sent', 1)
  end
end
redis.call('ZREM', queue, id)
if redis.call('HGET', active, subject) == id then redis.call('HDEL', active, subject) end
local over = redis.call('ZCARD', order) - tonumber(kept)
if over > 0 then
  for _, old in ipairs(redis.call('ZRANGE', order, 0, over - 1)) do
    if not redis.call('ZSCORE', queue, old) then
      redis.call('DEL', prefix .. old)
      redis.call('ZREM', order, old)
    end
  end
end
return 1
"""
CANCEL = """
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'queued' and state ~= 'running' then return 'over' end
redis.call('HSET', KEYS[1], 'cancel', '1')
if state == 'running' then return 'asked' end
local t = redis.call('TIME')
redis.call('HSET', KEYS[1], 'state', 'cancelled', 'ended', t[1] * 1000 + math.floor(t[2] / 1000))
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[3], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[2]) end
return 'cancelled'
"""
