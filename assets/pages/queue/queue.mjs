/* The queue workbench: rows by blocks from the server, the view in the address, the keyboard.
 *
 * The grid holds a few blocks only. All blocks of a view are asked for at one moment (`at`), so the
 * order stays while a user reads; what changes comes by live.mjs, what is done to an
 * event by acts.mjs.
 */

import { address, visit } from "../shell.mjs";
import { say } from "./acts.mjs";
import { dropPicks } from "./bulk.mjs";
import { onFocus, onLoaded, showChosen, showFresh, showTruth, unwatch, watch } from "./live.mjs";
import { queue } from "./state.mjs";
import { element, setNow, word } from "./words.mjs";
import { grouped } from "../../words.mjs";

const PHONE = "(max-width: 700px)";
const NOT_ON_PHONE = ["area", "department", "status", "step", "used", "reported"];
const LOCAL = ["sort", "clock", "q"];

const { view } = queue;

export const parameters = () => new URLSearchParams(view.query);

/** A block of rows; the first one of a view sets its moment, the others are asked for at it. */
async function block(offset, count, keep) {
  const asked = parameters();
  asked.set("offset", offset);
  asked.set("limit", count);
  if (keep && view.at) asked.set("at", view.at);
  const answer = await fetch(`/api/v1/queue?${asked}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const source = {
  async getRows(params) {
    const run = view.run;
    const first = params.startRow === 0;
    const keep = !first || (view.again && view.at > 0);
    try {
      const found = await block(params.startRow, params.endRow - params.startRow, keep);
      if (run !== view.run) return params.failCallback();
      if (first) began(found, keep);
      setNow(found.now);
      showTruth(found.truth);
      params.successCallback(found.rows, found.total);
      say("");
      onLoaded();
    } catch (error) {
      params.failCallback();
      if (run === view.run) failed(error);
    }
  },
};

function began(found, keep) {
  view.total = found.total;
  view.since = found.since;
  view.counts = found.counts;
  if (!keep) {
    view.at = found.at;
    view.cursor = found.cursor;
    showFresh(0);
  }
  view.again = true;
  tellCounts();
}

/** Whether the store has no records at all, which is not that no event is open. */
const unrecorded = () => view.since === 0 && view.total === 0;

function tellCounts() {
  const counts = view.counts || {};
  for (const [name, n] of Object.entries(counts)) {
    const place = document.getElementById(`${queue.setup.ids.chip}-${name}`);
    if (place) place.textContent = unrecorded() ? "" : grouped(n);
  }
  const none = unrecorded() ? "review.queue.unrecorded" : "review.queue.none";
  const words = view.total ? "review.queue.total" : none;
  element("count").textContent = word(words, { n: view.total });
}
export const tellTotal = (total, counts) => {
  view.total = total;
  view.counts = counts;
  tellCounts();
};

function failed(error) {
  const words = error.message === "503" ? "review.queue.loading" : "review.queue.failed";
  say(word(words));
  window.clearTimeout(view.retry);
  view.retry = window.setTimeout(() => queue.api && reload(false), 2000);
}

/** Ask for everything again: from the top, or (`stay`) where it is and in the same order. */
export const reload = (top = true) => {
  if (!queue.api || queue.api.isDestroyed()) return;
  view.again = false;
  view.run += 1;
  if (top) queue.api.ensureIndexVisible(0, "top");
  queue.api.purgeInfiniteCache();
};
export const refresh = () => {
  view.again = true;
  if (queue.api && !queue.api.isDestroyed()) queue.api.refreshInfiniteCache();
};

/* ---- the view in the address ---- */

function change(name, value, quiet) {
  if ((view.query[name] || "") === value) return;
  if (value) view.query[name] = value;
  else delete view.query[name];
  const href = address("/queue", view.query);
  window.history[quiet ? "replaceState" : "pushState"]({}, "", href);
  window.dash_clientside.set_props(queue.setup.ids.ask, {
    data: { path: "/queue", query: { ...view.query } },
  });
  press();
  reload();
}

function press() {
  for (const chip of document.querySelectorAll(".q-chip")) {
    chip.setAttribute("aria-pressed", String(chip.dataset.clock === (view.query.clock || "")));
  }
  // the files hold what is on the screen
  const { theme, ...asked } = { lang: queue.setup.lang, ...view.query };
  for (const link of document.querySelectorAll(".q-exports a")) {
    link.href = address(new URL(link.href).pathname, asked);
  }
}

/** Back and forward between views of this page: what is its own comes from the address. */
function returned() {
  if (!queue.api || window.location.pathname !== "/queue") return;
  const inAddress = new URLSearchParams(window.location.search);
  let moved = false;
  for (const name of LOCAL) {
    const value = inAddress.get(name) || "";
    if (value === (view.query[name] || "")) continue;
    moved = true;
    if (value) view.query[name] = value;
    else delete view.query[name];
  }
  if (!moved) return;
  press();
  showSort();
  window.dash_clientside.set_props(queue.setup.ids.search, { value: view.query.q || "" });
  reload();
}

function showSort() {
  const sort = view.query.sort || "";
  const name = sort.replace(/^-/, "");
  view.showing = true;
  queue.api.applyColumnState({
    state: name ? [{ colId: name, sort: sort.startsWith("-") ? "desc" : "asc" }] : [],
    defaultState: { sort: null },
  });
  view.showing = false;
}

function sorted() {
  if (view.showing) return;
  const by = queue.api.getColumnState().find((column) => column.sort);
  change("sort", by ? (by.sort === "desc" ? "-" : "") + by.colId : "");
}

/* ---- the story of an event ---- */

export const eventAddress = (id) => {
  const kept = {};
  for (const name of ["lang", "theme"]) if (view.query[name]) kept[name] = view.query[name];
  return address(`/events/${encodeURIComponent(id)}`, kept);
};
export const openEvent = (id) => visit(eventAddress(id));

/* ---- beginning and end ---- */

/** For this width; the grid must have its source by now. */
function fit() {
  if (!queue.api || queue.api.isDestroyed()) return;
  const phone = window.matchMedia(PHONE).matches;
  /* the letters are larger on large screens, and the grid counts in pixels */
  const larger = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  queue.api.setColumnsVisible(NOT_ON_PHONE, !phone);
  queue.api.setColumnWidths([{ key: "level", newWidth: phone ? 64 : 116 * larger }]);
  queue.api.setGridOption("rowHeight", phone ? 92 : Math.round(52 * larger));
  queue.api.setGridOption("headerHeight", phone ? 0 : Math.round(38 * larger));
}

const opened = (event) => event.data && openEvent(event.data.id);

async function begin(setup) {
  end();
  dropPicks();
  view.run += 1;
  queue.setup = setup;
  Object.assign(view, { query: { ...setup.query }, at: 0, again: false, counts: null });
  setNow(Date.now());
  press();
  await attach();
}

/** Give the grid our rows; the component has a source of its own, which comes when it likes. */
async function attach() {
  const run = view.run;
  const api = await window.dash_ag_grid.getApiAsync(queue.setup.ids.grid);
  if (run !== view.run || api.isDestroyed()) return;
  if (queue.api === api && api.getGridOption("datasource") === source) return;
  queue.api = api;
  showSort();
  showChosen();
  api.setGridOption("datasource", source);
  fit();
  api.addEventListener("sortChanged", sorted);
  api.addEventListener("cellFocused", onFocus);
  api.addEventListener("selectionChanged", showChosen);
  api.addEventListener("cellDoubleClicked", opened);
  watch();
}

export const end = () => {
  window.clearTimeout(view.retry);
  unwatch();
  queue.api = null;
};

/** The page has come; called again when the component's own source asks for rows, for then it has
 * taken our place. */
export function start(setup) {
  if (!setup) return window.dash_clientside.no_update;
  if (setup === queue.setup) attach();
  else begin(setup);
  return Date.now();
}

let typing = 0;
document.addEventListener("input", (event) => {
  if (!queue.setup || event.target.id !== queue.setup.ids.search) return;
  window.clearTimeout(typing);
  typing = window.setTimeout(() => change("q", event.target.value.trim(), true), 300);
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest && event.target.closest(".q-chip");
  if (chip && queue.api) change("clock", chip.dataset.clock);
});
window.addEventListener("popstate", returned);
window.addEventListener("_dashprivate_pushstate", returned);
window.matchMedia(PHONE).addEventListener("change", fit);
