-- Counts codes that the city does not know; beyond the most, those of one source and kind together.
local counts = KEYS[1]
local most = ARGV[1]
-- ARGV[2..]: for each, the beginning of its field (source and kind), the code, how often it came

for i = 2, #ARGV, 3 do
  local field = ARGV[i] .. ARGV[i + 1]
  if redis.call('HLEN', counts) >= tonumber(most) and redis.call('HEXISTS', counts, field) == 0 then
    field = ARGV[i]
  end
  redis.call('HINCRBY', counts, field, ARGV[i + 2])
end
return #ARGV
