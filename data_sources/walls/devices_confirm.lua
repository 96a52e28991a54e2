-- Pairs the screen that shows a code: makes it a device, removes the code, logs it.
-- Returns 'done'; 'unknown': no screen shows the code; 'taken': a paired device has the name.
local code_key = KEYS[1]
local devices = KEYS[2]
local changed = KEYS[3]
local waiting = KEYS[4]
local log = KEYS[5]
local code = ARGV[1]
local name = ARGV[2]
-- JSON, without the token
local new_record = ARGV[3]
local by = ARGV[4]
local now = ARGV[5]
local log_length = ARGV[6]

local token = redis.call('GET', code_key)
if not token then return 'unknown' end
local held = redis.call('HGET', devices, name)
if held and cjson.decode(held).revoked == 0 then return 'taken' end
local record = cjson.decode(new_record)
record.token = token
-- an empty list would be encoded as an object
if #record.scenes == 0 then record.scenes = nil end
redis.call('DEL', code_key)
redis.call('ZREM', waiting, code)
redis.call('HSET', devices, name, cjson.encode(record))
redis.call('INCR', changed)
redis.call('XADD', log, 'MAXLEN', '~', log_length, '*', 'what', 'confirmed', 'name', name,
  'by', by, 'at', now, 'area', record.area)
return 'done'
