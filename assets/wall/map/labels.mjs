/* Names on the map that cover neither each other nor a mark: each at its place, else a line above or
 * below; where there is no room, the ordinal of the list next to the map, or nothing (how many is
 * written at the lower edge). With many outlines all labels are ordinals. A name moves when its
 * place is taken.
 */

import { byId, make, put, set } from "../base.mjs";
import { count, names, text } from "../names.mjs";
import { shown } from "../registry.mjs";
import { areas } from "./areas.mjs";
import { drill } from "./drill.mjs";
import { map } from "./map.mjs";
import { marks } from "./marks.mjs";
import { nameable } from "./placing.mjs";

const NAMED = 20;
const EVERY_MS = 20000;
/* In widths and heights of the label, the nearest first. */
const OFFSETS = [0, -0.5, 0.5, -1, 1, -1.5, 1.5, -2, 2, -2.6, 2.6, -3.2, 3.2]
  .flatMap((dy) => [0, -0.35, 0.35, -0.7, 0.7, -1, 1].map((dx) => [dx, dy]))
  .sort((a, b) => away(a) - away(b));
/* The same for an ordinal, which is small. */
const STEPS = [-3, -2.4, -1.8, -1.2, -0.6, 0, 0.6, 1.2, 1.8, 2.4, 3];
const NEAR = STEPS.flatMap((dy) => STEPS.map((dx) => [dx, dy])).sort(
  (a, b) => Math.hypot(...a) - Math.hypot(...b),
);
/* About a circle the label is below, above, right, left; in it, if it has room. */
const AROUND = [[0, 1], [0, -1], [1, 0], [-1, 0]];
/* px of the design: the side of an ordinal's circle (css/map.css), what stays free about a label */
const ORDINAL = 25;
const GAP = 3;
/* the strip at the lower edge that counts what has no room */
const STRIP = 22;
const SIDE = 60;

const nodes = new Map();
let top = [];
let at = -EVERY_MS;
let timer = null;
/* what is written: [{code, words, …, choices}]; and where: code → the number of its choice */
let items = [];
let held = new Map();
let view = null;

export const labels = {};

function away([dx, dy]) {
  return 1.6 * Math.abs(dx) + Math.abs(dy);
}

