/* The morning brief: yesterday in big numbers and sentences, and what is left of it.
 *
 * Sentences are those of the catalogue, chosen by fixed rules; no word is made up here.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  let state = null;

  const known = (value) => value !== null && value !== undefined;

  /** "up 6.2%", "down 9", "no change": the change in words. */
  function change(path, value, before) {
    if (!known(before) || !known(value)) return gw.text("brief.unknown");
    const words = gw.delta(path, value, before);
    if (!/^[+−]/.test(words)) return gw.text("brief.same");
    const by = words.slice(1);
    return gw.text(words[0] === "+" ? "brief.up" : "brief.down", {
      by: /^[\d,]+$/.test(by) ? gw.text("brief.by_count", { n: by }) : by,
    });
  }

  function sentences() {
    const { before } = state;
    const say = [];
    const of = (key, path, value, was, words) =>
      gw.text(key, { n: words, change: change(path, value, was) });
    say.push(
      of("brief.say_reported", "reported", state.reported, before.reported, gw.count(state.reported)) +
        of("brief.say_closed", "closed", state.closed, before.closed, gw.count(state.closed)),
    );
    const rate = known(state.on_time_rate)
      ? of(
          "brief.say_rate", "on_time_rate", state.on_time_rate, before.on_time_rate,
          gw.percent(state.on_time_rate),
        )
      : gw.text("brief.say_no_rate");
    say.push(
      rate + of("brief.say_overdue", "overdue", state.overdue, before.overdue, gw.count(state.overdue)),
    );
    say.push(
      gw.text(state.red ? "brief.say_levels" : "brief.say_no_red", {
        red: gw.count(state.red),
        orange: gw.count(state.orange),
      }) + surges(),
    );
    const named = departments();
    if (named) say.push(named);
    return say;
  }

  function surges() {
    const { order, rows, total } = state.surges || { order: [], rows: {}, total: 0 };
    const first = rows && rows[(order || [])[0]];
    if (!first) return gw.text("brief.say_calm");
    return gw.text("brief.say_surge", {
      total: gw.count(total),
      place: gw.placed(first.area),
      category: gw.name("categories", first.category),
      n: gw.count(first.observed),
      usual: String(first.expected),
    });
  }

  function departments() {
    const name = (row) => gw.scores.name(row.department);
    const { best, improved, slowest } = state;
    const say = [];
    if (best) say.push(gw.text("brief.say_best", { name: name(best), n: gw.decimals(best.total) }));
    if (improved) {
      say.push(gw.text("brief.say_improved", { name: name(improved), n: gw.count(improved.places) }));
    }
    if (slowest) {
      say.push(gw.text("brief.say_slowest", { name: name(slowest), n: gw.decimals(slowest.handling) }));
    }
    if (say.length === 0) return "";
    const [open, comma, stop] = [gw.text("brief.scores"), gw.text("brief.and"), gw.text("brief.stop")];
    return open + say.join(comma) + stop;
  }

  function makeSay() {
    return gw.make("p", "row");
  }

  function makeLate() {
    const row = gw.make("div", "row");
    row.gw = { mark: gw.make("i", "mark", row) };
    const what = gw.make("div", "what", row);
    row.gw.category = gw.make("div", "category clip", what);
    const place = gw.make("div", "place spare", what);
    row.gw.near = gw.make("span", "near clip", place);
    row.gw.wide = gw.make("span", "wide", place);
    row.gw.department = gw.make("div", "department two", row);
    row.gw.time = gw.make("div", "time num", row);
    return row;
  }

  function late(now) {
    const { order, rows } = state.longest;
    const all = (order || []).filter((id) => rows[id]);
    const node = gw.byId("gw-brief-longest");
    const fit = gw.fit(node.parentNode, { least: 54, grow: 2.4, draw });
    gw.rows(node, all.slice(0, fit.room(all.length)), makeLate, function (row, id, index) {
      const event = rows[id];
      row.gw.mark.className = "mark " + event.level;
      gw.set(row.gw.mark, "title", gw.text("level." + event.level));
      gw.cut(row.gw.category, gw.name("categories", event.category));
      const [near, wide] = gw.whereabouts(event);
      gw.cut(row.gw.near, near);
      gw.put(row.gw.wide, wide);
      gw.cut(row.gw.department, gw.name("departments", event.department));
      gw.put(row.gw.time, gw.text("queue.over", { t: gw.time.length(now - event.since) }));
      gw.set(row.gw.time, "data-kpi", "brief.longest." + index + ".since");
      gw.set(row.gw.time, "data-value", String(event.since));
    });
    const part = state.longest.looked < state.longest.waiting;
    const words = part ? gw.text("brief.looked", { n: gw.count(state.longest.looked) }) : "";
    gw.put(gw.byId("gw-brief-looked"), words);
  }

  function makeTop() {
    const row = gw.make("div", "row");
    row.gw = { name: gw.make("span", "name clip", row) };
    row.gw.bar = gw.make("i", "", gw.make("span", "bar", row));
    row.gw.open = gw.make("span", "open num", row);
    return row;
  }

  function top(kind, name) {
    const { order, rows } = state[kind] || { order: [], rows: {} };
    const all = (order || []).filter((code) => rows[code]);
    const node = gw.byId("gw-brief-" + kind);
    const fit = gw.fit(node.parentNode, { least: 38, draw });
    const shown = all.slice(0, fit.room(all.length));
    const most = Math.max(1, ...shown.map((code) => rows[code].open));
    gw.rows(node, shown, makeTop, function (row, code, index) {
      gw.cut(row.gw.name, name(code));
      gw.figure(row.gw.open, rows[code].open, "brief." + kind + "." + index + ".open");
      gw.width(row.gw.bar, rows[code].open / most);
    });
  }

  function draw() {
    if (state === null || !known(state.day)) return;
    const before = state.before || {};
    for (const card of document.querySelectorAll("#gw-brief-cards > [data-brief]")) {
      const name = card.dataset.brief;
      gw.big(card.querySelector(".big"), name, state[name]);
      gw.put(card.querySelector(".delta"), gw.delta(name, state[name], before[name], "brief.none_before"));
    }
    for (const level of ["red", "orange"]) gw.number(gw.kpi("brief." + level), state[level]);
    gw.put(gw.byId("gw-brief-day"), gw.time.named(state.day));
    gw.put(gw.byId("gw-brief-at"), gw.text("brief.at", { at: gw.time.minute(state.at) }));
    const say = sentences();
    gw.rows(gw.byId("gw-brief-say"), say.map((_, index) => String(index)), makeSay, (row, key) =>
      gw.put(row, say[Number(key)]),
    );
    late(Math.max(state.at, 0));
    top("places", gw.placed);
    top("categories", (code) => gw.name("categories", code));
  }

  gw.panel(
    "brief",
    function (next) {
      state = { before: {}, longest: { order: [], rows: {} }, ...next };
      draw();
    },
    "brief",
  );
})();
