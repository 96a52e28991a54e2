/* The time machine's track: a slider over the day, what stood out on it, what is near, the figures.
 *
 * Text from the server goes in by textContent only.
 */

import { time, word } from "./time.mjs";

const MINUTE = 60000;
const NEAR_MS = 45 * MINUTE;
const MOST_NEAR = 12;
const HOURS = 3;
const FIGURES = ["open", "overdue"];
let marked = { slots: [], start: 0, end: 1 };
let asked = 0;
let range = null;
let nearAt = null;
/* leads to a moment; the player hands it over with the slider */
let jump = null;

const byId = (id) => document.getElementById(id);

function make(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

/* ---- the slider ---- */

/** Makes the slider: `moved(at)` while it is dragged, `done()` after; `lead(at)` from marks and hours. */
export function makeSlider(moved, done, lead) {
  jump = lead;
  const box = byId("gw-past-slider");
  box.replaceChildren();
  range = make("input", "", box);
  Object.assign(range, { type: "range", step: "1000" });
  range.setAttribute("aria-label", word("review.past.slider"));
  range.addEventListener("input", () => moved(Number(range.value)));
  range.addEventListener("change", done);
  make("div", "t-hours", box);
  nearAt = null;
}

export function moveHead(at, start, end) {
  if (range.min !== String(start) || range.max !== String(end)) {
    range.min = String(start);
    range.max = String(end);
    hours(start, end);
  }
  range.value = String(at);
  range.setAttribute("aria-valuetext", time.second(at));
  const line = byId("gw-past-marks").querySelector(".t-head");
  if (line) line.style.left = `${(100 * (at - start)) / (end - start)}%`;
  const minute = Math.floor(at / MINUTE);
  if (minute !== nearAt) {
    nearAt = minute;
    near(at);
  }
}

function hours(start, end) {
  const box = byId("gw-past-slider").querySelector(".t-hours");
  box.replaceChildren();
  for (let at = start; at <= end; at += HOURS * 60 * MINUTE) {
    const words = at >= end ? "24:00" : time.minute(at);
    const hour = make("button", "", box, words);
    hour.type = "button";
    hour.style.left = `${(100 * (at - start)) / (end - start)}%`;
    hour.addEventListener("click", () => jump(Math.min(at, end - 1000)));
  }
}

/* ---- what stood out ---- */

/** Another day: nothing is known of it yet. */
export function clearMarks(start, end) {
  asked += 1;
  marked = { slots: [], start, end };
  const box = byId("gw-past-marks");
  box.replaceChildren(make("div", "t-head"));
  box.dataset.state = "loading";
  nearAt = null;
}

export async function loadMarks(setup, day, start, end) {
  const mine = (asked += 1);
  const box = byId("gw-past-marks");
  const query = new URLSearchParams({ day: day.replaceAll("-", ""), lang: setup.lang });
  if (setup.area) query.set("area", setup.area);
  let got = null;
  try {
    const answer = await fetch(`/api/v1/past/marks?${query}`);
    if (answer.ok) got = await answer.json();
  } catch {
    /* shown below */
  }
  if (mine !== asked || !box.isConnected) return;
  box.dataset.state = got === null ? "failed" : got.slots.length > 0 ? "told" : "none";
  if (got === null) {
    near(Number(range.value));
    return;
  }
  marked = { slots: got.slots, start, end };
  draw(box);
  nearAt = null;
  moveHead(Number(range.value), start, end);
}

function draw(box) {
  const most = Math.max(1, ...marked.slots.map((slot) => sum(slot.steps)));
  for (const slot of marked.slots) {
    const spot = make("div", "t-slot", box);
    spot.style.left = `${(100 * (slot.at - marked.start)) / (marked.end - marked.start)}%`;
    spot.title = words(slot);
    const steps = sum(slot.steps);
    if (steps > 0) {
      const bar = make("i", "t-steps", spot);
      bar.style.height = `${Math.max(6, 50 * Math.sqrt(steps / most))}%`;
      if (slot.steps[3] > 0) make("i", "t-mark step4", spot);
    }
    if (slot.raised > 0) make("i", "t-mark raised", spot);
    else if (slot.ended > 0) make("i", "t-mark ended", spot);
    if (slot.red > 0) make("i", "t-mark mark red", spot);
    spot.addEventListener("click", () => jump(first(slot)));
  }
}

const sum = (steps) => steps.reduce((all, n) => all + n, 0);

/** The moment just after the gravest thing of a slot, so that the wall shows it. */
function first(slot) {
  return slot.named.length > 0 ? slot.named[0].at : slot.at;
}

function words(slot) {
  const parts = [];
  if (slot.red > 0) parts.push(word("review.past.n_red", { n: slot.red }));
  if (slot.raised > 0) parts.push(word("review.past.n_raised", { n: slot.raised }));
  if (slot.ended > 0) parts.push(word("review.past.n_ended", { n: slot.ended }));
  slot.steps.forEach((n, index) => {
    if (n > 0) parts.push(word("review.past.n_step", { n, step: index + 1 }));
  });
  return `${time.minute(slot.at)} ${parts.join(" · ")}`;
}

/** Jump to the next slot that something grave happened in; any, where nothing was grave. */
export function nextMark(at, way) {
  const grave = marked.slots.filter((s) => s.red + s.raised > 0 || s.steps[3] > 0);
  const all = grave.length > 0 ? grave : marked.slots;
  const on = all.filter((slot) => (way > 0 ? first(slot) > at + 999 : first(slot) < at - 999));
  if (on.length > 0) jump(first(way > 0 ? on[0] : on[on.length - 1]));
}

function near(at) {
  const list = byId("gw-past-near");
  const found = marked.slots
    .flatMap((slot) => slot.named)
    .filter((mark) => Math.abs(mark.at - at) <= NEAR_MS)
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))
    .slice(0, MOST_NEAR)
    .sort((a, b) => a.at - b.at);
  list.replaceChildren();
  const state = byId("gw-past-marks").dataset.state;
  if (found.length === 0) {
    const key = state === "loading" || state === "failed" ? `marks_${state}` : "marks_none";
    make("li", "t-none", list, word(`review.past.${key}`));
  }
  for (const mark of found) line(list, mark, at);
}

