-- Holds back commits to the live views for a number of ms.
-- Returns 1; 0: the fencing token is not the newest.
local meta = KEYS[1]
local fence_field = ARGV[1]
local token = ARGV[2]
local ms = ARGV[3]
--@include store/server_ms

if redis.call('HGET', meta, fence_field) ~= token then return 0 end
redis.call('HSET', meta, 'hold', string.format('%.0f', server_ms() + ms))
return 1
