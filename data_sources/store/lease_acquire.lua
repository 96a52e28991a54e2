-- Takes a role's lease if it is free.
-- Returns the new holder's fencing token; 0: another process holds the lease.
local lease = KEYS[1]
local meta = KEYS[2]
local owner = ARGV[1]
local ttl_ms = ARGV[2]
local fence_field = ARGV[3]
local alive_field = ARGV[4]
--@include store/server_ms

if redis.call('SET', lease, owner, 'NX', 'PX', ttl_ms) then
  redis.call('HSET', meta, alive_field, server_ms())
  return redis.call('HINCRBY', meta, fence_field, 1)
end
return 0
