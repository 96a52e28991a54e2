-- Reads what a wall of the whole city shows. Returns four strings: packed values (``_Found``),
-- packed states of the queue, the series of minutes one after another, packed states of the alerts.
-- A hash of counts with more fields than its limit is named among the values; of it only the known
-- fields are read. Cells are those of the first zoom with few enough.
local meta_key = KEYS[1]
local events = KEYS[2]
local queue = KEYS[3]
local points = KEYS[4]
local recent = KEYS[5]
local alerts_key = KEYS[6]
-- the views: count, day, scores of the month and of the day, cells
local count = KEYS[7]
local day = KEYS[8]
local month_scores = KEYS[9]
local day_scores = KEYS[10]
local cells = KEYS[11]
-- KEYS[12..]: cells of coarser zooms, a view of places for each tier, then series of minutes
local queue_most = ARGV[1]
local points_most = ARGV[2]
-- points shown when there are more than that
local points_few = ARGV[3]
local recent_most = ARGV[4]
local tier_count = ARGV[5]
-- '1': read points and cells
local want_marks = ARGV[6]
-- '1': read scores
local want_scores = ARGV[7]
local alerts_most = ARGV[8]
local red_rank = ARGV[9]
local coarser_count = ARGV[10]
local cells_most = ARGV[11]
-- packed: limits of count, of the scores, of each tier; and the known fields of each, or ''
local packed_limits = ARGV[12]
local packed_known = ARGV[13]
--@include live/states

local call = redis.call
local tiers, coarser = tonumber(tier_count), tonumber(coarser_count)
local limits = cmsgpack.unpack(packed_limits)
local known = packed_known ~= '' and cmsgpack.unpack(packed_known) or {{}, {}, {}}
local cut = {}
local function fields(name, key, most, names)
  if call('HLEN', key) <= most then return call('HGETALL', key) end
  cut[#cut + 1] = name
  return some(key, names or {})
end
local meta = call('HMGET', meta_key, 'seq', 'position')
local marks, scores = want_marks == '1', want_scores == '1'
local many = marks and call('ZCARD', points) > tonumber(points_most)
local shown = tonumber(many and points_few or points_most)
local places = {}
for i = 1, tiers do
  places[i] = fields('place:' .. i, KEYS[11 + coarser + i], limits[3][i], known[3][i])
end
local cells_read, zoom = {}, -1
if many then
  for i = 0, coarser do
    local candidate = i == 0 and cells or KEYS[11 + i]
    if zoom < 0 and call('HLEN', candidate) <= tonumber(cells_most) then
      cells_read, zoom = call('HGETALL', candidate), i
    end
  end
end
local found = {
  meta[1] or '0', meta[2] or '0-0',
  fields('count', count, limits[1], known[1]), call('HGETALL', day),
  scores and fields('month', month_scores, limits[2], known[2]) or {},
  scores and fields('day', day_scores, limits[2], known[2]) or {},
  call('ZCARD', queue),
  marks and call('ZREVRANGE', points, 0, shown - 1, 'WITHSCORES') or {},
  call('LRANGE', recent, 0, recent_most - 1),
  places,
  cells_read,
}
local states = packed(events, call('ZREVRANGE', queue, 0, queue_most - 1))
local minutes, sizes = {}, {}
for i = 12 + coarser + tiers, #KEYS do
  local series = call('GET', KEYS[i]) or ''
  minutes[#minutes + 1], sizes[#sizes + 1] = series, #series
end
found[#found + 1] = sizes
found[#found + 1] = zoom
found[#found + 1] = cut
return {
  cmsgpack.pack(found), states, table.concat(minutes),
  alerts(alerts_key, events, alerts_most, red_rank),
}
