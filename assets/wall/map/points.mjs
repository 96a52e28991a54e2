/* The open events on the map: one canvas over Leaflet's panes, repainted only where something
 * changed. What is drawn for them is in marks.mjs, what moves in points_news.mjs.
 *
 * Red and escalated events are urgent. Where cells are counted or a heat layer is shown, the others
 * are in those. While the map is dragged the picture is shifted and only what comes into view is drawn.
 */

import { names } from "../names.mjs";
import { options } from "../options.mjs";
import { listen, panel } from "../registry.mjs";
import { heat } from "./heat.mjs";
import { labels } from "./labels.mjs";
import { map } from "./map.mjs";
import { marks } from "./marks.mjs";
import { stamps } from "./stamps.mjs";

/* Most changes worth repainting piecemeal. */
const PIECES = 150;
const STEP = 2;
const RED = 3;

export const points = {};
const events = new Map();
const kinds = { escalated: new Set(), lit: new Set() };
let held = {};
let filled = false;
let canvas = null;
let seen = null;
let still = true;

/* ---- events ---- */

const urgent = (id, level) => level === RED || kinds.escalated.has(id) || kinds.lit.has(id);

function put(id, [lon, lat, name, ts, category, department, area, county]) {
  const rank = stamps.LEVELS.indexOf(name);
  if (rank < 0) return null;
  const [mx, my] = map.world(lon, lat);
  const facts = category === undefined ? {} : { category, department, area, county };
  const one = { id, mx, my, level: name, rank, ts, facts, urgent: urgent(id, rank) };
  events.set(id, one);
  return one;
}

/** Too many for single marks: only the urgent ones are drawn. */
points.crowded = () => marks.counted() || options.heat === true;

points.all = () => events;

/** The newest red event, or null. */
points.red = function () {
  let red = null;
  for (const one of events.values()) {
    if (one.rank === RED && (red === null || one.ts > red.ts)) red = one;
  }
  return red;
};

/* ---- painting ---- */

const ready = () => canvas !== null && filled && map.ready();

function piece(box) {
  const { pen } = canvas;
  const [x, y] = [Math.floor(box.x) - 1, Math.floor(box.y) - 1];
  const area = { x, y, w: Math.ceil(box.x + box.w) + 1 - x, h: Math.ceil(box.y + box.h) + 1 - y };
  pen.save();
  pen.beginPath();
  pen.rect(area.x, area.y, area.w, area.h);
  pen.clip();
  pen.clearRect(area.x, area.y, area.w, area.h);
  marks.paint(pen, area);
  pen.restore();
}

/** Draw all that is arranged. */
points.whole = function () {
  if (!ready()) return;
  const { w, h } = map.view;
  seen = map.view;
  piece({ x: 0, y: 0, w, h });
};

/** Events or cells have changed: arrange the marks, draw those that are others now. */
points.changed = function () {
  if (!ready()) return;
  const changed = marks.build();
  if (changed.length > PIECES) points.whole();
  else for (const box of changed) piece(box);
  points.newest();
  if (changed.length > 0) labels.covered();
};

/** The map was dragged: shift the picture, draw what came into view. */
function shift() {
  const { ox, oy, w, h } = map.view;
  const [dx, dy] = [seen.ox - ox, seen.oy - oy];
  if (Math.abs(dx) >= w || Math.abs(dy) >= h) {
    points.whole();
    return;
  }
  seen = map.view;
  const { pen, node } = canvas;
  pen.globalCompositeOperation = "copy";
  pen.drawImage(node, dx, dy);
  pen.globalCompositeOperation = "source-over";
  if (dx !== 0) piece({ x: dx > 0 ? 0 : w + dx, y: 0, w: Math.abs(dx), h });
  if (dy !== 0) piece({ x: 0, y: dy > 0 ? 0 : h + dy, w, h: Math.abs(dy) });
}

/* ---- from outside ---- */

function fill() {
  if (names === null) return;
  filled = true;
  events.clear();
  for (const id of Object.keys(held)) put(id, held[id]);
  still = events.size === 0;
}

/** What comes next is a catching-up, not news: it must not pulse. */
points.quiet = () => {
  still = true;
};

panel("points", function (next) {
  const before = held;
  held = next;
  if (!ready()) return;
  const fresh = [];
  for (const id of Object.keys(before)) if (next[id] !== before[id]) events.delete(id);
  for (const id of Object.keys(next)) {
    if (next[id] === before[id]) continue;
    const one = put(id, next[id]);
    if (one !== null && before[id] === undefined) fresh.push(one);
  }
  points.changed();
  if (options.heat) heat.paint();
  if (still) labels.later(0);
  else points.news(fresh);
  still = false;
});

/** Events with these ids, and no others of a kind, are urgent. */
function urge(kind, ids) {
  const before = kinds[kind];
  kinds[kind] = ids;
  let other = false;
  for (const id of new Set([...ids, ...before])) {
    const one = events.get(id);
    if (one === undefined || one.urgent === urgent(id, one.rank)) continue;
    one.urgent = urgent(id, one.rank);
    other = true;
  }
  if (other) points.changed();
}

/** For a while these are news: what has just become urgent. */
points.light = (ids) => urge("lit", new Set(ids));

listen("queue", function (queue) {
  const rows = Object.values(queue.rows || {}).filter((row) => row.step >= STEP);
  urge("escalated", new Set(rows.map((row) => row.event_id)));
});

map.part("points", {
  attach() {
    canvas = map.canvas("gwPoints");
    filled = false;
    events.clear();
  },
  refresh() {
    if (!filled) fill();
    canvas.fit();
    if (!ready()) return;
    marks.build();
    points.whole();
    points.newest();
  },
  moved(zoomed) {
    if (!ready()) return;
    canvas.place();
    if (zoomed) marks.build();
    if (zoomed || seen === null) points.whole();
    else shift();
    points.follow(zoomed);
  },
});
