-- Changes the archive's listing, and takes the events out of the store that it lists from now on.
-- Returns the number of the listing's change, or why nothing was done: -1: the fencing token is not
-- the newest; -2: the listing has changed; -3: an event has changed; -4: a rebuild holds it back.
local meta = KEYS[1]
local events = KEYS[2]
local archived = KEYS[3]
local changed = KEYS[4]
local fence_field = ARGV[1]
local token = ARGV[2]
-- the listing's last change that is known to the archiver
local archives = ARGV[3]
-- entries kept in the stream of changes
local kept = ARGV[4]
-- packed: events, SHA-1 of their states, fields to take out of the listing, fields to put in
local packed_job = ARGV[5]
--@include store/server_ms

local call = redis.call
if call('HGET', meta, fence_field) ~= token then return -1 end
if (call('HGET', meta, 'archives') or '0') ~= archives then return -2 end
if tonumber(call('HGET', meta, 'hold') or 0) > server_ms() then return -4 end
local job = cmsgpack.unpack(packed_job)
local ids, digests, out, put = job[1], job[2], job[3], job[4]
for start = 1, #ids, 1000 do
  local part = {unpack(ids, start, math.min(start + 999, #ids))}
  for i, state in ipairs(call('HMGET', events, unpack(part))) do
    if not state or redis.sha1hex(state) ~= digests[start + i - 1] then return -3 end
  end
end
local function announce(names)
  call('XADD', changed, 'MAXLEN', '~', kept, '*', 'kind', 'archived', 'ids', names)
end
for start = 1, #ids, 1000 do
  local part = {unpack(ids, start, math.min(start + 999, #ids))}
  call('HDEL', events, unpack(part))
  announce(table.concat(part, '\n'))
end
if #ids == 0 then announce('') end
for _, field in ipairs(out) do call('HDEL', archived, field) end
for i = 1, #put, 2 do call('HSET', archived, put[i], put[i + 1]) end
return call('HINCRBY', meta, 'archives', 1)
