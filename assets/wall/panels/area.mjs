/* The card of the place that the wall is about: its name and path, its numbers, what is in it.
 *
 * Its numbers are those of the `kpi` and `levels` panels, which are about the same place.
 */

import { byId, cut, kpi, make, number, put, rows, uncounted, width } from "../base.mjs";
import { held } from "../draw.mjs";
import { names, text } from "../names.mjs";
import { panel } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { big } from "./kpi.mjs";
import { figure, late, makeLate, placed, shownOf, someOpen } from "./lists.mjs";

const LEVELS = ["red", "orange", "yellow", "blue"];
export const area = {};

function own(given, code) {
  const lang = names.lang;
  return (given && (given[lang] || given.zh || given.en)) || placed(code);
}

function makeRow() {
  const row = make("div", "row");
  row.gw = { name: make("span", "name clip", row) };
  row.gw.bar = make("i", "", make("span", "bar", row));
  row.gw.open = make("span", "open num", row);
  makeLate(row);
  return row;
}

function numbers(card) {
  const counts = held("kpi") || {};
  const levels = held("levels") || {};
  const of = (group, name) => (counts[group] || {})[name];
  const values = {
    open: of("all", "open"),
    overdue: of("all", "overdue"),
    reported: of("today", "reported"),
    closed: of("today", "closed"),
  };
  for (const node of card.querySelectorAll("[data-area]")) {
    big(node, node.dataset.area, values[node.dataset.area]);
  }
  number(kpi("area.response_overdue"), of("all", "response_overdue"));
  for (const level of LEVELS) {
    number(kpi("area.by_level." + level), (levels[level] || {}).open);
  }
}

function head(card, state) {
  cut(card.querySelector(".name"), own(state.name, state.code));
  const above = (state.path || []).filter((code) => code !== state.code).map(placed);
  const tier = text("tier." + (state.tier || "city"));
  cut(card.querySelector(".path"), [tier, ...above.reverse()].join(" · "));
  const homes = kpi("area.households");
  const known = state.households !== null && state.households !== undefined;
  homes.parentNode.hidden = !known;
  if (!known) return;
  number(homes, state.households);
  put(homes.parentNode.querySelector(".word"), text("area.households", { n: state.households }));
}

area.draw = function () {
  const state = held("area");
  if (!state) return;
  const card = byId("gw-area-card");
  head(card, state);
  numbers(card);
  const node = byId("gw-area-children");
  const children = (state.children || []).filter((child) => child.open);
  const byCode = new Map(children.map((child) => [child.code, child]));
  const fitted = fit(node.parentNode, { least: 38, wide: 640, draw: area.draw });
  const order = [...byCode.keys()].slice(0, fitted.room(byCode.size));
  const most = Math.max(1, ...order.map((code) => byCode.get(code).open));
  rows(node, order, makeRow, function (row, code) {
    const child = byCode.get(code);
    const { open } = child;
    cut(row.gw.name, placed(code));
    figure(row.gw.open, open, "area.children." + code + ".open");
    late(row, child, "area.children." + code + ".");
    width(row.gw.bar, open / most);
  });
  uncounted(node, someOpen());
  /* those that were cut have open events too, or the ones that came would not be all open */
  const cutOff = (state.total || 0) - (state.children || []).length;
  const all = children.length === (state.children || []).length ? byCode.size + Math.max(0, cutOff) : byCode.size;
  shownOf(byId("gw-area-scope"), order.length, all);
};

panel("area", () => area.draw(), "area");
