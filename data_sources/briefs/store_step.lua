-- Notes how far a brief has come. Returns 'go', or how often it was begun if it begins;
-- 'lost': the fencing token is not the newest; 'cancel': a person has cancelled it.
local entry = KEYS[1]
local meta = KEYS[2]
local fence_field = ARGV[1]
local token = ARGV[2]
-- 0 to 1
local share = ARGV[3]
-- 'begin', or '' later
local what = ARGV[4]

if redis.call('HGET', meta, fence_field) ~= token then return 'lost' end
if redis.call('HGET', entry, 'cancel') then return 'cancel' end
redis.call('HSET', entry, 'state', 'running', 'share', share)
if what == 'begin' then return tostring(redis.call('HINCRBY', entry, 'tries', 1)) end
return 'go'
