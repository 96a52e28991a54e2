-- Stores where a feed's clock is, with the server's time. Returns nothing.
local feed = KEYS[1]
-- ARGV[1..]: fields and values of the feed's hash
--@include store/server_ms

redis.call('HSET', feed, 'wall', server_ms(), unpack(ARGV))
