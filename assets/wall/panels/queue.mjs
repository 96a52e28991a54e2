/* The escalation queue: rows keyed by event, as many as fit; the clocks count down between frames.
 * Where an event is comes in two parts, the finest named place and the county around it; the style
 * sheet lets the county go where there is no room for both.
 */

import { byId, cut, isRecorded, make, put, rows, set, width } from "../base.mjs";
import { count, nameOf, names, text } from "../names.mjs";
import { every, panel } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { time } from "../time.mjs";
import { placed } from "./lists.mjs";

const STEPS = 4;
/* From this width (px of the design) a row is one line; side.css has the same. */
const WIDE = 900;
let state = { order: [], rows: {} };

function makeRow() {
  const row = make("div", "row");
  row.gw = { mark: make("i", "mark", row) };
  const what = make("div", "what", row);
  const category = make("div", "category", what);
  row.gw.category = make("span", "clip", category);
  row.gw.waits = make("span", "waits", category);
  const place = make("div", "place spare", what);
  row.gw.near = make("span", "near clip", place);
  row.gw.wide = make("span", "wide", place);
  const who = make("div", "who", row);
  row.gw.department = make("div", "department clip", who);
  const step = make("div", "step", who);
  row.gw.pips = make("span", "pips", step);
  for (let i = 0; i < STEPS; i += 1) make("i", "", row.gw.pips);
  row.gw.owner = make("span", "owner", step);
  row.gw.ack = make("i", "ack sign s-tick", step);
  set(row.gw.ack, "role", "img");
  set(row.gw.ack, "aria-label", text("queue.ack"));
  const clock = make("div", "due", row);
  row.gw.time = make("div", "time num", clock);
  row.gw.bar = make("i", "", make("div", "bar", clock));
  return row;
}

/** Where an event is: the finest named place, and the county around it ("" if the name has it already). */
export function whereabouts(row) {
  const near = placed(row.area);
  const wide = row.county && row.county !== row.area ? placed(row.county) : "";
  return [near, near.startsWith(wide) ? "" : wide];
}

export function where(row) {
  const [near, wide] = whereabouts(row);
  if (!wide) return near;
  return names.lang === "zh" ? wide + " " + near : near + ", " + wide;
}

function update(node, id, index) {
  const row = state.rows[id];
  const path = "queue." + index + ".";
  const parts = node.gw;
  if (node.gwRow !== row || node.gwIndex !== index) {
    node.gwRow = row;
    node.gwIndex = index;
    parts.mark.className = "mark " + row.level;
    set(parts.mark, "title", text("level." + row.level));
    cut(parts.category, nameOf("categories", row.category));
    const [near, wide] = whereabouts(row);
    cut(parts.near, near);
    put(parts.wide, wide);
    cut(parts.department, nameOf("departments", row.department));
    put(parts.owner, text("owner." + row.owner));
    parts.ack.hidden = !row.acknowledged;
    set(parts.pips, "data-kpi", path + "step");
    set(parts.pips, "data-value", String(row.step));
    set(parts.pips, "data-step", String(row.step));
    set(parts.time, "data-kpi", path + "due");
    set(parts.time, "data-value", row.due ? String(row.due) : "");
    set(parts.bar, "data-kpi", path + "used");
    set(parts.bar, "data-value", String(row.used));
    set(node, "data-event", id);
    set(node, "data-raise", row.level === "red" && !row.acknowledged ? "yes" : null);
  }
  clock(node, time.now());
}

/** Which clock presses; while handling has time left, that goes without saying. */
function which(row, over) {
  if (over && row.clock) return text("queue.late_" + row.clock);
  return row.clock === "respond" ? text("queue.respond") : "";
}

function clock(node, now) {
  const row = node.gwRow;
  const due = row.due === undefined ? null : row.due;
  let words = text("queue.nodue");
  let over = row.used >= 1;
  if (due !== null && now !== null) {
    over = due < now;
    words = text(over ? "queue.over" : "queue.left", { t: time.length(due - now) });
  }
  put(node.gw.time, words);
  put(node.gw.waits, which(row, over));
  set(node, "data-over", over ? "yes" : null);
  width(node.gw.bar, over ? 1 : row.used);
}

function draw() {
  const node = byId("gw-queue");
  const all = (state.order || []).filter((id) => state.rows[id]);
  const fitted = fit(node.parentNode, {
    least: (width) => (width < WIDE ? 45 : width < 2 * WIDE ? 52 : 60),
    wide: 2 * WIDE,
    draw,
  });
  rows(node, all.slice(0, fitted.room(all.length)), makeRow, update);
  const scope = byId("gw-queue-scope");
  const words = text("queue.scope", {
    total: count(state.total),
    overdue: count(state.overdue),
    response: count(state.response_overdue),
  });
  put(scope, isRecorded() ? words : text("known.unrecorded"));
  set(scope, "data-value", isRecorded() ? String(state.total) : "");
}

panel(
  "queue",
  function (next) {
    state = next;
    draw();
  },
  "queue",
);

every(function (now) {
  const nodes = byId("gw-queue").gwNodes;
  if (nodes) for (const node of nodes.values()) clock(node, now);
}, "queue");
