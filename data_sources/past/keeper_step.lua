-- Runs the commands of one step of the keeper, all or none; a step sent twice runs once.
-- Returns 1; 0: the fencing token is not the newest, or the index is at another position.
local meta = KEYS[1]
local past = KEYS[2]
-- KEYS[3..]: other keys of the commands
local fence_field = ARGV[1]
local token = ARGV[2]
local position = ARGV[3]
-- ARGV[4..]: commands, each as name, index of its key in KEYS, number of values, values

if redis.call('HGET', meta, fence_field) ~= token then return 0 end
if (redis.call('HGET', past, 'position') or '0-0') ~= position then return 0 end
local at = 4
while at <= #ARGV do
  local n = tonumber(ARGV[at + 2])
  redis.call(ARGV[at], KEYS[tonumber(ARGV[at + 1])], unpack(ARGV, at + 3, at + 2 + n))
  at = at + 3 + n
end
return 1
