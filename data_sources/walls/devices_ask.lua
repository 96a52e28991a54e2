-- Keeps a new pairing code for the screen that shows it, if there is room, and logs it.
-- Returns 'done'; 'taken': another screen shows the code; 'crowded': as many wait as may, of all;
-- or, if as many wait as may from this address, the ms until the first of them expires.
local code_key = KEYS[1]
local shown_by = KEYS[2]
local waiting = KEYS[3]
local from_here = KEYS[4]
local log = KEYS[5]
local code = ARGV[1]
local token = ARGV[2]
local by = ARGV[3]
local now = ARGV[4]
local lasts_ms = ARGV[5]
local most = ARGV[6]
local most_here = ARGV[7]
local log_length = ARGV[8]

redis.call('ZREMRANGEBYSCORE', waiting, 0, now)
redis.call('ZREMRANGEBYSCORE', from_here, 0, now)
if redis.call('ZCARD', from_here) >= tonumber(most_here) then
  local first = redis.call('ZRANGE', from_here, 0, 0, 'WITHSCORES')
  return tonumber(first[2]) - tonumber(now)
end
if redis.call('ZCARD', waiting) >= tonumber(most) then return 'crowded' end
if not redis.call('SET', code_key, token, 'NX', 'PX', lasts_ms) then return 'taken' end
local expires = tonumber(now) + tonumber(lasts_ms)
redis.call('SET', shown_by, code, 'PX', lasts_ms)
redis.call('ZADD', waiting, expires, code)
redis.call('ZADD', from_here, expires, code)
redis.call('PEXPIRE', from_here, lasts_ms)
redis.call('XADD', log, 'MAXLEN', '~', log_length, '*', 'what', 'asked', 'by', by, 'at', now)
return 'done'
