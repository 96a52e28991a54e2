-- Gives a lease back.
-- Returns 1; nil: the lease is no longer the owner's.
local lease = KEYS[1]
local owner = ARGV[1]

if redis.call('GET', lease) == owner then return redis.call('DEL', lease) end
