-- Reads what has changed in a shard since an entry of its stream of changes, until the entries hold
-- enough events. Returns {epoch, position, fresh, clock, watcher, added, last, read, more, ids,
-- states, listing}: where the shard is; when the clock and the watcher were last at work, ms;
-- entries the stream has ever had, the last one read, how many were read, 1 if there are more; the
-- changed events, their states ('' if gone), and the archive's listing or nil.
local meta_key = KEYS[1]
local changes = KEYS[2]
local events = KEYS[3]
local archived = KEYS[4]
-- the last entry read; '-': read none, only say where the shard is
local since = ARGV[1]
local most_ids = ARGV[2]
-- '1': the listing is wanted even if it has not changed
local want_listing = ARGV[3]
local clock_field = ARGV[4]
local watcher_field = ARGV[5]

local call = redis.call
local meta = call('HMGET', meta_key, 'epoch', 'position', 'fresh', clock_field, watcher_field)
local added, last = 0, '0-0'
if call('EXISTS', changes) == 1 then
  local info = call('XINFO', 'STREAM', changes)
  for i = 1, #info, 2 do
    if info[i] == 'entries-added' then added = info[i + 1] end
    if info[i] == 'last-generated-id' then last = info[i + 1] end
  end
end
local ids, states, seen, read, more, listed = {}, {}, {}, 0, 0, want_listing == '1'
if since ~= '-' then
  local most = tonumber(most_ids)
  last = since
  repeat
    local entries = call('XRANGE', changes, '(' .. last, '+', 'COUNT', 100)
    for _, entry in ipairs(entries) do
      if #ids >= most then more = 1 break end
      last, read = entry[1], read + 1
      for i = 1, #entry[2], 2 do
        if entry[2][i] == 'kind' then listed = true end
        if entry[2][i] == 'ids' then
          for id in string.gmatch(entry[2][i + 1], '[^\n]+') do
            if not seen[id] then seen[id] = true ids[#ids + 1] = id end
          end
        end
      end
    end
  until #entries < 100 or more == 1
  for start = 1, #ids, 1000 do
    local part = {unpack(ids, start, math.min(start + 999, #ids))}
    for _, state in ipairs(call('HMGET', events, unpack(part))) do
      states[#states + 1] = state or ''
    end
  end
end
local listing = listed and call('HGETALL', archived) or false
return {
  tonumber(meta[1] or 0), meta[2] or '0-0', tonumber(meta[3] or 0),
  tonumber(meta[4] or 0), tonumber(meta[5] or 0), added, last, read, more,
  ids, states, listing
}
