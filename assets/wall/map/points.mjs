/* Points on the map: one canvas over Leaflet's panes, repainted only where something changed.
 *
 * A point is a level's shape; worse levels lie on top, and over all of them what is red or
 * escalated. Where cells are shown (clusters.mjs) or a heat layer, the others are in those.
 * While the map is dragged the picture is shifted and only what comes into view is drawn; of very
 * many points those that others hide are left out. What moves is in points_news.mjs.
 */

import { names } from "../names.mjs";
import { options } from "../options.mjs";
import { listen, panel } from "../registry.mjs";
import { clusters } from "./clusters.mjs";
import { heat } from "./heat.mjs";
import { Index } from "./index.mjs";
import { labels } from "./labels.mjs";
import { map } from "./map.mjs";
import { stamps } from "./stamps.mjs";

/* Largest change worth repainting piecemeal; from when on hidden points are looked for. */
const PIECES = 150;
const MANY = 5000;
/* Of points nearer than this (px of the design) only the worst is drawn. */
const HIDDEN = 3.5;
const STEP = 2;
const RED = 3;

export const points = {};
const marks = new Map();
let index = null;
const kinds = { escalated: new Set(), lit: new Set() };
let held = {};
let canvas = null;
let seen = null;
let still = true;

/* ---- marks ---- */

const urgent = (id, level) => level === RED || kinds.escalated.has(id) || kinds.lit.has(id);

function put(id, [lon, lat, name, ts, category, department, area, county]) {
  const level = stamps.LEVELS.indexOf(name);
  if (level < 0) return null;
  const [mx, my] = map.world(lon, lat);
  const facts = category === undefined ? {} : { category, department, area, county };
  const one = { id, mx, my, level: name, rank: level, ts, facts, slot: 0 };
  one.urgent = urgent(id, level);
  marks.set(id, one);
  index.add(one);
  return one;
}

function drop(id) {
  const one = marks.get(id);
  if (one === undefined) return null;
  marks.delete(id);
  index.remove(one);
  return one;
}

/** Call `fn(mark, x, y)` for the marks that reach into a box of the canvas. */
function each(box, fn) {
  const { scale, ox, oy } = map.view;
  const r = stamps.reach();
  const [left, right] = [box.x - r, box.x + box.w + r];
  const [top, bottom] = [box.y - r, box.y + box.h + r];
  const few = points.crowded();
  index.within(
    (left + ox) / scale, (top + oy) / scale, (right + ox) / scale, (bottom + oy) / scale,
    (one) => {
      if (few && !one.urgent) return;
      const x = one.mx * scale - ox;
      const y = one.my * scale - oy;
      if (x >= left && x <= right && y >= top && y <= bottom) fn(one, x, y);
    },
  );
}

/** Too many for single marks: only the urgent ones are drawn. */
points.crowded = () => clusters.any() || options.heat === true;

points.all = () => marks;

function pixels({ x, y, w, h }) {
  const { ratio } = map.view;
  return { x: x * ratio, y: y * ratio, w: w * ratio, h: h * ratio };
}

/** How much would be hidden by a box (CSS px): urgent points weigh more. For the labels. */
points.under = function (box) {
  if (index === null) return 0;
  const area = pixels(box);
  let cost = 0;
  each(area, (one, x, y) => {
    if (x < area.x || x > area.x + area.w || y < area.y || y > area.y + area.h) return;
    cost += one.urgent ? 6 : [0.1, 0.15, 1, 6][one.rank];
  });
  return cost;
};

/** How many urgent marks reach into a box (CSS px). For the clusters. */
points.urgent = function (box) {
  if (index === null) return 0;
  let n = 0;
  each(pixels(box), (one) => {
    if (one.urgent) n += 1;
  });
  return n;
};

/* ---- painting ---- */

const order = (a, b) => a.urgent - b.urgent || a.rank - b.rank || a.ts - b.ts;

function ink(box, coarse) {
  const { scale, ox, oy, u, ratio } = map.view;
  const list = [];
  each(box, (one) => list.push(one));
  const drawn = list.length > MANY ? visible(list, HIDDEN * u * ratio * (coarse ? 2 : 1)) : list;
  if (list.length <= MANY) drawn.sort(order);
  for (const one of drawn) {
    stamps.put(canvas.pen, one.rank, one.mx * scale - ox, one.my * scale - oy, one.urgent);
  }
}

