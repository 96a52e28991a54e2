-- Returns {position, states, trails, scores}: of some events, and of some members of sorted sets.
local meta = KEYS[1]
local events = KEYS[2]
local trails_key = KEYS[3]
-- KEYS[4..]: sorted sets
local count = ARGV[1]
-- ARGV[2..]: so many events, then pairs: index of a sorted set in KEYS, member

local call, ids, out = redis.call, {}, {}
local n = tonumber(count)
for i = 2, n + 1 do ids[#ids + 1] = ARGV[i] end
local states = n > 0 and call('HMGET', events, unpack(ids)) or {}
local trails = n > 0 and call('HMGET', trails_key, unpack(ids)) or {}
for i = n + 2, #ARGV, 2 do
  out[#out + 1] = call('ZSCORE', KEYS[tonumber(ARGV[i])], ARGV[i + 1])
end
return {call('HGET', meta, 'position') or '0-0', states, trails, out}
