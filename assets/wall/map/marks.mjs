/* How events are drawn on the map: a level's shape for one, a plate with a number for several
 * that would cover each other. Red ones come first, then escalated ones, then orange, then the
 * others; where these are too many, the cells that the server counts stand for all ("x/y": [lon, lat,
 * blue … red], at the middle of their events).
 *
 * Which events go together depends on their places, their age and the zoom, never on where
 * the view is, so that marks keep still while the map is dragged and as events come and go. The
 * edge of the fitted map cuts none: a mark at it is a little further inside.
 */

import { byId, colour, put } from "../base.mjs";
import { count, text } from "../names.mjs";
import { options } from "../options.mjs";
import { panel } from "../registry.mjs";
import { heat } from "./heat.mjs";
import { map } from "./map.mjs";
import { arrange } from "./placing.mjs";
import { points } from "./points.mjs";
import { stamps } from "./stamps.mjs";

/* px of the design */
const SIDE = 40;
/* what stays free about a mark, and inside a plate */
const GAP = 3;
const PAD = 4;
const RING = 50;
/* sizes that are kept */
const MOST = 5000;
const ORANGE = 2;
const RED = 3;

export const marks = { list: [], hidden: 0 };
let cells = {};
/* sizes of marks by what they show: writing numbers out costs more than placing them */
let sizes = new Map();

marks.cells = () => cells;
marks.counted = () => Object.keys(cells).length > 0;

export const worst = (levels) => (levels[3] ? 3 : levels[2] ? 2 : levels[1] ? 1 : 0);

const px = () => map.view.u * map.view.ratio;
const letters = (n) => Math.round((15 + 1.2 * Math.log10(n)) * px());

const font = (size) => "500 " + size + "px " + colour("font");

/** How wide a number is; digits are all as wide as an 8. */
function width(n, size) {
  const { pen } = stamps;
  pen.font = font(size);
  return pen.measureText(count(n).replace(/\d/g, "8")).width;
}

/**
 * What a plate shows, from left to right: {level} a shape, {n, size} a number. Of one level: its shape
 * and how many; of yellow and blue ones: both shapes and how many; of others: how many, and of these
 * how many red ones, or else orange ones.
 */
function written({ n, levels }) {
  const level = worst(levels);
  const all = { n, size: letters(n) };
  if (levels[level] === n) return [{ level }, all];
  if (level < ORANGE) return [{ level }, { level: 0 }, all];
  return [all, { level }, { n: levels[level], size: Math.round(0.85 * letters(1)) }];
}

const long = (part) =>
  part.level === undefined ? width(part.n, part.size) : 2 * stamps.radius(part.level, false);

/** The size of a plate. */
function plateOf(one) {
  const parts = written(one);
  const shapes = parts.filter(({ level }) => level !== undefined);
  const h = Math.max(1.4 * letters(one.n), ...shapes.map((shape) => long(shape) + PAD * px()));
  const room = (0.5 * (parts.length - 1) + 2.2) * PAD * px();
  return { w: parts.reduce((w, part) => w + long(part), room), h };
}

/** The size of a mark with the room it needs, px of the device. */
function measure(one) {
  const { n, levels, urgent, newest } = one;
  const level = worst(levels);
  const key = [n, level, levels[level], urgent, newest].join();
  let size = sizes.get(key);
  if (size === undefined) {
    const shape = 2 * stamps.radius(level, urgent);
    const { w, h } = n > 1 ? plateOf(one) : { w: shape, h: shape };
    const least = newest ? RING * px() : 0;
    size = { w: Math.max(w, least) + GAP * px(), h: Math.max(h, least) + GAP * px() };
    if (sizes.size > MOST) sizes.clear();
    sizes.set(key, size);
  }
  return size;
}

/* ---- what there is, by how much it matters; the oldest of a tier first ---- */

const LEVELS = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];

function single(one, newest) {
  const { scale } = map.view;
  return {
    key: one.id,
    x: one.mx * scale,
    y: one.my * scale,
    n: 1,
    levels: LEVELS[one.rank],
    urgent: one.urgent,
    newest: one === newest,
  };
}

/** The cells' sums, the largest first, for which there must be room; twice as many come before. */
function summed() {
  const { scale } = map.view;
  const found = [];
  for (const key of Object.keys(cells).sort()) {
    const [lon, lat, ...levels] = cells[key];
    const n = levels[0] + levels[1] + levels[2] + levels[3];
    if (n <= 0) continue;
    const [mx, my] = map.world(lon, lat);
    found.push({ key, x: mx * scale, y: my * scale, n, levels, urgent: false, newest: false });
  }
  /* by powers of two: a count that moves a little changes no order, so marks keep still */
  return found.sort((a, b) => Math.clz32(a.n) - Math.clz32(b.n));
}

