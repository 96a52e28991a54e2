/* What became of a rank: its arrow, and why, as a short sentence by fixed rules. */

import { cut, put, set } from "../base.mjs";
import { count, decimals, percent, signed, text } from "../names.mjs";

export const ranks = {};

/** ▲2, ▼1, = for the same; "new" for a first rank, ▼ for one that is gone; else nothing. */
ranks.arrow = function (node, row, kpi) {
  const by = row.rank_change;
  const known = by !== null && by !== undefined;
  const way = known ? (by > 0 ? "up" : by < 0 ? "down" : "same") : (row.moved || {}).way || "";
  const signs = { up: "▲" + by, down: "▼" + -by, same: "=", new: text("rank.new"), gone: "▼" };
  put(node, signs[way] || "");
  set(node, "data-kpi", kpi);
  set(node, "data-value", known ? String(by) : "");
  set(node, "data-way", way || "same");
};

/** The sentence of a row whose rank is not what it was; "" for any other. */
ranks.why = function (moved) {
  if (!moved) return "";
  if (moved.rule === "cases") {
    const { n_before, n, needed } = moved;
    return text("rank.cases", { before: count(n_before || 0), n: count(n || 0), needed: count(needed) });
  }
  if (moved.rule !== "own") {
    const points = decimals(Math.abs(moved.points || 0));
    return text("rank." + moved.rule + "_" + moved.way, { points });
  }
  return text("rank.short_own", {
    indicator: text("rank.indicator." + moved.indicator),
    points: signed(moved.indicator_points, decimals(Math.abs(moved.indicator_points))),
    cause: cause(moved),
  });
};

/** Writes the sentence into a row's line for it. */
ranks.explain = function (row, moved) {
  const words = ranks.why(moved);
  set(row, "data-why", words ? "yes" : null);
  cut(row.gw.reason, words);
};

function cause(moved) {
  const name = moved.component.replace(".", "_");
  return text(moved.cause === "value" ? "rank.short_value" : "rank." + moved.cause, {
    part: text("rank.part." + name),
    before: value(moved.component, moved.value_before),
    now: value(moved.component, moved.value),
    missed: text("rank.missed." + name, { n: count(moved.missed || 0) }),
  });
}

/** A component of 0 to 100: a share, or the mean of ratings from 1 to 5. */
function value(component, of) {
  const known = of !== null && of !== undefined;
  if (component.endsWith(".rating")) return decimals(known ? 1 + of / 25 : null);
  return percent(known ? of / 100 : null);
}
