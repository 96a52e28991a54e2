-- Reads what a wall of the whole city shows. Returns four strings: packed values (``_Found``),
-- packed states of the queue, the series of minutes one after another, packed states of the alerts.
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
-- KEYS[12..]: a view of places for each tier, then series of minutes
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
--@include live/states

local call = redis.call
local tiers = tonumber(tier_count)
local meta = call('HMGET', meta_key, 'seq', 'position')
local marks, scores = want_marks == '1', want_scores == '1'
local many = marks and call('ZCARD', points) > tonumber(points_most)
local shown = tonumber(many and points_few or points_most)
local places = {}
for i = 1, tiers do places[i] = call('HGETALL', KEYS[11 + i]) end
local found = {
  meta[1] or '0', meta[2] or '0-0',
  call('HGETALL', count), call('HGETALL', day),
  scores and call('HGETALL', month_scores) or {}, scores and call('HGETALL', day_scores) or {},
  call('ZCARD', queue),
  marks and call('ZREVRANGE', points, 0, shown - 1, 'WITHSCORES') or {},
  call('LRANGE', recent, 0, recent_most - 1),
  places,
  many and call('HGETALL', cells) or {},
}
local states = packed(events, call('ZREVRANGE', queue, 0, queue_most - 1))
local minutes, sizes = {}, {}
for i = 12 + tiers, #KEYS do
  local series = call('GET', KEYS[i]) or ''
  minutes[#minutes + 1], sizes[#sizes + 1] = series, #series
end
found[#found + 1] = sizes
return {
  cmsgpack.pack(found), states, table.concat(minutes),
  alerts(alerts_key, events, alerts_most, red_rank),
}
