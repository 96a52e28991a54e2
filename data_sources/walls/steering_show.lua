-- Gives a wall an order and records it, once for a wish of this name; drops orders that have ended.
-- Returns {1, order}; {0, order}: a wish of this name was granted before, with that order.
local orders = KEYS[1]
local record = KEYS[2]
local seen = KEYS[3]
local device = ARGV[1]
local wish = ARGV[2]
local seconds = ARGV[3]
local remembered_s = ARGV[4]
local how = ARGV[5]
--@include store/server_ms

local before = redis.call('GET', seen)
if before then return {0, before} end
local now = server_ms()
local held = redis.call('HGETALL', orders)
for i = 1, #held, 2 do
  if cjson.decode(held[i + 1])['until'] <= now then redis.call('HDEL', orders, held[i]) end
end
local order = cjson.decode(wish)
order['at'], order['until'] = now, now + seconds * 1000
local text = cjson.encode(order)
redis.call('HSET', orders, device, text)
redis.call('SET', seen, text, 'EX', remembered_s)
redis.call('XADD', record, '*', 'what', 'show', 'by', order['by'], 'how', how, 'order', text)
return {1, text}
