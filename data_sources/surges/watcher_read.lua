-- Returns the counters of views, packed: for each a flat list of fields and values. To parse many
-- small replies would cost ten times as much.
-- KEYS[1..]: views
-- ARGV[1..]: for each of them the hour to read ('07'), or '' for all hours

local found = {}
for i, key in ipairs(KEYS) do
  if ARGV[i] == '' then
    found[i] = redis.call('HGETALL', key)
  else
    local cursor, fields = '0', {}
    repeat
      local reply = redis.call('HSCAN', key, cursor, 'MATCH', '*|' .. ARGV[i], 'COUNT', 10000)
      cursor = reply[1]
      for _, item in ipairs(reply[2]) do fields[#fields + 1] = item end
    until cursor == '0'
    found[i] = fields
  end
end
return cmsgpack.pack(found)
