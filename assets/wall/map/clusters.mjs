/* Where single points would be too many: discs with a count, sized by it, the worst level's shape
 * at the rim. Cells come as "x/y": [lon, lat, blue … red]; cells nearer to each other than a disc
 * is wide are one disc, so that there are never more than the screen has room for. Which cells
 * go together depends on a fixed lattice, so that discs don't wander as counts change.
 */

import { colour } from "../base.mjs";
import { count } from "../names.mjs";
import { options } from "../options.mjs";
import { panel } from "../registry.mjs";
import { heat } from "./heat.mjs";
import { labels } from "./labels.mjs";
import { map } from "./map.mjs";
import { points } from "./points.mjs";
import { stamps } from "./stamps.mjs";

const LATTICE = 56;
const PASSES = 3;
const SQUARE = [[0, 1], [0, -1], [1, 0], [-1, 0]];
const ROUND = [...SQUARE, [0.7, 0.7], [-0.7, 0.7], [0.7, -0.7], [-0.7, -0.7]];

export const clusters = { list: [] };
let cells = {};

clusters.any = () => Object.keys(cells).length > 0;
clusters.cells = () => cells;

const radius = (n) => (12 + 5.4 * Math.log10(n)) * map.view.u * map.view.ratio;

function gather() {
  const { scale, u, ratio } = map.view;
  const side = LATTICE * u * ratio;
  const found = new Map();
  for (const key of Object.keys(cells)) {
    const [lon, lat, ...levels] = cells[key];
    const n = levels[0] + levels[1] + levels[2] + levels[3];
    if (n <= 0) continue;
    const [mx, my] = map.world(lon, lat);
    const [bx, by] = [Math.floor((mx * scale) / side), Math.floor((my * scale) / side)];
    const name = bx + ":" + by;
    const one = found.get(name);
    if (one === undefined) found.set(name, { bx, by, name, mx, my, n, levels });
    else take(one, { mx, my, n, levels });
  }
  for (const one of found.values()) one.r = radius(one.n);
  return found;
}

/** Put `other` into `one`; its place is the middle of all events. */
function take(one, other) {
  const n = one.n + other.n;
  one.mx = (one.mx * one.n + other.mx * other.n) / n;
  one.my = (one.my * one.n + other.my * other.n) / n;
  one.n = n;
  one.levels = one.levels.map((count, i) => count + other.levels[i]);
}

/** Discs that touch become one, the smaller in the larger. */
function merge(found) {
  const { scale } = map.view;
  for (let pass = 0; pass < PASSES; pass += 1) {
    let merged = false;
    const largest = (a, b) => b.n - a.n || (a.name < b.name ? -1 : 1);
    for (const one of [...found.values()].sort(largest)) {
      if (!found.has(one.name)) continue;
      for (let dx = -2; dx <= 2; dx += 1) {
        for (let dy = -2; dy <= 2; dy += 1) {
          const other = found.get(one.bx + dx + ":" + (one.by + dy));
          if (other === undefined || other === one) continue;
          const apart = Math.hypot(one.mx - other.mx, one.my - other.my) * scale;
          if (apart >= one.r + other.r) continue;
          take(one, other);
          one.r = radius(one.n);
          found.delete(other.name);
          merged = true;
        }
      }
    }
    if (!merged) return;
  }
}

const worst = (levels) => (levels[3] ? 3 : levels[2] ? 2 : levels[1] ? 1 : 0);

/** A disc steps aside, by its own size at most, from urgent marks that would hide its count. */
function aside(one) {
  const { scale } = map.view;
  let best = null;
  for (const far of [0, 0.5, 0.9]) {
    for (const [dx, dy] of far === 0 ? [[0, 0]] : ROUND) {
      const step = (far * one.r) / scale;
      const moved = { ...one, mx: one.mx + dx * step, my: one.my + dy * step };
      const hidden = points.urgent(words(moved));
      if (best === null || hidden < best.hidden) best = { moved, hidden };
      if (best.hidden === 0) break;
    }
    if (best.hidden === 0) break;
  }
  one.mx = best.moved.mx;
  one.my = best.moved.my;
}

function build() {
  if (!clusters.any() || options.heat) {
    clusters.list = [];
    return;
  }
  const found = gather();
  merge(found);
  clusters.list = [...found.values()];
  for (const one of clusters.list) {
    aside(one);
    one.worst = worst(one.levels);
  }
}

clusters.build = build;

const sign = (one) => [one.name, one.n, one.worst, one.mx, one.my].join();

/** How far it reaches, with the mark at its rim; px of the device. */
const extent = ({ r }) =>
  Math.max(r + 2, Math.SQRT1_2 * r + stamps.reachOf(3, false) + 1);

function box(one) {
  const at = map.at(one.mx, one.my);
  const r = extent(one) / map.view.ratio + 1;
  return { x: at.x - r, y: at.y - r, w: 2 * r, h: 2 * r };
}

/** The box of a disc's count, px of the panel. */
function words(one) {
  const { u, ratio } = map.view;
  const at = map.at(one.mx, one.my);
  const long = 9.5 * u * (count(one.n).length + 0.4);
  const w = one.n > 1 ? Math.min((1.8 * one.r) / ratio, long) : 8 * u;
  return { x: at.x - w / 2, y: at.y - 8 * u, w, h: 16 * u };
}

/** How many counts a box would cover, for the labels; a rim may lie under a name. */
clusters.under = function (area) {
  let cost = 0;
  for (const one of clusters.list) {
    const box = words(one);
    if (area.x + area.w < box.x || box.x + box.w < area.x) continue;
    if (area.y + area.h < box.y || box.y + box.h < area.y) continue;
    cost += 4;
  }
  return cost;
};

/** Draw those that reach into `area` (px of the device). */
clusters.paint = function (pen, area) {
  const { scale, ox, oy, u, ratio } = map.view;
  if (clusters.list.length === 0) return;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = "500 " + Math.round(16 * u * ratio) + "px " + colour("font");
  for (const one of clusters.list) {
    const [x, y] = [Math.round(one.mx * scale - ox), Math.round(one.my * scale - oy)];
    const reach = extent(one);
    if (x + reach < area.x || x - reach > area.x + area.w) continue;
    if (y + reach < area.y || y - reach > area.y + area.h) continue;
    if (one.n > 1) {
      pen.beginPath();
      pen.arc(x, y, one.r, 0, 2 * Math.PI);
      pen.globalAlpha = 0.9;
      pen.fillStyle = colour("raised");
      pen.fill();
      pen.globalAlpha = 1;
      pen.lineWidth = Math.max(1, 1.5 * u * ratio);
      pen.strokeStyle = colour("faint");
      pen.stroke();
      pen.fillStyle = colour("text");
      pen.fillText(count(one.n), x, y + 0.06 * 16 * u * ratio);
    }
    const out = one.n > 1 ? Math.SQRT1_2 * one.r : 0;
    stamps.put(pen, one.worst, x + out, y - out);
  }
};

panel("cells", function (next) {
  const before = new Map(clusters.list.map((one) => [sign(one), one]));
  const had = clusters.any();
  cells = next;
  if (!map.ready()) return;
  build();
  heat.paint();
  if (had !== clusters.any()) {
    points.whole();
    labels.later(0);
    return;
  }
  const changed = [];
  for (const one of clusters.list) if (!before.delete(sign(one))) changed.push(box(one));
  for (const one of before.values()) changed.push(box(one));
  points.repaint(changed);
});

map.part("clusters", {
  moved(zoomed) {
    if (zoomed) build();
  },
});
