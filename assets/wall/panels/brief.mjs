/* The morning brief: yesterday in big numbers and sentences, and what is left of it.
 *
 * Sentences are those of the catalogue, chosen by fixed rules; no word is made up here.
 */

import { byId, cut, kpi, make, number, put, rows, set, uncounted, width } from "../base.mjs";
import { count, DASH, decimals, nameOf, percent, text } from "../names.mjs";
import { panel } from "../registry.mjs";
import { fit } from "../scenes/fit.mjs";
import { time } from "../time.mjs";
import { big, delta } from "./kpi.mjs";
import { figure, placed, someOpen } from "./lists.mjs";
import { whereabouts } from "./queue.mjs";
import { ranks } from "./ranks.mjs";
import { scores } from "./scores.mjs";
import { usual } from "./surges.mjs";

let state = null;

const known = (value) => value !== null && value !== undefined;

/** "up 6.2%", "down 9", "no change": the change in words. */
function change(path, value, before) {
  if (!known(before) || !known(value)) return text("brief.unknown");
  const words = delta(path, value, before);
  if (!/^[+−]/.test(words)) return text("brief.same");
  const by = words.slice(1);
  return text(words[0] === "+" ? "brief.up" : "brief.down", {
    by: /^[\d,]+$/.test(by) ? text("brief.by_count", { n: by }) : by,
  });
}

function sentences() {
  const { before } = state;
  const say = [];
  const of = (key, path, value, was, words, more) =>
    text(key, { n: words, change: change(path, value, was), ...more });
  say.push(
    of("brief.say_reported", "reported", state.reported, before.reported, state.reported ?? DASH) +
      of("brief.say_closed", "closed", state.closed, before.closed, count(state.closed)),
  );
  const rate = known(state.on_time_rate)
    ? of(
        "brief.say_rate", "on_time_rate", state.on_time_rate, before.on_time_rate,
        percent(state.on_time_rate),
      )
    : text("brief.say_no_rate");
  const response = { response: count(state.response_overdue) };
  const late = ["overdue", state.overdue, before.overdue, count(state.overdue), response];
  say.push(rate + of("brief.say_overdue", ...late));
  say.push(
    text(state.red ? "brief.say_levels" : "brief.say_no_red", {
      red: count(state.red),
      orange: count(state.orange),
    }) + surges(),
  );
  const named = departments();
  if (named) say.push(named);
  return say;
}

function surges() {
  const { order, rows, total } = state.surges || { order: [], rows: {}, total: 0 };
  const first = rows && rows[(order || [])[0]];
  if (!first) return text("brief.say_calm");
  return text("brief.say_surge", {
    total: count(total),
    place: placed(first.area),
    category: nameOf("categories", first.category),
    n: count(first.observed),
    usual: usual(first.expected),
  });
}

function departments() {
  const name = (row) => scores.name(row.department);
  const { best, improved, slowest } = state;
  const say = [];
  if (best) say.push(text("brief.say_best", { name: name(best), n: decimals(best.total) }));
  if (improved) {
    const why = ranks.why(improved.moved);
    const words = { name: name(improved), n: count(improved.places), why };
    say.push(text(why ? "brief.say_improved_why" : "brief.say_improved", words));
  }
  if (slowest) {
    say.push(text("brief.say_slowest", { name: name(slowest), n: decimals(slowest.handling) }));
  }
  if (say.length === 0) return "";
  const [open, comma, stop] = [text("brief.scores"), text("brief.and"), text("brief.stop")];
  return open + say.join(comma) + stop;
}

function makeSay() {
  return make("p", "row");
}

function makeLate() {
  const row = make("div", "row");
  row.gw = { mark: make("i", "mark", row) };
  const what = make("div", "what", row);
  row.gw.category = make("div", "category clip", what);
  const place = make("div", "place spare", what);
  row.gw.near = make("span", "near clip", place);
  row.gw.wide = make("span", "wide", place);
  row.gw.department = make("div", "department two", row);
  row.gw.time = make("div", "time num", row);
  return row;
}

function late(now) {
  const { order, rows: facts } = state.longest;
  const all = (order || []).filter((id) => facts[id]);
  const node = byId("gw-brief-longest");
  const fitted = fit(node.parentNode, { least: 54, grow: 2.4, draw });
  rows(node, all.slice(0, fitted.room(all.length)), makeLate, function (row, id, index) {
    const event = facts[id];
    row.gw.mark.className = "mark " + event.level;
    set(row.gw.mark, "title", text("level." + event.level));
    cut(row.gw.category, nameOf("categories", event.category));
    const [near, wide] = whereabouts(event);
    cut(row.gw.near, near);
    put(row.gw.wide, wide);
    cut(row.gw.department, nameOf("departments", event.department));
    put(row.gw.time, text("queue.over", { t: time.length(now - event.since) }));
    set(row.gw.time, "data-kpi", "brief.longest." + index + ".since");
    set(row.gw.time, "data-value", String(event.since));
  });
  uncounted(node, state.overdue > 0);
  const part = state.longest.looked < state.longest.waiting;
  const words = part ? text("brief.looked", { n: count(state.longest.looked) }) : "";
  put(byId("gw-brief-looked"), words);
}

function makeTop() {
  const row = make("div", "row");
  row.gw = { name: make("span", "name clip", row) };
  row.gw.bar = make("i", "", make("span", "bar", row));
  row.gw.open = make("span", "open num", row);
  return row;
}

function top(kind, name) {
  const { order, rows: facts } = state[kind] || { order: [], rows: {} };
  const all = (order || []).filter((code) => facts[code]);
  const node = byId("gw-brief-" + kind);
  const fitted = fit(node.parentNode, { least: 38, draw });
  const shown = all.slice(0, fitted.room(all.length));
  const most = Math.max(1, ...shown.map((code) => facts[code].open));
  rows(node, shown, makeTop, function (row, code, index) {
    cut(row.gw.name, name(code));
    figure(row.gw.open, facts[code].open, "brief." + kind + "." + index + ".open");
    width(row.gw.bar, facts[code].open / most);
  });
  uncounted(node, someOpen());
}

function draw() {
  if (state === null || !known(state.day)) return;
  const before = state.before || {};
  for (const card of document.querySelectorAll("#gw-brief-cards > [data-brief]")) {
    const name = card.dataset.brief;
    big(card.querySelector(".big"), name, state[name]);
    put(card.querySelector(".delta"), delta(name, state[name], before[name], "brief.none_before"));
  }
  for (const level of ["red", "orange"]) number(kpi("brief." + level), state[level]);
  put(byId("gw-brief-day"), time.named(state.day));
  put(byId("gw-brief-at"), text("brief.at", { at: time.minute(state.at) }));
  const say = sentences();
  rows(byId("gw-brief-say"), say.map((_, index) => String(index)), makeSay, (row, key) =>
    put(row, say[Number(key)]),
  );
  late(Math.max(state.at, 0));
  top("places", placed);
  top("categories", (code) => nameOf("categories", code));
}

panel(
  "brief",
  function (next) {
    state = { before: {}, longest: { order: [], rows: {} }, ...next };
    draw();
  },
  "brief",
);
