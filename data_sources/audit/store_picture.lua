-- Returns {meta, values}: for each key after meta a hash's fields and values, a string, the size of
-- a sorted set, 0 if there is no such key, -1 if it is of another type.
local meta = KEYS[1]
-- KEYS[2..]: keys of any type
-- ARGV[1..]: for each of them 'size' if only the size of a hash is wanted, else ''

local call, out = redis.call, {}
for i = 2, #KEYS do
  local kind = call('TYPE', KEYS[i])['ok']
  if kind == 'hash' then
    if ARGV[i - 1] == 'size' then out[#out + 1] = call('HLEN', KEYS[i])
    else out[#out + 1] = call('HGETALL', KEYS[i]) end
  elseif kind == 'zset' then out[#out + 1] = call('ZCARD', KEYS[i])
  elseif kind == 'string' then out[#out + 1] = call('GET', KEYS[i])
  elseif kind == 'none' then out[#out + 1] = 0
  else out[#out + 1] = -1 end
end
return {call('HGETALL', meta), out}
