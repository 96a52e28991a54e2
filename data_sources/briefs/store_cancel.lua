-- Ends a brief that waits, or marks one that is being made.
-- Returns 'cancelled'; 'asked': its maker will see the mark; 'over': it had ended.
local entry = KEYS[1]
local queue = KEYS[2]
local active = KEYS[3]
local id = ARGV[1]
local subject = ARGV[2]
--@include store/server_ms

local state = redis.call('HGET', entry, 'state')
if state ~= 'queued' and state ~= 'running' then return 'over' end
redis.call('HSET', entry, 'cancel', '1')
if state == 'running' then return 'asked' end
redis.call('HSET', entry, 'state', 'cancelled', 'ended', server_ms())
redis.call('ZREM', queue, id)
if redis.call('HGET', active, subject) == id then redis.call('HDEL', active, subject) end
return 'cancelled'
