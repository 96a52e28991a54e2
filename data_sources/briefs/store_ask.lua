-- Asks for a brief: once only if it is planned, else once at a time for its subject.
-- Returns the id of the brief that will be made, or of the one that waits for the same subject;
-- '': this one was planned before; 'full': too many are waiting.
local entry = KEYS[1]
local order = KEYS[2]
local queue = KEYS[3]
local active = KEYS[4]
local due = KEYS[5]
local id = ARGV[1]
local subject = ARGV[2]
-- what the schedule calls it; '': a person asks
local planned = ARGV[3]
-- people may not have more waiting
local waiting = ARGV[4]
-- ARGV[5..]: fields and values of the entry
--@include store/server_ms

if planned ~= '' then
  if redis.call('HSETNX', due, planned, id) == 0 then return '' end
else
  local was = redis.call('HGET', active, subject)
  if was then return was end
  if redis.call('ZCARD', queue) >= tonumber(waiting) then return 'full' end
end
local now = server_ms()
redis.call('HSET', entry, 'asked', now, 'state', 'queued', unpack(ARGV, 5))
redis.call('ZADD', order, now, id)
redis.call('ZADD', queue, now, id)
redis.call('HSET', active, subject, id)
return id
