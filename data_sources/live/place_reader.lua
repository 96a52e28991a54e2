-- Reads what a wall of one place shows; of views that hold all places only the wanted fields.
-- Returns four strings: packed values (``_Found``), packed states of the queue, packed states of the
-- alerts, the series one after another.
local meta_key = KEYS[1]
local events = KEYS[2]
local recent_key = KEYS[3]
-- the place's own
local queue = KEYS[4]
local points = KEYS[5]
local alerts_key = KEYS[6]
local cells = KEYS[7]
-- the views of its tier: place, levels, and levels of the day
local places = KEYS[8]
local levels = KEYS[9]
local day_levels = KEYS[10]
-- the views of the tier below it, and scores of the month and of the day
local child_places = KEYS[11]
local month_scores = KEYS[12]
local day_scores = KEYS[13]
-- KEYS[14..]: the place's series of ten minutes, then ledgers
-- packed: one table, made by ``PlaceReader.read``
local packed_ask = ARGV[1]
--@include live/states

local call, ask = redis.call, cmsgpack.unpack(packed_ask)
local meta = call('HMGET', meta_key, 'seq', 'position')
local marks, scores = ask.marks, ask.scores
local many = marks and ask.cells and call('ZCARD', points) > ask.most
local covered = many and call('HLEN', cells) <= ask.cells_most
local recent = {}
for _, line in ipairs(scores and call('LRANGE', recent_key, 0, -1) or {}) do
  if string.find(line, ask.quoted, 1, true) then
    recent[#recent + 1] = line
    if #recent == ask.recent then break end
  end
end
local series, sizes, counted = {}, {}, {}
for i = 14, 13 + ask.series do
  local found = call('GET', KEYS[i]) or ''
  series[#series + 1], sizes[#sizes + 1] = found, #found
end
for n, span in ipairs(ask.spans) do
  counted[n] = 0
  for i = 14 + ask.series, #KEYS do
    counted[n] = counted[n] + call('ZCOUNT', KEYS[i], span[1], span[2])
  end
end
local shown = many and ask.few or ask.most
local found = {
  meta[1] or '0', meta[2] or '0-0',
  some(places, ask.facts), some(levels, ask.levels), some(day_levels, ask.today),
  some(child_places, ask.children),
  scores and some(month_scores, ask.measures) or {},
  scores and some(day_scores, ask.measures) or {},
  call('ZCARD', queue),
  marks and call('ZREVRANGE', points, 0, shown - 1, 'WITHSCORES') or {},
  recent, covered and call('HGETALL', cells) or {}, sizes, counted,
}
return {
  cmsgpack.pack(found), packed(events, call('ZREVRANGE', queue, 0, ask.queue - 1)),
  alerts(alerts_key, events, ask.alerts, ask.red), table.concat(series),
}
