-- Keeps what a page of a wall reports of an order that is in force, until the order ends.
-- Returns how many pages have reported; 0: no such order is in force, or too many pages report.
local orders = KEYS[1]
local heard = KEYS[2]
local device = ARGV[1]
local id = ARGV[2]
local page = ARGV[3]
-- JSON, without the time
local report = ARGV[4]
local most = ARGV[5]
--@include store/server_ms

local now = server_ms()
local held = redis.call('HGET', orders, device)
if not held then return 0 end
local order = cjson.decode(held)
if order['id'] ~= id or order['until'] <= now then return 0 end
local pages = redis.call('HLEN', heard)
if pages >= tonumber(most) and redis.call('HEXISTS', heard, page) == 0 then return 0 end
local kept = cjson.decode(report)
kept['at'] = now
redis.call('HSET', heard, page, cjson.encode(kept))
redis.call('PEXPIREAT', heard, order['until'] + 60000)
return redis.call('HLEN', heard)