/** Place them again: now if asked for, else when they have stood long enough. */
labels.later = function (most = EVERY_MS) {
  if (timer !== null) clearTimeout(timer);
  const wait = Math.max(50, Math.min(most, at + most - performance.now()));
  timer = setTimeout(again, wait);
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
    const name = (code) => ({ code, words: drill.name(code), short: top.indexOf(code) + 1 });
    return shown.sort(byOpen).map(name);
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

/** Whether its place is in the panel: what is not there lacks no room. */
function inView(item) {
  const { x: w, y: h } = map.leaflet.getSize();
  const { x, y } = map.leaflet.latLngToContainerPoint(anchor(item).at);
  return x >= 0 && y >= 0 && x <= w && y <= h;
}

/** What is to be written and every box it may have. */
function prepare() {
  items = wanted().filter(inView);
  const codes = new Set(items.map((item) => item.code));
  for (const [code, node] of nodes) {
    if (codes.has(code)) continue;
    node.remove();
    nodes.delete(code);
  }
  for (const item of items) {
    item.key = item.code;
    const node = nodes.get(item.code) || makeLabel(item.code);
    write(node, item, false);
  }
  /* all are written before the first is measured: one layout of the page for all */
  for (const item of items) {
    const node = nodes.get(item.code);
    item.choices = boxes(item, node.offsetWidth, node.offsetHeight);
  }
}

function write(node, item, short) {
  const kind = item.ordinal || short ? " ordinal" : item.around ? " around" : "";
  set(node, "class", "area-label" + kind);
  put(node.gw.name, short ? String(item.short) : item.words);
  put(node.gw.count, (!short && item.count) || "");
}

function anchor({ code }) {
  const circle = areas.circles.get(code);
  if (circle !== undefined) return { at: [circle.lat, circle.lon], r: circle.r };
  const { label, layer } = areas.outlines.get(code);
  return { at: label ? [label[1], label[0]] : layer.getBounds().getCenter(), r: 0 };
}

const offset = (ways, x, y, w, h, form) =>
  ways.map(([dx, dy]) => ({ x: x - w / 2 + dx * w, y: y - h / 2 + dy * h, w, h, ...form }));

/** The boxes a label may have, px of the panel, the best first; the ordinal's last. */
function boxes(item, w, h) {
  const { at: where, r } = anchor(item);
  const { x, y } = map.leaflet.latLngToContainerPoint(where);
  if (!item.around) {
    const side = ORDINAL * map.view.u;
    const short = item.short ? offset(NEAR, x, y, side, side, { short: true }) : [];
    return [...offset(item.ordinal ? NEAR : OFFSETS, x, y, w, h), ...short];
  }
  const ways = 2 * r > w ? [[0, 0], ...AROUND] : AROUND;
  return ways.map(([dx, dy]) => {
    return { x: x - w / 2 + dx * (r + w / 2 + 3), y: y - h / 2 + dy * (r + h / 2), w, h };
  });
}

/** Put each where it is free; `held` has where it is now. */
function place(list, before) {
  const { x: w, y: h } = map.leaflet.getSize();
  const taken = [drill.box(), ...marks.boxes()].filter((one) => one !== null);
  const gap = GAP * map.view.u;
  const wide = (box) => ({ x: box.x - gap, y: box.y - gap, w: box.w + 2 * gap, h: box.h + 2 * gap });
  const room = { x: 0, y: 0, w, h: h - STRIP * map.view.u };
  const found = nameable(list, taken.map(wide), room, SIDE * map.view.u, before);
  held = found.placed;
  view = map.view;
  for (const item of items) draw(item);
  const node = byId("gw-unnamed");
  const hidden = items.length - held.size;
  node.hidden = hidden === 0;
  if (hidden > 0) put(node, text("map.unnamed", { n: count(hidden) }));
  map.named();
}

function draw(item) {
  const node = nodes.get(item.code);
  const at = item.choices[held.get(item.code)];
  node.style.visibility = at === undefined ? "hidden" : "";
  if (at === undefined) return;
  write(node, item, at.short === true);
  const corner = map.leaflet.containerPointToLayerPoint([at.x, at.y]);
  window.L.DomUtil.setPosition(node, corner.round());
}

const can = () => map.ready() && names !== null && shown("map");

/** What is written is looked at again: a name that is not covered stays where it is. */
function again(fresh = false) {
  timer = null;
  if (!can()) return;
  at = performance.now();
  const before = new Map(fresh ? [] : held);
  for (const { code, choices } of items) {
    if (before.has(code) && choices[before.get(code)].short) before.delete(code);
  }
  prepare();
  place(items, before);
}

/** Marks have changed: names that they would cover make room, and none comes back before its time. */
labels.covered = function () {
  if (!can() || view !== map.view) return;
  place(items.filter(({ code }) => held.has(code)), held);
};

/** Where names are, px of the panel. */
labels.boxes = function () {
  if (view === null) return [];
  const { ox, oy, ratio } = map.view;
  const [dx, dy] = [(view.ox - ox) / ratio, (view.oy - oy) / ratio];
  return items
    .filter(({ code }) => held.has(code))
    .map(({ code, choices }) => choices[held.get(code)])
    .map(({ x, y, w, h }) => ({ x: x + dx, y: y + dy, w, h }));
};

map.part("labels", {
  attach() {
    for (const node of nodes.values()) node.remove();
    nodes.clear();
    items = [];
    held = new Map();
    view = null;
  },
  moved(zoomed) {
    if (zoomed) map.leaflet.getPane("gwLabels").classList.add("lost");
  },
  settled() {
    map.leaflet.getPane("gwLabels").classList.remove("lost");
    again(true);
  },
});
