-- Returns entries of the action stream, packed into one string: to parse thousands of small replies
-- would cost ten times as much.
local actions = KEYS[1]
local first = ARGV[1]
local last = ARGV[2]
local count = ARGV[3]

return cmsgpack.pack(redis.call('XRANGE', actions, first, last, 'COUNT', count))
