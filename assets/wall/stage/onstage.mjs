/* The stage over the map: a red event that is news, else the event that a user points this wall
 * at. It is shown above the map, which makes room for it, or over what tells least, and never over
 * today's numbers or the queue. Who comes on stage is attention.mjs's business.
 */

import { byId, cut, make, put, set, unit } from "../base.mjs";
import { steer } from "../care/steer.mjs";
import { points } from "../map/points.mjs";
import { fly, flyHome } from "../map/view.mjs";
import { nameOf, text } from "../names.mjs";
import { where } from "../panels/queue.mjs";
import { every, listen, onLayout, onStart } from "../registry.mjs";
import { scenes } from "../scenes/scenes.mjs";
import { say } from "../state.mjs";
import { time } from "../time.mjs";
import { Attention } from "./attention.mjs";
import { sound } from "./sound.mjs";

const LOOK_MS = 500;
/* Where it may lie when the scene has no map; the footer if none of these is shown. */
const PLACES = ["map", "surges", "places", "trend", "departments"];
const LEAST = { width: 300, height: 220 };
const PARTS = ["mark", "word", "clock", "what", "where", "who"];

export const attention = new Attention();
export const onstage = { shown: null };
let node = null;
let parts = null;
let rows = {};
let queue = {};
let area = null;
let fresh = null;
let red = null;
let place = null;
const BEHIND = ["stale", "engine-stopped"];
let lit = [];

/* ---- what is shown ---- */

/** Red before what a user points at, which comes back after it. */
function wanted() {
  if (red !== null) return { key: "red:" + red.id, kind: "red", row: rows[red.id], red };
  const row = steer.event();
  return row === null ? null : { key: "event:" + row.key, kind: "steered", row };
}

function look() {
  const at = performance.now();
  const away = document.hidden || document.body.dataset.state === "link-lost";
  /* An engine that is behind tells what is long past: no news, but for what is young. */
  if (BEHIND.includes(document.body.dataset.state)) attention.elsewhere(at);
  if (fresh !== null && time.now() !== null) {
    attention.take(fresh, at, time.now());
    fresh = null;
  }
  if (!away && time.now() !== null) attention.alive(at);
  red = attention.look(at);
  light(attention.lit(at));
  show(wanted());
  if (red !== null && red.first) {
    sound.red(rows[red.id]);
    say(sound.words(rows[red.id]));
  }
}

function show(next) {
  const before = onstage.shown;
  onstage.shown = next;
  node.hidden = next === null;
  if (next !== null) draw(next);
  if ((before && before.key) === (next && next.key)) return;
  lie();
  hold(next !== null && next.kind === "red");
  flyTo(next);
}

function hold(wants) {
  if (wants) scenes.hold("red");
  else scenes.release("red");
}

function flyTo(next) {
  const row = next && next.row;
  if (row && Number.isFinite(row.lat) && Number.isFinite(row.lon)) fly(row.lat, row.lon);
  else flyHome();
}

/* ---- its words ---- */

function build() {
  node = make("section", "onstage", byId("gw-wall"));
  node.hidden = true;
  node.id = "gw-onstage";
  const card = make("div", "card", node);
  parts = {};
  for (const name of PARTS) parts[name] = make(name === "mark" ? "i" : "div", name, card);
  set(parts.mark, "aria-hidden", "true");
  for (const name of ["more", "ago", "since"]) parts[name] = make("span", name, parts.clock);
  for (const name of ["whose", "note"]) parts[name] = make("span", name, parts.who);
}

function draw({ key, kind, row, red: one }) {
  set(node, "data-kind", kind);
  set(node, "data-key", key);
  set(node, "data-event", row.event_id);
  set(node, "data-gone", one && one.gone ? "yes" : null);
  set(parts.mark, "class", "mark " + row.level);
  put(parts.word, text(kind === "red" ? "stage.red" : "level." + row.level));
  cut(parts.what, nameOf("categories", row.category));
  cut(parts.where, where(row));
  cut(parts.whose, row.department ? nameOf("departments", row.department) : text("stage.nobody"));
  put(parts.more, one && one.waiting > 0 ? "+" + one.waiting : "");
  put(parts.note, kind === "red" ? farewell(row, one) : steer.note(row));
  tick();
}

