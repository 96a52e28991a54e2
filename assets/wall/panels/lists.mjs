/* The places with most open events, and the footer's last actions. */

import { byId, cut, make, number, put, rows, set, uncounted, width } from "../base.mjs";
import { held } from "../draw.mjs";
import { labels } from "../map/labels.mjs";
import { count, decimals, nameOf, names, text, unlisted } from "../names.mjs";
import { panel, shown } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { time } from "../time.mjs";

/** Whether the wall's place has open events, whatever a list knows of them. */
export const someOpen = () => ((held("kpi") || {}).all || {}).open > 0;

/** A number that may not be known yet, with its path and so many digits. */
export function figure(node, value, kpi, digits) {
  const none = value === null || value === undefined;
  number(node, none ? null : value, none || digits === undefined ? undefined : decimals(value, digits));
  set(node, "data-kpi", kpi);
}

const LATE = ["overdue", "response_overdue"];

/** Room for what is late in a row: handling / response, in the order of the legend. */
export function makeLate(row) {
  const both = make("span", "overdue", row);
  row.gw.overdue = make("span", "num", both);
  put(make("span", "slash", both), " / ");
  row.gw.response_overdue = make("span", "num", both);
}

/** How many are late by each clock; none is written quietly. */
export function late(row, counts, path) {
  for (const name of LATE) {
    const node = row.gw[name];
    figure(node, counts[name] || 0, path + name);
    set(node, "data-some", counts[name] ? "yes" : null);
    set(node, "title", text("kpi." + name));
  }
}

/** How many there are in all, next to a list that shows fewer. */
export function shownOf(node, shown, total) {
  put(node, shown < total ? text("list.of", { n: shown, total: count(total) }) : "");
}

/* ---- top places ---- */

let places = { order: [], rows: {} };

function makePlace() {
  const row = make("div", "row");
  row.gw = { rank: make("span", "rank", row) };
  row.gw.name = make("span", "name clip", row);
  row.gw.open = make("span", "open num", row);
  row.gw.bar = make("i", "", make("span", "bar", row));
  makeLate(row);
  return row;
}

function drawPlaces() {
  if (!shown("places")) {
    /* numbers on the map mean the rows of a list that is not there */
    labels.top([]);
    return;
  }
  const node = byId("gw-places");
  const all = (places.order || []).filter((code) => places.rows[code]);
  const fitted = fit(node.parentNode, {
    least: (width) => (width < 520 ? 58 : 44),
    draw: drawPlaces,
  });
  const order = all.slice(0, fitted.room(all.length));
  const most = Math.max(1, ...order.map((code) => places.rows[code].open));
  rows(node, order, makePlace, function (row, code, index) {
    const { open } = places.rows[code];
    put(row.gw.rank, String(index + 1));
    cut(row.gw.name, placed(code));
    figure(row.gw.open, open, "by_place." + code + ".open");
    late(row, places.rows[code], "by_place." + code + ".");
    width(row.gw.bar, open / most);
  });
  uncounted(node, someOpen());
  labels.top(order);
}

panel(
  "places",
  function (state) {
    places = state;
    drawPlaces();
  },
  "places",
  "map",
);

/** A place's name: of the page's catalogue, or as the stream tells it (communities, grids). */
export function placed(code) {
  if (!code || names.places[code]) return nameOf("places", code);
  const named = ((held("head") || {}).names || {})[code];
  return (named && (named[names.lang] || named.zh)) || unlisted(code);
}

/* ---- the last actions ---- */

function makeRecent() {
  const item = make("span", "row");
  item.gw = {};
  for (const name of ["time", "mark", "place", "category", "kind"]) {
    item.gw[name] = make(name === "mark" ? "i" : "span", name, item);
  }
  return item;
}

panel("recent", function (state) {
  const order = (state.order || []).filter((seq) => state.rows[seq]);
  uncounted(byId("gw-recent"), Boolean((held("head") || {}).area));
  rows(byId("gw-recent"), order, makeRecent, function (node, seq) {
    const row = state.rows[seq];
    if (node.gwRow === row) return;
    node.gwRow = row;
    put(node.gw.time, time.clock(row.ts));
    node.gw.mark.className = "mark " + row.level;
    put(node.gw.place, placed(row.area));
    put(node.gw.category, nameOf("categories", row.category));
    const kind = text("kind." + row.kind);
    const by = row.department && row.kind !== "report";
    put(node.gw.kind, by ? nameOf("departments", row.department) + " " + kind : kind);
  });
});
