/* The newest red events that are not acknowledged, in words: as many as there is room for. */

import { byId, cut, make, put, rows, set } from "../base.mjs";
import { nameOf, text } from "../names.mjs";
import { every, panel } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { time } from "../time.mjs";
import { where } from "./queue.mjs";

/* A row's height in px of the design: stacked, or in two lines from this width on, which
 * css/attention.css has as well. */
const WIDE = 400;
const ROWS = { wide: 40, narrow: 104 };
let reds = [];

function makeRow() {
  const row = make("div", "row");
  row.gw = {};
  for (const name of ["mark", "what", "ago", "where", "whose"]) {
    row.gw[name] = make(name === "mark" ? "i" : "div", name, row);
  }
  row.gw.mark.className = "mark red";
  set(row.gw.mark, "aria-hidden", "true");
  for (const name of ["what", "where", "whose"]) row.gw[name].classList.add("clip");
  return row;
}

function update(node, id, index) {
  const row = reds[index];
  const parts = node.gw;
  node.gwRow = row;
  set(node, "data-event", id);
  cut(parts.what, nameOf("categories", row.category));
  cut(parts.where, where(row));
  cut(parts.whose, row.department ? nameOf("departments", row.department) : text("stage.nobody"));
  clock(node, time.now());
}

function clock(node, now) {
  if (now !== null) put(node.gw.ago, time.length(Math.max(0, now - node.gwRow.ts)));
}

function draw() {
  const list = byId("gw-stage");
  const least = (width) => (width < WIDE ? ROWS.narrow : ROWS.wide);
  const fitted = fit(list.parentNode, { least, draw });
  const shown = reds.slice(0, fitted.room(reds.length));
  rows(list, shown.map((row) => row.event_id), makeRow, update);
  list.parentNode.querySelector(".empty").hidden = reds.length > 0;
}

panel(
  "alerts",
  function (state) {
    const rows = (state.order || []).map((id) => state.rows[id]);
    reds = rows.filter((row) => row && row.level === "red").sort((a, b) => b.ts - a.ts);
    draw();
  },
  "stage",
);

every(function (now) {
  const nodes = byId("gw-stage").gwNodes;
  if (nodes) for (const node of nodes.values()) clock(node, now);
}, "stage");
