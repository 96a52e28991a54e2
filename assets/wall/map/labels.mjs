/* Names on the map that don't collide: each at its place, else a line above or below; where
 * there is no room the least busy go without. With many outlines a label is the ordinal of the
 * list next to the map.
 */

import { make, put, set } from "../base.mjs";
import { count, names } from "../names.mjs";
import { shown } from "../registry.mjs";
import { areas } from "./areas.mjs";
import { clusters } from "./clusters.mjs";
import { drill } from "./drill.mjs";
import { map } from "./map.mjs";
import { points } from "./points.mjs";

const NAMED = 20;
const EVERY_MS = 20000;
/* In widths and heights of the label, the best first. */
const OFFSETS = [0, -0.5, 0.5, -1, 1, -1.5, 1.5, -2, 2, -2.6, 2.6].flatMap((dy) =>
  [0, -0.35, 0.35, -0.7, 0.7].map((dx) => [dx, dy]),
);
/* About a circle the label is below, above, right, left; in it, if it has room. */
const AROUND = [[0, 1], [0, -1], [1, 0], [-1, 0]];

const nodes = new Map();
let top = [];
let at = -EVERY_MS;
let timer = null;

export const labels = {};

/** Place them again: now if asked for, else when they have stood long enough. */
labels.later = function (most = EVERY_MS) {
  if (timer !== null) clearTimeout(timer);
  const wait = Math.max(50, Math.min(most, at + most - performance.now()));
  timer = setTimeout(place, wait);
};

/** The list next to the map: its order numbers the labels. */
labels.top = function (order) {
  if (order.length === top.length && order.every((code, i) => code === top[i])) return;
  top = order.slice();
  labels.later(areas.outlines.size > NAMED ? 0 : EVERY_MS);
};

const byOpen = (a, b) => areas.open(b) - areas.open(a) || (a < b ? -1 : 1);

/** What to write: [{code, words, count, ordinal, around}] by weight. */
function wanted() {
  const { outlines, circles } = areas;
  const shown = [...outlines.keys()].filter(drill.inside);
  const below = [...circles.keys()].filter((code) => code !== drill.area);
  const around = below.sort(byOpen).map((code) => ({
    code,
    words: drill.name(code),
    count: count(areas.open(code)),
    around: true,
  }));
  if (around.length > 0) return around;
  if (shown.length <= NAMED) {
    return shown.sort(byOpen).map((code) => ({ code, words: drill.name(code) }));
  }
  const listed = top.filter((code) => outlines.has(code));
  return listed.map((code, index) => ({ code, words: String(index + 1), ordinal: true }));
}

function makeLabel(code) {
  const node = make("div", "", map.leaflet.getPane("gwLabels"));
  node.gw = { name: make("span", "", node), count: make("b", "num", node) };
  nodes.set(code, node);
  return node;
}

function place() {
  timer = null;
  if (!map.ready() || names === null || !shown("map")) return;
  at = performance.now();
  const items = wanted();
  const codes = new Set(items.map((item) => item.code));
  for (const [code, node] of nodes) {
    if (codes.has(code)) continue;
    node.remove();
    nodes.delete(code);
  }
  const taken = [drill.box()].filter((one) => one !== null);
  for (const item of items) {
    const node = nodes.get(item.code) || makeLabel(item.code);
    const kind = item.ordinal ? " ordinal" : item.around ? " around" : "";
    set(node, "class", "area-label" + kind);
    put(node.gw.name, item.words);
    put(node.gw.count, item.count || "");
    position(node, item, taken);
  }
}

const overlap = (a, b) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function anchor({ code }) {
  const circle = areas.circles.get(code);
  if (circle !== undefined) return { at: [circle.lat, circle.lon], r: circle.r };
  const { label, layer } = areas.outlines.get(code);
  return { at: label ? [label[1], label[0]] : layer.getBounds().getCenter(), r: 0 };
}

/** The boxes a label may have, the best first. */
function boxes(item, w, h) {
  const { at: where, r } = anchor(item);
  const { x, y } = map.leaflet.latLngToContainerPoint(where);
  if (!item.around) {
    return OFFSETS.map(([dx, dy]) => ({
      box: { x: x - w / 2 + dx * w, y: y - h / 2 + dy * h, w, h },
      cost: 1.2 * (1.6 * Math.abs(dx) + Math.abs(dy)),
    }));
  }
  const ways = 2 * r > w ? [[0, 0], ...AROUND] : AROUND;
  return ways.map(([dx, dy], n) => ({
    box: { x: x - w / 2 + dx * (r + w / 2 + 3), y: y - h / 2 + dy * (r + h / 2), w, h },
    cost: 0.3 * n,
  }));
}

function position(node, item, taken) {
  const size = map.leaflet.getSize();
  let best = null;
  for (const { box, cost } of boxes(item, node.offsetWidth, node.offsetHeight)) {
    if (box.x < 0 || box.y < 0 || box.x + box.w > size.x || box.y + box.h > size.y) continue;
    if (taken.some((other) => overlap(box, other))) continue;
    const all = cost + points.under(box) + clusters.under(box);
    if (best === null || all < best.cost) best = { box, cost: all };
  }
  node.style.visibility = best === null ? "hidden" : "";
  if (best === null) return;
  taken.push(best.box);
  const corner = map.leaflet.containerPointToLayerPoint([best.box.x, best.box.y]);
  window.L.DomUtil.setPosition(node, corner.round());
}

map.part("labels", {
  attach() {
    for (const node of nodes.values()) node.remove();
    nodes.clear();
  },
  moved(zoomed) {
    if (zoomed) map.leaflet.getPane("gwLabels").classList.add("lost");
  },
  settled() {
    map.leaflet.getPane("gwLabels").classList.remove("lost");
    place();
  },
});
