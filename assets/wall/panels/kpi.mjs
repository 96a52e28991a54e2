/* Today's numbers with their change against the same time yesterday, and the levels' rows. */

import { byId, isRecorded, kpi, number, put, recorded, set, width } from "../base.mjs";
import { forget } from "../draw.mjs";
import { count, DASH, decimals, percent, signed, text } from "../names.mjs";
import { listen, panel, shown } from "../registry.mjs";
import { area } from "./area.mjs";

const LEVELS = ["red", "orange", "yellow", "blue"];

function at(state, path) {
  const [group, name] = path.split(".");
  return (state[group] || {})[name];
}

function known(value) {
  return value !== null && value !== undefined;
}

/** How `value` compares with `before`, in as few words as say it; `none` where nothing is known. */
export function delta(path, value, before, none) {
  if (!known(before)) return known(value) ? text(none || "kpi.none") : DASH;
  if (!known(value)) return DASH;
  const change = value - before;
  if (path.endsWith("_rate")) {
    const points = Math.round(1000 * change) / 10;
    if (points === 0) return text("kpi.same");
    return signed(points, text("kpi.points", { n: decimals(Math.abs(points)) }));
  }
  if (change === 0) return text("kpi.same");
  /* A share of a small number looks more exact than it is: below 50 the difference itself. */
  if (before < 50) return signed(change, count(Math.abs(change)));
  if (value > 10 * before) return signed(change, count(Math.abs(change)));
  const share = (100 * Math.abs(change)) / before;
  return signed(change, percent(share / 100, share < 10 ? 1 : 0));
}

/** A big number: the style sheet makes it as large as its place allows. */
export function big(node, path, value) {
  const counted = path.endsWith("_rate") ? percent(value) : count(value);
  const words = isRecorded() ? counted : text("known.unrecorded");
  number(node, known(value) ? value : null, words);
  /* a letter of Chinese is as wide as two digits; words are not as large as numbers */
  const wide = isRecorded() ? words.length : Math.max(10, words.length * (/[\u2e80-\u9fff]/.test(words) ? 2 : 1));
  const long = String(Math.max(4, wide));
  if (node.gwLong !== long) {
    node.gwLong = long;
    node.style.setProperty("--long", long);
  }
}

listen("kpi", function (state) {
  const is = state.recorded !== false;
  if (is !== isRecorded()) forget();
  recorded(is);
});

panel("kpi", function (state) {
  for (const card of document.querySelectorAll("[data-card]")) {
    const path = card.dataset.card;
    const value = at(state, path);
    const bigNode = card.querySelector(".big");
    big(bigNode, path, value);
    const node = card.querySelector(".delta");
    const before = at(state, node.dataset.before);
    const short = node.parentNode.classList.contains("two-of") ? "kpi.none_short" : "kpi.none";
    put(node, isRecorded() ? delta(path, value, before, short) : DASH);
    const change = isRecorded() && known(value) && known(before) ? value - before : null;
    set(node, "data-value", change === null ? "" : String(change));
    set(node, "data-way", change === null || change === 0 ? "same" : change > 0 ? "up" : "down");
  }
  for (const name of ["reported", "response_overdue"]) {
    number(kpi("all." + name), (state.all || {})[name]);
  }
  const unlocated = (state.all || {}).unlocated;
  const note = byId("gw-unlocated");
  note.hidden = !unlocated;
  if (unlocated) {
    put(note, text("map.unlocated", { n: count(unlocated) }));
    set(note, "data-kpi", "all.unlocated");
    set(note, "data-value", String(unlocated));
  }
  if (shown("area")) area.draw();
}, "kpis", "map", "area");

panel("levels", function (state) {
  const most = Math.max(1, ...LEVELS.map((level) => (state[level] || {}).open || 0));
  for (const level of LEVELS) {
    const row = state[level] || {};
    number(kpi("by_level." + level + ".open"), row.open);
    number(kpi("by_level." + level + ".today"), row.today);
    const bar = document.querySelector('.bar[data-level="' + level + '"] > i');
    width(bar, (row.open || 0) / most);
  }
  if (shown("area")) area.draw();
}, "levels", "area");
