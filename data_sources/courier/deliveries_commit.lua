-- Carries out the commands of one step of the courier, all or none; moves its position if asked.
-- Returns 0; -1: the fencing token is not the newest; -2: the courier is at another position.
local meta = KEYS[1]
local courier = KEYS[2]
-- KEYS[3..]: other keys of the commands
local fence_field = ARGV[1]
local token = ARGV[2]
-- '': the position stays, wherever it is
local before = ARGV[3]
local after = ARGV[4]
-- ARGV[5..]: commands, each as name, index of its key in KEYS, number of values, values

if redis.call('HGET', meta, fence_field) ~= token then return -1 end
if before ~= '' then
  if (redis.call('HGET', courier, 'position') or '0-0') ~= before then return -2 end
  redis.call('HSET', courier, 'position', after)
end
local at = 5
while at <= #ARGV do
  local last = at + 2 + tonumber(ARGV[at + 2])
  redis.call(ARGV[at], KEYS[tonumber(ARGV[at + 1])], unpack(ARGV, at + 3, last))
  at = last + 1
end
return 0
