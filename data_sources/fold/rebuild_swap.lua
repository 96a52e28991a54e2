-- Puts the views of a shadow in the place of the live ones, if both are at the same position.
-- Returns the shard's new sequence number; -1: the fencing token is not the newest;
-- 0: the live views or the shadow are at another position.
local live = KEYS[1]
local shadow = KEYS[2]
-- KEYS[3..]: a key of the shadow and its live key, in turn
local fence_field = ARGV[1]
local token = ARGV[2]
local position = ARGV[3]
-- fingerprint of the rules that the new views were made by
local rules = ARGV[4]
-- '': there are none to note
local corrections = ARGV[5]

local call = redis.call
if call('HGET', live, fence_field) ~= token then return -1 end
local reached = call('HGET', live, 'position') or '0-0'
if reached ~= position or (call('HGET', shadow, 'position') or '0-0') ~= reached then return 0 end
for i = 3, #KEYS, 2 do
  -- the old value first, to be freed in the background: to rename over a large one takes long
  call('UNLINK', KEYS[i + 1])
  if call('EXISTS', KEYS[i]) == 1 then call('RENAME', KEYS[i], KEYS[i + 1]) end
end
local made = call('HMGET', shadow, 'read', 'high')
call('HSET', live, 'read', made[1] or 0, 'high', made[2] or 0, 'rules', rules)
if corrections ~= '' then call('HSET', live, 'corrections', corrections) end
call('HDEL', live, 'hold')
call('UNLINK', shadow)
call('HINCRBY', live, 'epoch', 1)
return call('HINCRBY', live, 'seq', 1)
