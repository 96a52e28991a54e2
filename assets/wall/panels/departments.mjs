/* The department board: what each has open, late and done, and its score with its interval.
 *
 * One list of two stream panels: `departments` (counts) and `scores`; in the order of the scores,
 * then those with events but no score. In an area whose board is of places, the rows are places.
 */

import { byId, cut, make, put, rows, set, uncounted } from "../base.mjs";
import { held } from "../draw.mjs";
import { decimals, text } from "../names.mjs";
import { panel } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { figure, shownOf, someOpen } from "./lists.mjs";
import { scores } from "./scores.mjs";

/* A number from here on takes its whole column: a name next to it ends before. */
const LONG = 10_000;
const COUNTS = ["open", "overdue", "response_overdue", "reported", "closed"];
const LATE = ["overdue", "response_overdue"];
export const departments = {};

function makeRow() {
  const row = make("div", "row");
  row.gw = {};
  for (const name of ["rank", "name", ...COUNTS]) {
    row.gw[name] = make("span", name + " num", row);
  }
  row.gw.name.className = "name two";
  scores.make(row);
  const total = make("span", "score", row);
  row.gw.total = make("span", "total num", total);
  const line = make("span", "interval", total);
  row.gw.interval = make("i", "", line);
  row.gw.at = make("b", "", line);
  row.gw.n = make("span", "n num", row);
  row.gw.change = make("span", "change num", row);
  row.gw.reason = make("span", "reason clip", row);
  return row;
}

function place(node, from, to) {
  const text = Math.round(10 * from) / 10 + "/" + Math.round(10 * to) / 10;
  if (node.gwAt === text) return;
  node.gwAt = text;
  node.style.left = from + "%";
  node.style.width = to - from + "%";
}

/** The interval on a scale from `floor` to 100. */
function interval(node, row, floor) {
  const known = row.low !== null && row.low !== undefined;
  set(node.gw.interval.parentNode, "data-known", known ? "yes" : null);
  if (!known) return;
  const share = (value) => (100 * (value - floor)) / (100 - floor);
  place(node.gw.interval, share(row.low), share(row.high));
  const middle = row.shrunk === undefined ? row.total : row.shrunk;
  place(node.gw.at, share(middle), share(middle));
  set(node.gw.interval.parentNode, "title", decimals(row.low) + " – " + decimals(row.high));
}

function boardRows() {
  const scoring = held("scores") || {};
  const counts = held("departments") || {};
  const { children = [], total = 0 } = scores.places() ? held("area") || {} : {};
  const facts = scores.places()
    ? Object.fromEntries(children.map((child) => [child.code, child]))
    : counts.rows || {};
  const scored = (scoring.order || []).filter((id) => (scoring.rows || {})[id]);
  const rest = scores.places() ? [] : (counts.order || []).filter((id) => facts[id]);
  const seen = new Set(scored);
  return {
    order: [...scored, ...rest.filter((id) => !seen.has(id))],
    scores: scoring.rows || {},
    facts,
    /* a place without a row has nothing open, unless rows were cut off */
    missing: scores.places() && total <= children.length ? { open: 0, overdue: 0, response_overdue: 0 } : {},
    period: scoring.period,
  };
}

departments.draw = function () {
  const node = byId("gw-departments");
  const board = boardRows();
  const list = node.parentNode;
  const fitted = fit(list, { least: 46, grow: 1.7, draw: departments.draw });
  const order = board.order.slice(0, fitted.room(board.order.length));
  const lows = order.map((id) => (board.scores[id] || {}).low).filter(Number.isFinite);
  const floor = lows.length ? Math.max(0, 10 * Math.floor(Math.min(...lows) / 10)) : 0;
  const group = scores.places() ? "by_place." : "by_department.";
  rows(node, order, makeRow, function (row, id, index) {
    const facts = board.facts[id] || board.missing;
    cut(row.gw.name, scores.name(id));
    set(row, "data-long", (facts.open || 0) >= LONG ? "yes" : null);
    for (const name of COUNTS) figure(row.gw[name], facts[name], group + id + "." + name);
    for (const name of LATE) set(row.gw[name], "data-some", facts[name] ? "yes" : null);
    const score = board.scores[id] || {};
    scores.fill(row, score, "scores." + index + ".");
    interval(row, score, floor);
  });
  uncounted(node, (held("departments") || {}).known === false && someOpen());
  shownOf(byId("gw-departments-shown"), order.length, board.order.length);
  scores.period(byId("gw-departments-period"), board.period, Object.values(board.scores));
  put(byId("gw-departments-floor"), floor + "–100");
  /* Of places the stream tells what is open and overdue, not what has been. */
  set(list.closest(".panel"), "data-of", scores.places() ? "places" : null);
  const title = scores.places() ? "departments.title_places" : "departments.title";
  put(byId("gw-title-departments"), text(title));
};

panel("departments", () => departments.draw(), "departments");
