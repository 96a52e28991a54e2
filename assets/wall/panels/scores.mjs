/* The scores: rank, three indicators, total. With more than fit, the best and the worst. */

import { byId, cut, make, put, rows, set, width } from "../base.mjs";
import { held } from "../draw.mjs";
import { count, nameOf, text } from "../names.mjs";
import { panel, shown } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { time } from "../time.mjs";
import { departments } from "./departments.mjs";
import { figure, placed } from "./lists.mjs";
import { ranks } from "./ranks.mjs";

const INDICATORS = ["dispatch", "handling", "outcome"];
const GAP = "…";
let state = { order: [], rows: {} };
let dense = false;

export const scores = { INDICATORS };

/** Whose scores these are: a board of places in an area, of departments in a city. */
scores.name = (id) => (scores.places() ? placed(id) : nameOf("departments", id));
scores.places = () => ["t", "c"].includes((held("head") || {}).scores);

/** Indicators of a row with their bars. */
scores.make = function (row) {
  for (const name of INDICATORS) {
    const cell = make("span", "indicator " + name, row);
    row.gw[name] = make("span", "num", cell);
    row.gw[name + "Bar"] = make("i", "", make("span", "bar", cell));
  }
};

/** What a row shows of a score: rank, n, indicators, the total that ranks, change. */
scores.fill = function (node, row, kpi) {
  const ranked = row.rank !== null && row.rank !== undefined;
  figure(node.gw.rank, ranked ? row.rank : null, kpi + "rank");
  set(node, "data-few", ranked ? null : "yes");
  const blind = row.unmeasured ? text("scores.unmeasured_means", { n: row.unmeasured }) : "";
  set(node, "title", [ranked ? "" : text("scores.few"), blind].filter(Boolean).join("; "));
  figure(node.gw.n, row.n, kpi + "n");
  for (const name of INDICATORS) {
    figure(node.gw[name], row[name], kpi + name, 0);
    width(node.gw[name + "Bar"], (row[name] || 0) / 100);
  }
  /* small numbers are moved towards the mean of all */
  const total = row.shrunk === undefined ? "total" : "shrunk";
  figure(node.gw.total, row[total], kpi + total, 1);
  ranks.arrow(node.gw.change, row, kpi + "rank_change");
  ranks.explain(node, row.moved);
};

function makeRow(key) {
  const row = make("div", key === GAP ? "row gap" : "row");
  if (key === GAP) return row;
  row.gw = {};
  for (const name of ["rank", "name", "n"]) row.gw[name] = make("span", name + " num", row);
  row.gw.name.className = "name clip";
  scores.make(row);
  row.gw.total = make("span", "total num", row);
  row.gw.change = make("span", "change num", row);
  row.gw.reason = make("span", "reason clip", row);
  return row;
}

/** The month of a board; and how many events its scores leave out, as these have no usable time. */
scores.period = function (node, period, scored) {
  const blind = scored.reduce((sum, row) => sum + ((row && row.unmeasured) || 0), 0);
  const note = blind ? " · " + text("scores.unmeasured", { n: count(blind) }) : "";
  put(node, time.named(period) + note);
  set(node, "title", blind ? text("scores.unmeasured_means", { n: blind }) : null);
};

/** As many of `all` from the start as `lines(id)` add up to `room` at most. */
function first(all, room, lines) {
  let left = room;
  const end = all.findIndex((id) => (left -= lines(id)) < 0);
  return end < 0 ? all : all.slice(0, end);
}

/** All if their lines fit, else the first and the last ones with how many are between. */
scores.pick = function (all, room, lines) {
  const whole = first(all, room, lines);
  if (whole.length === all.length || room < 3) return whole;
  const half = Math.floor((room - 1) / 2);
  const worst = first([...all].reverse().slice(0, 3), half, lines).reverse();
  const used = worst.reduce((sum, id) => sum + lines(id), 0);
  return [...first(all, room - 1 - used, lines), GAP, ...worst];
};

function draw() {
  const node = byId("gw-scores");
  const all = (state.order || []).filter((id) => state.rows[id]);
  /* A rank that is not what it was has a second line with the reason; lines are closer then. */
  const lines = (id) => (state.rows[id].moved ? 2 : 1);
  const needed = all.reduce((sum, id) => sum + lines(id), 0);
  dense = needed > all.length;
  const fitted = fit(node.parentNode, { least: () => (dense ? 26 : 30), draw });
  const order = scores.pick(all, fitted.room(needed), lines);
  const place = new Map(all.map((id, index) => [id, index]));
  rows(node, order, makeRow, function (row, id) {
    if (id === GAP) {
      const n = all.length - order.length + 1;
      put(row, text(scores.places() ? "scores.more_places" : "scores.more", { n }));
      return;
    }
    cut(row.gw.name, scores.name(id));
    scores.fill(row, state.rows[id], "scores." + place.get(id) + ".");
  });
  scores.period(byId("gw-scores-period"), state.period, all.map((id) => state.rows[id]));
  const title = byId("gw-title-scores");
  put(title, text(scores.places() ? "scores.title_places" : "scores.title"));
}

panel(
  "scores",
  function (next) {
    state = next;
    if (shown("scores")) draw();
    if (shown("departments")) departments.draw();
  },
  "scores",
  "departments",
);
