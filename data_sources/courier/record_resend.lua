-- Puts a given-up delivery at the end of the outbox again, once.
-- Returns 1; 0: it was removed before.
local given_up = KEYS[1]
local outbox = KEYS[2]
local entry = ARGV[1]
local notice = ARGV[2]
local channel = ARGV[3]
local source = ARGV[4]

if redis.call('XDEL', given_up, entry) == 0 then return 0 end
redis.call('XADD', outbox, '*', 'n', notice, 'only', channel, 'source', source)
return 1
