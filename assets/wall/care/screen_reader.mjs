/* The wall for a user who hears it or goes through it by keyboard: numbers have names, lists
 * are lists, tables have rows and cells, the map and the curve have words. The renderers need not
 * know: everything goes by a number's path and by the roles of the page's skeleton.
 *
 * Looked over every few seconds; nothing here speaks by itself (`say` in state.mjs does).
 */

import { byId, set } from "../base.mjs";
import { held } from "../draw.mjs";
import { count, percent, text } from "../names.mjs";
import { placed } from "../panels/lists.mjs";
import { every, onLayout } from "../registry.mjs";
import { why } from "./why.mjs";

const EVERY_S = 3;
const SETTLED_MS = 400;
const STEPS = 4;
/* The cell that names what a row is about. */
const HEADS = ["name", "what"];
const LEVEL = /\b(red|orange|yellow|blue)\b/;
const TOP = 5;
/* Counts of events take a counter in Chinese. */
const COUNTED = /^(all|today|by_|brief|area)(?!.*(_rate|households)$)/;
const BARE = /^[<>+−▲▼.,%\d\s–]*$/;

export const reading = {};

/* ---- tables and lists ---- */

function role(node, name) {
  if (node.getAttribute("role") === null) node.setAttribute("role", name);
}

/** A level's mark without a word next to it gets one for the ear. */
function level(node) {
  const found = LEVEL.exec(node.className);
  if (found !== null) set(node, "aria-label", text("level_short." + found[1]));
}

function rows() {
  for (const group of document.querySelectorAll("#gw-wall [role=rowgroup]")) {
    for (const row of group.children) {
      if (row.childElementCount === 0) {
        /* a gap between rows */
        role(row, "none");
        continue;
      }
      role(row, "row");
      for (const cell of row.children) {
        if (cell.classList.contains("bar")) set(cell, "aria-hidden", "true");
        else role(cell, HEADS.some((name) => cell.classList.contains(name)) ? "rowheader" : "cell");
        if (cell.classList.contains("mark")) level(cell);
      }
    }
  }
  for (const list of document.querySelectorAll("#gw-wall [role=list]")) {
    for (const item of list.children) {
      role(item, "listitem");
      for (const mark of item.querySelectorAll(".mark:not([aria-hidden])")) {
        role(mark, "img");
        level(mark);
      }
    }
  }
}

/* ---- numbers ---- */

/** What a list's item is about; in a table the row's header names it. */
function about(node) {
  const row = node.closest("[role=listitem]");
  if (row === null) return "";
  const of = (name) => {
    const found = row.querySelector("." + name);
    return found === null || found.contains(node) ? "" : found.textContent.trim();
  };
  return of("name") || [of("category"), of("place")].filter(Boolean).join(" ");
}

/** What is shown there, in words: with its name if it is a bare number. */
function words(node, path, key) {
  const name = why.words(key, "name");
  const content = node.textContent.trim();
  if (path.endsWith(".step")) {
    return text("read.step", { n: node.dataset.value || "0", all: STEPS });
  }
  if (path.endsWith(".used")) {
    return text("read.number", { name, value: percent(Number(node.dataset.value), 0) });
  }
  if (COUNTED.test(path) && /^[\d,]+$/.test(content)) {
    return text("read.number", { name, value: text("read.count", { n: content }) });
  }
  return BARE.test(content) ? text("read.number", { name, value: content }) : content;
}

/** The change against yesterday in words a sentence can hold. */
function change(node) {
  const card = node.closest("[data-card]");
  const delta = card && card.dataset.card === node.dataset.kpi && card.querySelector(".delta");
  if (!delta) return "";
  const words = delta.textContent.trim();
  const by = words.slice(1);
  if (words.startsWith("+")) return text("read.more", { by });
  if (words.startsWith("−")) return text("read.less", { by });
  return delta.dataset.way === "same" && delta.dataset.value === "0" ? text("read.same") : "";
}

function label(node, path, key) {
  const found = LEVEL.exec(path);
  const which = found === null ? about(node) : text("level_short." + found[1]);
  const value = words(node, path, key) + change(node);
  return which ? text("read.of", { which, words: value }) : value;
}

function numbers() {
  for (const node of document.querySelectorAll("#gw-wall [data-kpi]")) {
    const path = node.dataset.kpi;
    const key = why.key(path);
    /* A change is read out with its number. */
    if (key === null || path.startsWith("delta.") || !node.checkVisibility()) continue;
    role(node, "button");
    set(node, "aria-label", label(node, path, key));
    if (!node.hasAttribute("tabindex")) node.setAttribute("tabindex", "-1");
  }
}

/* ---- the keyboard: one stop a panel, arrows within ---- */

const PLACES = "[data-panel], .head, .foot-line";

function stops(place) {
  return [...place.querySelectorAll("[data-kpi][tabindex]")].filter((node) => node.checkVisibility());
}

function tabs() {
  for (const place of document.querySelectorAll("#gw-wall :is(" + PLACES + ")")) {
    const all = stops(place);
    const kept = all.find((node) => node === document.activeElement) || all[0];
    for (const node of all) set(node, "tabindex", node === kept ? "0" : "-1");
  }
}

/** To the next number of the same panel, or the one before. */
reading.step = function (node, by) {
  const place = node.closest(PLACES);
  const all = stops(place);
  const next = all[(all.indexOf(node) + by + all.length) % all.length];
  for (const one of all) set(one, "tabindex", one === next ? "0" : "-1");
  next.focus();
};

/* ---- pictures ---- */

function map() {
  const node = document.querySelector('[data-panel="map"] .canvas');
  if (node === null) return;
  const { order, rows: facts } = { order: [], rows: {}, ...held("places") };
  const top = order
    .filter((code) => facts[code])
    .slice(0, TOP)
    .map((code) => text("read.place", { name: placed(code), n: count(facts[code].open) }));
  const n = ((held("kpi") || {}).all || {}).open;
  const words = text("read.map", { n: count(n), top: top.join(text("read.comma")) });
  set(node, "role", "group");
  set(node, "aria-label", words);
}

function curve() {
  const node = byId("gw-trend-frame");
  const trend = held("trend");
  if (node === null || !trend || !trend.reported) return;
  const values = Object.values(trend.reported).filter((n) => n !== null);
  const most = Math.max(0, ...values);
  const sum = values.reduce((a, b) => a + b, 0);
  set(node, "role", "img");
  set(
    node,
    "aria-label",
    text("read.trend", { sum: count(sum), most: count(most) }),
  );
}

reading.look = function () {
  rows();
  numbers();
  tabs();
  map();
  curve();
};

let waited = EVERY_S;
every(function () {
  rows();
  waited += 1;
  if (waited < EVERY_S) return;
  waited = 0;
  reading.look();
});
/* What a scene has brought: at once, and when it has found its room. */
onLayout(() => {
  for (const wait of [0, SETTLED_MS]) setTimeout(reading.look, wait);
});
