/* The stage over the map: the red events that are called to it, else the event that a user points
 * this wall at. It is shown under the title of the map, which makes room for it, or in the panel that
 * tells least, else above the footer; it covers nothing. Who comes on stage is attention.mjs's business, what a
 * card shows cards.mjs's; who is not on it and not acknowledged stays in the footer (unanswered.mjs).
 */

import { byId, make, set, unit } from "../base.mjs";
import { steer } from "../care/steer.mjs";
import { points } from "../map/points.mjs";
import { fly, flyHome } from "../map/view.mjs";
import { text } from "../names.mjs";
import { every, listen, onLayout, onStart } from "../registry.mjs";
import { scenes } from "../scenes/scenes.mjs";
import { say } from "../state.mjs";
import { time } from "../time.mjs";
import { Attention } from "./attention.mjs";
import { drawCards, makeCards, room, tickCards } from "./cards.mjs";
import { sound } from "./sound.mjs";
import { unanswered } from "./unanswered.mjs";

const LOOK_MS = 500;
/* Where it may be when the scene has no map; above the footer if none of these is shown. */
const PLACES = ["map", "surges", "places", "trend", "departments", "queue"];
const LEAST = { width: 300, height: 300 };
/* Less than this under it, px of the design, is no room for a list. */
const REST = 130;
/* A panel lower than this keeps its room: how many more there are, only the footer counts. */
const LOW = 480;
/* Free above and below it, together, where it is above the footer. */
const EDGE = 14;

export const attention = new Attention();
export const onstage = { shown: null };
let node = null;
let parts = null;
let rows = {};
let queue = {};
let area = null;
let fresh = null;
let reds = [];
let place = null;
const BEHIND = ["stale", "engine-stopped"];
let lit = [];

/* ---- what is shown ---- */

/** Red before what a user points at, which comes back after it. */
function wanted() {
  const cards = reds.filter((red) => rows[red.id]).map((red) => ({ ...red, ...redCard(red) }));
  if (cards.length > 0) return { key: "red:" + reds.map((red) => red.id).sort(), kind: "red", cards };
  const row = steer.event();
  if (row === null) return null;
  const card = { key: "event:" + row.key, kind: "steered", row, note: steer.note(row) };
  return { key: card.key, kind: "steered", order: row.key, cards: [card] };
}

function redCard(red) {
  const row = rows[red.id];
  return { key: "red:" + red.id, kind: "red", row, note: red.gone ? farewell(row) : pending(red, row) };
}

/** What is waited for: that it is acknowledged; at a step of its escalation also by whom. */
function pending(red, row) {
  if (red.step === 0) return text("stage.unacknowledged");
  return text("stage.step", { n: red.step, owner: text("owner." + row.owner) });
}

/** Why a red one leaves: what the queue knows of it, or that it waits no longer. */
function farewell(row) {
  const known = queue[row.event_id];
  return text(known && known.acknowledged ? "stage.acknowledged" : "stage.over");
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
  const box = attention.busy() ? largest() : null;
  reds = attention.look(at, box === null ? 1 : room(box.width));
  light(attention.lit(at));
  show(wanted());
  const first = reds.find((red) => red.first && rows[red.id]);
  if (first === undefined) return;
  sound.red(rows[first.id]);
  for (const red of reds) if (red.first) say(sound.words(rows[red.id]));
}

function show(next) {
  const before = onstage.shown;
  onstage.shown = next;
  node.hidden = next === null;
  const here = new Set(next !== null && next.kind === "red" ? reds.map((red) => red.id) : []);
  const more = unanswered.without(here);
  if (next !== null) draw(next, here.size > 0 ? more : "");
  if ((before && before.key) === (next && next.key)) return;
  lie();
  hold(next !== null && next.kind === "red");
  const located = next === null ? [] : next.cards.map((card) => card.row).filter(isLocated);
  if (located.length > 0) fly(located.map((row) => [row.lat, row.lon]));
  else flyHome();
}

const isLocated = (row) => Number.isFinite(row.lat) && Number.isFinite(row.lon);

function hold(wants) {
  if (wants) scenes.hold("red");
  else scenes.release("red");
}

/* ---- its words ---- */

function build() {
  node = make("section", "onstage", byId("gw-wall"));
  node.hidden = true;
  node.id = "gw-onstage";
  parts = makeCards(node);
}

function draw({ key, kind, cards }, more) {
  set(node, "data-kind", kind);
  set(node, "data-key", key);
  set(node, "data-event", cards[0].row.event_id);
  set(node, "data-gone", cards.every((card) => card.gone) ? "yes" : null);
  drawCards(parts, cards, more === "" ? "" : text("stage.more", { n: more }));
}

/* ---- its place: below the title of a panel, or above the footer's line ---- */

/** The panel that it is shown in: {panel, left, top, width, bottom}; null if none has room. */
function largest() {
  for (const name of PLACES) {
    const panel = document.querySelector('main.main > [data-panel="' + name + '"]');
    if (panel === null || panel.hidden) continue;
    const { left, bottom, width, height } = panel.getBoundingClientRect();
    const u = unit();
    if (width < LEAST.width * u || height < LEAST.height * u) continue;
    const top = panel.querySelector(".title").getBoundingClientRect().bottom;
    return { panel, left, top, width, bottom };
  }
  return null;
}

function lie() {
  const box = onstage.shown === null ? null : largest();
  if (onstage.shown !== null) position(box);
  makeRoom(box);
}

function position(box) {
  const next = box === null ? "foot" : [box.left, box.top, box.width, box.bottom].join(" ");
  if (next === place) return;
  place = next;
  set(node, "data-place", box === null ? "foot" : "panel");
  set(node, "data-low", box !== null && box.bottom - box.top < LOW * unit() ? "yes" : null);
  const main = document.querySelector("main.main").getBoundingClientRect();
  const { left, width } = box || main;
  node.style.left = left + "px";
  node.style.width = width + "px";
  node.style.top = box === null ? "" : box.top + "px";
  node.style.maxHeight = box === null ? "" : box.bottom - box.top + "px";
}

/* What of a panel begins where the stage ends, so that nothing of it is covered. */
const below = (panel) => panel.querySelector(".canvas") || panel.querySelector(".title ~ *");
let moved = null;

/** The panel shows what it has room for under the stage; a rest too small for that is not shown. */
function makeRoom(box) {
  const height = node.hidden ? 0 : node.getBoundingClientRect().height;
  const panel = box === null ? null : box.panel;
  if (moved !== null && moved !== panel) {
    below(moved).style.marginTop = "";
    set(moved, "data-under", null);
  }
  moved = panel;
  const foot = box === null && !node.hidden;
  byId("gw-wall").style.setProperty("--stage", foot ? Math.ceil(height + EDGE * unit()) + "px" : "0px");
  set(byId("gw-wall"), "data-stage", foot ? "foot" : null);
  if (panel === null) return;
  const margin = Math.ceil(height) + "px";
  const body = below(panel);
  if (body.style.marginTop !== margin) body.style.marginTop = margin;
  const rest = box.bottom - box.top - height;
  set(panel, "data-under", rest < REST * unit() ? "none" : "some");
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
  /* who leaves is still shown for a moment */
  const on = new Set(reds.map((red) => red.id));
  for (const id of Object.keys(rows)) if (!state.rows[id] && !on.has(id)) delete rows[id];
  for (const id of order) rows[id] = state.rows[id];
  fresh = order.map((id) => state.rows[id]);
  unanswered.take(fresh);
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
attention.busy = () => attention.called.length > 0;

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
every(() => {
  if (onstage.shown !== null) tickCards(parts);
});