function tiers() {
  const crowded = points.crowded();
  const found = [[], [], [], []];
  const newest = points.red();
  const all = [...points.all().values()].sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1));
  for (const one of all) {
    if (crowded && !one.urgent) continue;
    const tier = one.rank === RED ? 0 : one.urgent ? 1 : one.rank === ORANGE ? 2 : 3;
    found[tier].push(single(one, newest));
  }
  if (crowded && !options.heat) found[3].push(...summed());
  return found;
}

const sign = ({ key, n, levels, urgent, newest, box: { x, y, w } }) =>
  [key, n, worst(levels), levels[worst(levels)], urgent, newest, x, y, w].join();

/** What the panel shows of the world when the map is fitted, px of the device. */
function room() {
  if (map.fitted === null) return null;
  const { scale } = map.view;
  const { x, y, w, h } = map.fitted;
  return { x: x * scale, y: y * scale, w: w * scale, h: h * scale };
}

/** Arrange all again; returns the boxes (px of the device) where something else is drawn now. */
marks.build = function () {
  const before = new Map(marks.list.map((one) => [sign(one), one.box]));
  const { placed, hidden } = arrange(tiers(), measure, SIDE * px(), room());
  marks.list = placed;
  marks.hidden = hidden;
  const changed = [];
  for (const one of placed) if (!before.delete(sign(one))) changed.push(one.box);
  changed.push(...before.values());
  note();
  return changed.map(inView);
};

function note() {
  const node = byId("gw-covered");
  node.hidden = marks.hidden === 0;
  if (marks.hidden > 0) put(node, text("map.covered", { n: count(marks.hidden) }));
}

function inView({ x, y, w, h }) {
  return { x: x - map.view.ox, y: y - map.view.oy, w, h };
}

/** Where marks are, CSS px of the panel. */
marks.boxes = function () {
  const { ratio } = map.view;
  return marks.list.map((one) => {
    const { x, y, w, h } = inView(one.box);
    return { x: x / ratio, y: y / ratio, w: w / ratio, h: h / ratio };
  });
};

/** The middle of the mark for the newest red event, px of the panel; null if there is none. */
marks.newest = function () {
  const one = marks.list.find(({ newest }) => newest);
  if (one === undefined) return null;
  const { x, y, w, h } = inView(one.box);
  return { x: (x + w / 2) / map.view.ratio, y: (y + h / 2) / map.view.ratio };
};

/* ---- painting ---- */

/** A plate with its shape and numbers, about (x, y). */
function plate(pen, one, x, y) {
  const { w, h } = plateOf(one);
  const [left, top] = [Math.round(x - w / 2), Math.round(y - h / 2)];
  pen.beginPath();
  if (pen.roundRect) pen.roundRect(left, top, w, h, h / 2);
  else pen.rect(left, top, w, h);
  pen.fillStyle = colour("raised");
  pen.fill();
  pen.lineWidth = Math.max(1, (one.urgent ? 2 : 1) * px());
  pen.strokeStyle = colour(one.urgent ? stamps.LEVELS[worst(one.levels)] : "line");
  pen.stroke();
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillStyle = colour("text");
  let at = left + 1.1 * PAD * px();
  for (const part of written(one)) {
    const wide = long(part);
    if (part.level !== undefined) stamps.put(pen, part.level, at + wide / 2, y, false);
    else {
      pen.font = font(part.size);
      pen.fillText(count(part.n), at, y + 0.06 * part.size);
    }
    at += wide + 0.5 * PAD * px();
  }
}

/** Draw the marks that reach into `area` (px of the device). */
marks.paint = function (pen, area) {
  for (const one of marks.list) {
    const { x, y, w, h } = inView(one.box);
    if (x > area.x + area.w || x + w < area.x || y > area.y + area.h || y + h < area.y) continue;
    if (one.n > 1) plate(pen, one, x + w / 2, y + h / 2);
    else stamps.put(pen, worst(one.levels), x + w / 2, y + h / 2, one.urgent);
  }
};

panel("cells", function (next) {
  cells = next;
  points.changed();
  heat.paint();
});

map.part("marks", {
  refresh() {
    sizes = new Map();
  },
});
