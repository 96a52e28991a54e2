/* This wall's answer to the orders that are for it: whether it shows one, or what is before it.
 *
 * Sent when that changes, and again as often as the server asks for, so that a wall that is gone is
 * known to be gone; a page that is left reports that itself. An order is shown only once its scene, the
 * picture of its area and its event are on the screen and the page can be seen.
 */

import { listen, onStart } from "../registry.mjs";
import { names } from "../names.mjs";
import { options } from "../options.mjs";
import { scenes } from "../scenes/scenes.mjs";
import { attention, onstage } from "../stage/onstage.mjs";
import { steer } from "./steer.mjs";

const LOOK_MS = 250;
/* An order for every wall is not answered by all of them in one moment. */
const SPREAD_MS = 800;
const RETRY_MS = 3000;
const SAME_MS = 15000;
const URL = "/api/v1/steer/heard";
const KEY = "gw-page";

let page = "";
let area = "";
/* order → {key, due}: what was sent last, and when the next report is due */
const sent = new Map();

/** This page's own name; the same after it was loaded again. */
function ownName() {
  try {
    const held = sessionStorage.getItem(KEY);
    if (held !== null) return held;
  } catch {
    /* No storage: a new name with each load. */
  }
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const name = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    /* as above */
  }
  return name;
}

const waiting = (before, until = 0) => ({ state: "waiting", before, until: Math.round(until) });

function stateOf(order) {
  const current = steer.current();
  if (current === null || current.id !== order.id) return waiting("order", current ? current.until : 0);
  const { scene } = steer.target(order);
  if ((order.scene || order.area) && !scenes.steered()) return waiting("hand");
  if (scene && names.scenes.scenes[scene] === undefined) return waiting("scene");
  if (order.event && !order.told) return waiting("event");
  if (document.hidden) return waiting("hidden");
  if (order.event && !(onstage.shown && onstage.shown.order === order.id)) {
    const now = performance.now();
    const free = attention.free(now);
    return free === null ? waiting("loading") : waiting("red", steer.server() + free - now);
  }
  const placed = !order.area || area === order.area;
  if ((scene && scenes.name !== scene) || !placed) return waiting("loading");
  return { state: "shown", before: "", until: 0 };
}

function body(order, { state, before, until }) {
  return JSON.stringify({ order: order.id, page, device: options.device || "", state, before, until });
}

async function send(order, report, entry) {
  entry.due = performance.now() + RETRY_MS;
  try {
    const headers = { "Content-Type": "application/json", "X-Gridwall": "1" };
    const answer = await fetch(URL, { method: "POST", headers, body: body(order, report), cache: "no-store" });
    if (!answer.ok) return;
    const { again_ms: again } = await answer.json();
    entry.due = performance.now() + (again || RETRY_MS);
  } catch {
    /* The server can't be reached: again soon. */
  }
}

function look() {
  const orders = steer.mine();
  for (const id of sent.keys()) if (!orders.some((order) => order.id === id)) sent.delete(id);
  for (const order of orders) {
    const now = performance.now();
    const report = stateOf(order);
    const key = [report.state, report.before, Math.round(report.until / SAME_MS)].join();
    let entry = sent.get(order.id);
    if (entry === undefined) {
      entry = { key: null, due: order.device ? now : now + Math.random() * SPREAD_MS };
      sent.set(order.id, entry);
    } else if (entry.key !== key && entry.key !== null) {
      entry.due = now;
    }
    if (entry.due > now) continue;
    entry.key = key;
    send(order, report, entry);
  }
}

/** The page is left: it shows nothing any more. */
function leave() {
  for (const order of steer.mine()) {
    if (!sent.has(order.id) || !navigator.sendBeacon) continue;
    const words = body(order, { state: "gone", before: "", until: 0 });
    navigator.sendBeacon(URL, new Blob([words], { type: "application/json" }));
  }
}

listen("head", (state) => {
  area = state.area || "";
});

onStart(function () {
  page = ownName();
  setInterval(look, LOOK_MS);
  window.addEventListener("pagehide", leave);
});