/** The marks that are not hidden by a worse or equal one, the worst last. */
function visible(list, side) {
  const { scale, ox, oy, w } = map.view;
  const across = Math.ceil((w + 4 * stamps.reach()) / side) + 1;
  const levels = [[], [], [], [], []];
  for (const one of list) levels[one.urgent ? 4 : one.rank].push(one);
  /* the lattice is fixed to the ground, or the choice would flicker as the map is dragged */
  const [left, top] = [Math.floor(ox / side) - 8, Math.floor(oy / side) - 8];
  const taken = new Set();
  const found = [];
  for (let level = 4; level >= 0; level -= 1) {
    for (const one of levels[level]) {
      const x = Math.floor((one.mx * scale) / side) - left;
      const key = (Math.floor((one.my * scale) / side) - top) * (across + 16) + x;
      if (taken.has(key)) continue;
      taken.add(key);
      found.push(one);
    }
  }
  return found.reverse();
}

function piece(box, coarse) {
  const { pen } = canvas;
  const x = Math.floor(box.x);
  const y = Math.floor(box.y);
  const area = { x, y, w: Math.ceil(box.x + box.w) - x, h: Math.ceil(box.y + box.h) - y };
  pen.save();
  pen.beginPath();
  pen.rect(area.x, area.y, area.w, area.h);
  pen.clip();
  pen.clearRect(area.x, area.y, area.w, area.h);
  clusters.paint(pen, area);
  ink(area, coarse);
  pen.restore();
}

points.whole = function (coarse = false) {
  if (canvas === null || index === null || !map.ready()) return;
  const { w, h } = map.view;
  seen = map.view;
  piece({ x: 0, y: 0, w, h }, coarse);
};

/** Draw again what is in these boxes (CSS px). */
points.repaint = function (boxes) {
  if (canvas === null || index === null || !map.ready()) return;
  if (boxes.length > PIECES) points.whole();
  else for (const box of boxes) piece(pixels(box), false);
};

function around(one) {
  const { ratio } = map.view;
  const at = map.at(one.mx, one.my);
  const r = stamps.reachOf(one.rank, one.urgent) / ratio + 1;
  return { x: at.x - r, y: at.y - r, w: 2 * r, h: 2 * r };
}

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
  if (dx !== 0) piece({ x: dx > 0 ? 0 : w + dx, y: 0, w: Math.abs(dx), h }, false);
  if (dy !== 0) piece({ x: 0, y: dy > 0 ? 0 : h + dy, w, h: Math.abs(dy) }, false);
}

/* ---- from outside ---- */

function fill() {
  if (names === null) return;
  index = new Index(names.bounds);
  marks.clear();
  for (const id of Object.keys(held)) put(id, held[id]);
  still = marks.size === 0;
}

/** What comes next is a catching-up, not news: it must not pulse. */
points.quiet = () => {
  still = true;
};

panel("points", function (next) {
  const before = held;
  held = next;
  if (!map.ready() || index === null) return;
  const changed = [];
  const fresh = [];
  for (const id of Object.keys(before)) {
    if (next[id] === before[id]) continue;
    const one = drop(id);
    if (one !== null) changed.push(around(one));
  }
  for (const id of Object.keys(next)) {
    if (next[id] === before[id]) continue;
    const one = put(id, next[id]);
    if (one === null) continue;
    changed.push(around(one));
    if (before[id] === undefined) fresh.push(one);
  }
  points.repaint(changed);
  if (options.heat) heat.paint();
  if (still) labels.later(0);
  else points.news(fresh);
  still = false;
  points.newest();
});

/** Marks with these ids, and no others of a kind, are drawn on top with a ring. */
function urge(kind, ids) {
  const before = kinds[kind];
  kinds[kind] = ids;
  const changed = [];
  for (const id of new Set([...ids, ...before])) {
    const one = marks.get(id);
    if (one === undefined) continue;
    one.urgent = urgent(id, one.rank);
    if (map.ready()) changed.push(around({ ...one, urgent: true }));
  }
  points.repaint(changed);
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
    index = null;
    marks.clear();
  },
  refresh() {
    if (index === null) fill();
    canvas.fit();
    clusters.build();
    points.whole();
    points.newest();
  },
  moved(zoomed) {
    if (index === null) return;
    canvas.place();
    if (zoomed || seen === null) points.whole(true);
    else shift();
    points.follow(zoomed);
  },
  settled() {
    if (marks.size > MANY) points.whole();
  },
});
