/* Why this number: what a number means, how it is counted, over which time, what is left out, and
 * up to when it is complete. Shown when a pointer rests on it or it is come to by keyboard; never
 * on a wall without a user.
 *
 * The words are those of docs/metrics.md; names.metrics holds which path on the wall has which.
 */

import { byId, put, unit } from "../base.mjs";
import { held } from "../draw.mjs";
import { count, names, text } from "../names.mjs";
import { every, onLayout, onStart } from "../registry.mjs";
import { state } from "../state.mjs";
import { time } from "../time.mjs";
import { ages } from "./ages.mjs";
import { reading } from "./screen_reader.mjs";

const REST_MS = 400;
const LEAVE_MS = 250;
/* A pointer left lying on a number asks nothing. */
const IDLE_MS = 30000;
const GAP = 10;
const EDGE = 8;

export const why = { of: null };
let candidate = null;
let timer = null;
let idle = null;
let at = { x: -1, y: -1 };

/** The pattern of a path: what varies as "*". */
function pattern(path) {
  const known = names.metrics;
  if (known[path] !== undefined) return path;
  if (path.startsWith("delta.")) return "delta.*";
  const parts = path.split(".");
  const starred = parts.map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");
  if (known[starred] !== undefined) return starred;
  /* A code may have dots of its own: it is what is between the ends we know. */
  return Object.keys(known).find((one) => {
    const [head, tail] = one.split("*");
    return tail !== undefined && path.startsWith(head) && path.endsWith(tail);
  });
}

/** The key of a number's words, or null. */
why.key = (path) => names.metrics[pattern(path)] || null;

/** One of a number's words: name, means, formula, window, out; "" if it has none. */
why.words = (key, field) => names.text["metric." + key + "_" + field] || "";

/* ---- its words ---- */

function fill(card, node, key) {
  put(card.querySelector(".name"), why.words(key, "name"));
  put(card.querySelector(".means"), why.words(key, "means"));
  for (const row of card.querySelectorAll("[data-row]")) {
    const words = why.words(key, row.dataset.row);
    row.hidden = words === "";
    put(row.querySelector("dd"), words);
  }
  moment(card, node);
}

/** Up to when the number is complete: as old as its panel, or as the deadlines' clock. */
function moment(card, node) {
  const panel = node.closest("[data-panel]");
  const parts = [ages.panel(panel === null ? "" : panel.dataset.panel).ms];
  if (node.dataset.kpi.endsWith("overdue")) parts.push(ages.of("clock"));
  const old = Math.max(...parts);
  const when = state.asOf(old);
  const now = time.now();
  let words = "";
  if (when !== null && now !== null) {
    const values = { at: time.clock(when), zone: time.zone(now) };
    const version = (held("head") || {}).version;
    words =
      version === undefined
        ? text("why.at", values)
        : text("why.at_position", { ...values, n: count(version) });
  }
  put(card.querySelector(".at"), words);
}

/* ---- its place ---- */

function place(card, node) {
  const box = node.getBoundingClientRect();
  const u = unit();
  const { width, height } = card.getBoundingClientRect();
  const edge = EDGE * u;
  const within = (value, size, room) => Math.max(edge, Math.min(value, room - size - edge));
  const below = box.bottom + GAP * u;
  const fits = below + height + edge <= window.innerHeight;
  const top = fits ? below : box.top - GAP * u - height;
  card.style.left = within(box.left, width, window.innerWidth) + "px";
  card.style.top = within(top, height, window.innerHeight) + "px";
}

why.open = function (node) {
  const key = node.dataset.kpi ? why.key(node.dataset.kpi) : null;
  if (key === null || !node.isConnected) return;
  if (why.of !== null && why.of !== node) why.close();
  const card = byId("gw-why");
  why.of = node;
  card.hidden = false;
  fill(card, node, key);
  place(card, node);
  node.setAttribute("aria-describedby", "gw-why");
  awake();
};

why.close = function () {
  if (why.of === null) return;
  why.of.removeAttribute("aria-describedby");
  why.of = null;
  byId("gw-why").hidden = true;
};

function awake() {
  clearTimeout(idle);
  if (why.of !== null) idle = setTimeout(why.close, IDLE_MS);
}

/* ---- the pointer ---- */

function aim(node) {
  if (node === candidate) return;
  candidate = node;
  clearTimeout(timer);
  timer = setTimeout(node === null ? why.close : () => why.open(node), node === null ? LEAVE_MS : REST_MS);
}

function moved(event) {
  if (event.pointerType === "touch" || names === null) return;
  /* What moves under a pointer at rest has not been pointed at. */
  if (event.screenX === at.x && event.screenY === at.y) return;
  at = { x: event.screenX, y: event.screenY };
  awake();
  const target = event.target instanceof Element ? event.target : null;
  if (target === null || target.closest("#gw-why") !== null) return;
  aim(target.closest("[data-kpi]"));
}

/* ---- the keyboard ---- */

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function key(event) {
  if (event.key === "Escape" && why.of !== null) {
    why.close();
    event.stopPropagation();
    return;
  }
  const node = event.target instanceof Element ? event.target.closest("[data-kpi][tabindex]") : null;
  if (node === null || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") {
    if (why.of === node) why.close();
    else why.open(node);
  } else if (STEPS[event.key] !== undefined) {
    reading.step(node, STEPS[event.key]);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

onStart(function () {
  const wall = byId("gw-wall");
  document.addEventListener("pointermove", moved, { passive: true });
  document.addEventListener("pointerleave", () => aim(null));
  wall.addEventListener("keydown", key);
  wall.addEventListener("focusin", (event) => {
    const node = event.target.closest("[data-kpi]");
    if (node !== null && node.matches(":focus-visible")) why.open(node);
  });
  wall.addEventListener("focusout", () => why.close());
});

onLayout(() => why.close());

every(function () {
  if (why.of === null) return;
  if (!why.of.isConnected) why.close();
  else moment(byId("gw-why"), why.of);
});
