-- Functions that return events' states as one packed array: of some ids, or the newest of each of
-- the two levels among the alerts (``red`` is the least rank of a red event).
local function packed(hash, ids)
  local states = {}
  if #ids > 0 then
    for _, state in ipairs(redis.call('HMGET', hash, unpack(ids))) do
      if state then states[#states + 1] = state end
    end
  end
  -- states are MessagePack already: an array's head before them makes them one value
  return string.char(0xdc, math.floor(#states / 256), #states % 256) .. table.concat(states)
end
local function alerts(key, hash, most, red)
  local ids = redis.call('ZREVRANGEBYSCORE', key, '+inf', red, 'LIMIT', 0, most)
  local rest = redis.call('ZREVRANGEBYSCORE', key, '(' .. red, '-inf', 'LIMIT', 0, most)
  for _, id in ipairs(rest) do ids[#ids + 1] = id end
  return packed(hash, ids)
end