function line(list, mark, at) {
  const row = make("li", mark.at > at ? "t-later" : "", list);
  const button = make("button", "t-at", row, time.second(mark.at));
  button.type = "button";
  button.addEventListener("click", () => jump(mark.at));
  const kind = mark.what === "step" ? (mark.step >= 4 ? "step4" : "step") : mark.what;
  make("i", `t-mark ${kind === "red" ? "mark red" : kind}`, row);
  make("span", "t-what", row, mark.words || "");
  make("span", "t-where", row, mark.where || "");
  if (mark.event_id) {
    const link = make("a", "t-event", row, word("review.past.event"));
    link.href = `/events/${encodeURIComponent(mark.event_id)}`;
  }
}

/* ---- the wall's main figures in words, for screens on which the wall is small ---- */

/** The figures; `behind` makes the address of the events behind one. */
export function showFigures(wall, behind) {
  const box = byId("gw-past-figures");
  const kpi = (wall.held("kpi") || {}).all || {};
  const today = (wall.held("kpi") || {}).today || {};
  const parts = FIGURES.map((name) => [name, word(`review.past.fact_${name}`), kpi[name]]);
  for (const name of ["reported", "closed"]) {
    parts.push([name, word(`review.past.fact_${name}`), today[name]]);
  }
  const levels = wall.held("levels") || {};
  const red = (levels.red || {}).open;
  parts.push(["red", word("review.past.fact_red"), red]);
  const opened = { red: ["open", { level: "red" }] };
  for (const [name, label, n] of parts) {
    let pair = box.querySelector(`[data-fact=${name}]`);
    if (pair === null) {
      pair = make("div", "", box);
      pair.dataset.fact = name;
      make("dt", "", pair, label);
      make("a", "", make("dd", "", pair));
    }
    const link = pair.querySelector("a");
    const [of, more] = opened[name] || [name, {}];
    link.textContent = wall.count(n);
    if (n === undefined) link.removeAttribute("href");
    else link.href = behind(of, n, more);
    pair.dataset.value = n === undefined ? "" : String(n);
  }
}
