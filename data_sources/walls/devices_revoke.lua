-- Takes a paired screen's token away and logs it.
-- Returns 'done'; 'unknown': no device has the name, or it was revoked before.
local devices = KEYS[1]
local changed = KEYS[2]
local log = KEYS[3]
local name = ARGV[1]
local by = ARGV[2]
local now = ARGV[3]
local log_length = ARGV[4]

local held = redis.call('HGET', devices, name)
if not held then return 'unknown' end
local record = cjson.decode(held)
if record.revoked ~= 0 then return 'unknown' end
record.revoked = tonumber(now)
redis.call('HSET', devices, name, cjson.encode(record))
redis.call('INCR', changed)
redis.call('XADD', log, 'MAXLEN', '~', log_length, '*', 'what', 'revoked', 'name', name,
  'by', by, 'at', now)
return 'done'
