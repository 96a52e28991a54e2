-- Applies a batch's operations to the views and moves the position on, or does nothing.
-- Returns the shard's new sequence number, or why nothing was done: -1: the fencing token is not
-- the newest; -2: the shard is at another position; -3: the views were replaced (epoch);
-- -4: a rebuild holds commits back; -5: the archive's listing has changed.
local meta = KEYS[1]
-- KEYS[2..]: other keys of the operations
local fence_field = ARGV[1]
local token = ARGV[2]
local before = ARGV[3]
local after = ARGV[4]
-- how many entries of the action stream the batch is
local read = ARGV[5]
-- '0': there are more entries, so the views are true as of the last one read
local up_to_date = ARGV[6]
-- the latest time among the actions, ms
local high = ARGV[7]
local epoch = ARGV[8]
-- packed: operations, each as name, index of its key in KEYS, values
local operations = ARGV[9]
local archives = ARGV[10]
--@include store/server_ms

local call = redis.call
if call('HGET', meta, fence_field) ~= token then return -1 end
if (call('HGET', meta, 'position') or '0-0') ~= before then return -2 end
if (call('HGET', meta, 'epoch') or '0') ~= epoch then return -3 end
if (call('HGET', meta, 'archives') or '0') ~= archives then return -5 end
local now = server_ms()
if tonumber(call('HGET', meta, 'hold') or 0) > now then return -4 end
for _, op in ipairs(cmsgpack.unpack(operations)) do
  local name, key, values = op[1], KEYS[op[2]], op[3]
  if name == 'INCR' then
    -- counters at 0 are removed
    local gone = {}
    for i = 1, #values, 2 do
      if call('HINCRBY', key, values[i], values[i + 1]) == 0 then gone[#gone + 1] = values[i] end
    end
    if #gone > 0 then call('HDEL', key, unpack(gone)) end
  elseif name == 'DENSE' then
    for i = 1, #values, 2 do
      call('BITFIELD', key, 'INCRBY', 'i32', '#' .. values[i], values[i + 1])
    end
  else
    call(name, key, unpack(values))
  end
end
call('HINCRBY', meta, 'read', read)
local fresh = now
if up_to_date == '0' then fresh = string.match(after, '%d+') end
call('HSET', meta, 'position', after, 'fresh', fresh, 'high', high)
return call('HINCRBY', meta, 'seq', 1)
