-- Ends a brief: keeps its state and what was made, sends its notice, and removes the oldest briefs.
-- One that was cancelled meanwhile is cancelled, not done. An end that is sent twice happens once.
-- Returns 1; 0: the fencing token is not the newest.
local entry = KEYS[1]
local order = KEYS[2]
local queue = KEYS[3]
local active = KEYS[4]
local meta = KEYS[5]
local outbox = KEYS[6]
local fence_field = ARGV[1]
local token = ARGV[2]
local id = ARGV[3]
local subject = ARGV[4]
-- how many briefs are kept
local kept = ARGV[5]
-- what the key of an entry begins with; its id follows
local prefix = ARGV[6]
local state = ARGV[7]
-- '': there is none to send
local notice = ARGV[8]
-- ARGV[9..]: fields and values of the entry
--@include store/server_ms

if redis.call('HGET', meta, fence_field) ~= token then return 0 end
if not redis.call('ZSCORE', queue, id) then return 1 end
local now = server_ms()
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
