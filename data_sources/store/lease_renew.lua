-- Keeps a lease for another period, and notes the time in fields of meta.
-- Returns 1; 0: the lease is no longer the owner's.
local lease = KEYS[1]
local meta = KEYS[2]
local owner = ARGV[1]
local ttl_ms = ARGV[2]
-- ARGV[3..]: the fields of meta in which the time is noted
--@include store/server_ms

if redis.call('GET', lease) ~= owner then return 0 end
redis.call('PEXPIRE', lease, ttl_ms)
local now = server_ms()
for i = 3, #ARGV do
  redis.call('HSET', meta, ARGV[i], now)
end
return 1
