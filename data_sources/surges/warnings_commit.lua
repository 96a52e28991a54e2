-- Raises, updates, moves and ends warnings, each once however often the call is sent, and logs them.
-- Returns 1; 0: the fencing token is not the newest.
local warnings = KEYS[1]
local log = KEYS[2]
local meta = KEYS[3]
local fence_field = ARGV[1]
local token = ARGV[2]
local log_length = ARGV[3]
-- the domain's time up to which was judged, ms
local watched = ARGV[4]
-- ARGV[5..]: changes, each as 'raised', 'updated', 'moved' or 'ended', id, time, reason, by, warning (JSON)

if redis.call('HGET', meta, fence_field) ~= token then return 0 end
for i = 5, #ARGV, 6 do
  local op, id, at, reason, by, body = unpack(ARGV, i, i + 5)
  local done = 0
  if op == 'raised' then
    done = redis.call('HSETNX', warnings, id, body)
  elseif op == 'ended' then
    done = redis.call('HDEL', warnings, id)
  else
    local before = redis.call('HGET', warnings, id)
    if before and before ~= body then
      redis.call('HSET', warnings, id, body)
      if op == 'moved' then done = 1 end
    end
  end
  if done == 1 then
    redis.call('XADD', log, 'MAXLEN', '~', log_length, '*',
               'what', op, 'at', at, 'reason', reason, 'by', by, 'warning', body)
  end
end
redis.call('HSET', meta, 'watched', watched)
return 1
