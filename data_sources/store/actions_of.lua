-- Reads single entries of a stream of actions, by their ids.
-- Returns the action of each, '' for an entry that is not there: one reply to parse, not hundreds.
local actions = KEYS[1]
-- packed: the ids
local packed_ids = ARGV[1]

local out = {}
for i, id in ipairs(cmsgpack.unpack(packed_ids)) do
  out[i] = ''
  local entry = redis.call('XRANGE', actions, id, id)[1]
  if entry then
    for at = 1, #entry[2], 2 do
      if entry[2][at] == 'a' then out[i] = entry[2][at + 1] end
    end
  end
end
return out
