/* What surges: the least likely one in the footer, all of them in a panel of their own. */

import { byId, cut, make, put, rows, set } from "../base.mjs";
import { count, nameOf, text } from "../names.mjs";
import { every, onLayout, panel, shown } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { time } from "../time.mjs";
import { figure, placed, shownOf } from "./lists.mjs";

let state = { order: [], rows: {} };

function makeRow() {
  const row = make("div", "row");
  row.gw = {};
  const what = make("div", "what", row);
  row.gw.category = make("div", "category clip", what);
  row.gw.place = make("div", "place clip", what);
  const count = make("div", "count", row);
  row.gw.observed = make("span", "observed num", count);
  row.gw.usual = make("span", "usual", count);
  row.gw.since = make("div", "since", row);
  return row;
}

function since(node, now) {
  const at = node.gwAt;
  const words = at && now !== null ? text("surge.since", { t: time.length(now - at) }) : "";
  put(node.gw.since, words);
}

/* What is usual, to a tenth. */
export function usual(expected) {
  return expected < 0.1 ? text("surge.under", { n: "0.1" }) : String(expected);
}

/* Where it is, and in how many places more. */
function whereabouts(surge) {
  if (!surge.folded) return placed(surge.area);
  const more = text("surge.folded_" + surge.tier, { n: count(surge.folded) });
  return placed(surge.area) + " · " + more;
}

function draw() {
  const node = byId("gw-surges");
  const all = (state.order || []).filter((id) => state.rows[id]);
  const fitted = fit(node.parentNode, { least: 52, wide: 760, draw });
  const order = all.slice(0, fitted.room(all.length));
  rows(node, order, makeRow, function (row, id, index) {
    const surge = state.rows[id];
    const kpi = "warnings." + index + ".";
    cut(row.gw.category, nameOf("categories", surge.category));
    cut(row.gw.place, whereabouts(surge));
    figure(row.gw.observed, surge.observed, kpi + "observed");
    put(row.gw.usual, text("surge.usual", { n: usual(surge.expected) }));
    set(row.gw.usual, "data-kpi", kpi + "expected");
    set(row.gw.usual, "data-value", String(surge.expected));
    row.gwAt = surge.raised_at;
    since(row, time.now());
  });
  shownOf(byId("gw-surges-scope"), order.length, all.length);
}

function footer() {
  const order = (state.order || []).filter((id) => state.rows[id]);
  const node = byId("gw-surge");
  node.hidden = order.length === 0;
  if (node.hidden) return;
  const row = state.rows[order[0]];
  const words = text("surge.one", {
    place: placed(row.area),
    category: nameOf("categories", row.category),
    n: count(row.observed),
    usual: usual(row.expected),
  });
  const more = order.length - 1;
  put(node, more ? words + text("surge.more", { n: more }) : words);
  set(node, "data-id", row.id);
}

panel("surges", function (next) {
  state = next;
  footer();
  if (shown("surges")) draw();
});

onLayout(function () {
  if (shown("surges")) draw();
});

every(function (now) {
  const nodes = byId("gw-surges").gwNodes;
  if (nodes) for (const node of nodes.values()) since(node, now);
}, "surges");