/** Why a red one leaves: what the queue knows of it, or that it waits no longer. */
function farewell(row, one) {
  if (!one.gone) return text("stage.unacknowledged");
  const known = queue[row.event_id];
  return text(known && known.acknowledged ? "stage.acknowledged" : "stage.over");
}

/** The clock: how long ago it was reported, to the second. */
function tick() {
  const next = onstage.shown;
  const now = time.now();
  if (next === null || now === null) return;
  put(parts.ago, steer.clock(next, now) || span(Math.max(0, now - next.row.ts)));
  put(parts.since, text(next.kind === "red" ? "stage.since" : steer.clockWord(next, now)));
}

function span(ms) {
  if (ms >= 86400000) return time.length(ms);
  const two = (n) => String(n).padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const rest = two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
  return hours > 0 ? hours + ":" + rest : rest;
}

onstage.span = span;

/* ---- its place ---- */

/** Where the panel is that it may be shown in: {name, left, top, width, height}; null if none has room. */
function largest() {
  for (const name of PLACES) {
    const panel = document.querySelector('main.main > [data-panel="' + name + '"]');
    if (panel === null || panel.hidden) continue;
    const { left, top, width, height } = panel.getBoundingClientRect();
    const u = unit();
    if (width >= LEAST.width * u && height >= LEAST.height * u) return { name, left, top, width, height };
  }
  return null;
}

function lie() {
  const box = onstage.shown === null ? null : largest();
  if (onstage.shown !== null) position(box);
  makeRoom(box !== null && box.name === "map");
}

function position(box) {
  const next = box === null ? "foot" : [box.left, box.top, box.width, box.height].join(" ");
  if (next === place) return;
  place = next;
  set(node, "data-place", box === null ? "foot" : "panel");
  const foot = document.querySelector(".foot-line").getBoundingClientRect();
  const at = box || foot;
  node.style.left = at.left + "px";
  node.style.top = at.top + "px";
  node.style.width = at.width + "px";
  node.style.maxHeight = at.height + "px";
  node.style.height = box === null ? at.height + "px" : "";
}

/** The map begins where the stage ends, so that nothing of it is hidden. */
function makeRoom(wanted) {
  const panel = document.querySelector('main.main > [data-panel="map"]');
  const title = panel.querySelector(".title").getBoundingClientRect();
  const over = wanted ? node.getBoundingClientRect().bottom - title.bottom : 0;
  const margin = over > 0 ? Math.ceil(over) + "px" : "";
  const canvas = panel.querySelector(".canvas");
  if (canvas.style.marginTop !== margin) canvas.style.marginTop = margin;
}

/* ---- orange: its row is lit, nothing moves ---- */

function light(next) {
  for (const id of new Set([...lit, ...next])) {
    const row = document.querySelector('#gw-queue [data-event="' + CSS.escape(id) + '"]');
    if (row !== null) set(row, "data-lit", next.includes(id) ? "yes" : null);
  }
  if (next.join() !== lit.join()) points.light(next);
  lit = next;
}

/* ---- from outside ---- */

listen("alerts", function (state) {
  const order = (state.order || []).filter((id) => state.rows[id]);
  /* who leaves is still spoken of */
  for (const id of Object.keys(rows)) if (!state.rows[id] && !(red && red.id === id)) delete rows[id];
  for (const id of order) rows[id] = state.rows[id];
  fresh = order.map((id) => state.rows[id]);
  if (node !== null) look();
});

listen("queue", function (state) {
  queue = state.rows || {};
});

listen("head", function (state) {
  const next = state.area || "";
  if (area !== null && next !== area) attention.elsewhere(performance.now());
  area = next;
});

/** Something that may change the stage has changed. */
onstage.look = () => {
  if (node !== null) look();
};

/** Whether a red event is on stage or waits for it: not a moment to load the page again. */
attention.busy = () => attention.on !== null || attention.waiting.length > 0;

onStart(function () {
  build();
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("resize", () => requestAnimationFrame(relie));
  new ResizeObserver(() => lie()).observe(node);
});

function relie() {
  place = null;
  if (!node.hidden) lie();
}

onLayout(relie);
every(tick);
