-- Begins a shadow: from here on no rebuild that began earlier can commit to it.
-- Returns 1; 0: the fencing token is not the newest.
local live = KEYS[1]
local shadow = KEYS[2]
local fence_field = ARGV[1]
local token = ARGV[2]

if redis.call('HGET', live, fence_field) ~= token then return 0 end
redis.call('UNLINK', shadow)
return redis.call('HSET', shadow, fence_field, token)
