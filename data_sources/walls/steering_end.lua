-- Ends the orders of a device, or the one with an id, and records each; drops those that have ended.
-- Returns the orders that this call ended.
local orders = KEYS[1]
local record = KEYS[2]
-- '*': any device
local device = ARGV[1]
-- '': any order
local id = ARGV[2]
local by = ARGV[3]
local how = ARGV[4]
--@include store/server_ms

local now = server_ms()
local ended, held = {}, redis.call('HGETALL', orders)
for i = 1, #held, 2 do
  local order = cjson.decode(held[i + 1])
  local meant = (device == '*' or device == held[i]) and (id == '' or id == order['id'])
  if meant or order['until'] <= now then redis.call('HDEL', orders, held[i]) end
  if meant and order['until'] > now then
    ended[#ended + 1] = held[i + 1]
    redis.call('XADD', record, '*', 'what', 'end', 'by', by, 'how', how, 'order', held[i + 1])
  end
end
return ended
