-- Functions that return events' states as one packed array of strings: of some ids, or the newest of
-- each of the two levels among the alerts (``red`` is the least rank of a red event).
local function packed(hash, ids)
  local states = {}
  if #ids > 0 then
    for _, state in ipairs(redis.call('HMGET', hash, unpack(ids))) do
      -- each with its length before it, so that one that cannot be read ends where it ends
      if state then states[#states + 1] = string.char(0xc6) .. struct.pack('>I4', #state) .. state end
    end
  end
  return string.char(0xdc, math.floor(#states / 256), #states % 256) .. table.concat(states)
end
-- Some fields of a hash, with their values, as a flat list.
local function some(key, names)
  local out = {}
  for start = 1, #names, 2000 do
    local last = math.min(start + 1999, #names)
    local values = redis.call('HMGET', key, unpack(names, start, last))
    for i, value in ipairs(values) do
      if value then
        out[#out + 1] = names[start + i - 1]
        out[#out + 1] = value
      end
    end
  end
  return out
end
local function alerts(key, hash, most, red)
  local ids = redis.call('ZREVRANGEBYSCORE', key, '+inf', red, 'LIMIT', 0, most)
  local rest = redis.call('ZREVRANGEBYSCORE', key, '(' .. red, '-inf', 'LIMIT', 0, most)
  for _, id in ipairs(rest) do ids[#ids + 1] = id end
  return packed(hash, ids)
end
