/* The escalation queue: rows keyed by event, as many as fit; the clocks count down between frames.
 * Where an event is comes in two parts, the finest named place and the county around it; the style
 * sheet lets the county go where there is no room for both.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const STEPS = 4;
  /* From this width (px of the design) a row is one line; side.css has the same. */
  const WIDE = 900;
  let state = { order: [], rows: {} };

  function make() {
    const row = gw.make("div", "row");
    row.gw = { mark: gw.make("i", "mark", row) };
    const what = gw.make("div", "what", row);
    const category = gw.make("div", "category", what);
    row.gw.category = gw.make("span", "clip", category);
    row.gw.waits = gw.make("span", "waits", category);
    const place = gw.make("div", "place spare", what);
    row.gw.near = gw.make("span", "near clip", place);
    row.gw.wide = gw.make("span", "wide", place);
    const who = gw.make("div", "who", row);
    row.gw.department = gw.make("div", "department clip", who);
    const step = gw.make("div", "step", who);
    row.gw.pips = gw.make("span", "pips", step);
    for (let i = 0; i < STEPS; i += 1) gw.make("i", "", row.gw.pips);
    row.gw.owner = gw.make("span", "owner", step);
    row.gw.ack = gw.make("span", "ack", step);
    const clock = gw.make("div", "due", row);
    row.gw.time = gw.make("div", "time num", clock);
    row.gw.bar = gw.make("i", "", gw.make("div", "bar", clock));
    return row;
  }

  /** Where an event is: the finest named place, and the county around it ("" if it says so). */
  gw.whereabouts = function (row) {
    const near = gw.placed(row.area);
    const wide = row.county && row.county !== row.area ? gw.placed(row.county) : "";
    return [near, near.startsWith(wide) ? "" : wide];
  };

  gw.where = function (row) {
    const [near, wide] = gw.whereabouts(row);
    if (!wide) return near;
    return gw.names.lang === "zh" ? wide + " " + near : near + ", " + wide;
  };

  function update(node, id, index) {
    const row = state.rows[id];
    const path = "queue." + index + ".";
    const parts = node.gw;
    if (node.gwRow !== row || node.gwIndex !== index) {
      node.gwRow = row;
      node.gwIndex = index;
      parts.mark.className = "mark " + row.level;
      gw.set(parts.mark, "title", gw.text("level." + row.level));
      gw.cut(parts.category, gw.name("categories", row.category));
      /* Which clock presses: handling goes without saying. */
      gw.put(parts.waits, row.clock === "respond" ? gw.text("queue.respond") : "");
      const [near, wide] = gw.whereabouts(row);
      gw.cut(parts.near, near);
      gw.put(parts.wide, wide);
      gw.cut(parts.department, gw.name("departments", row.department));
      gw.put(parts.owner, gw.text("owner." + row.owner));
      gw.put(parts.ack, row.acknowledged ? gw.text("queue.ack") : "");
      parts.ack.hidden = !row.acknowledged;
      gw.set(parts.pips, "data-kpi", path + "step");
      gw.set(parts.pips, "data-value", String(row.step));
      gw.set(parts.pips, "data-step", String(row.step));
      gw.set(parts.time, "data-kpi", path + "due");
      gw.set(parts.time, "data-value", row.due ? String(row.due) : "");
      gw.set(parts.bar, "data-kpi", path + "used");
      gw.set(parts.bar, "data-value", String(row.used));
      gw.set(node, "data-event", id);
      gw.set(node, "data-raise", row.level === "red" && !row.acknowledged ? "yes" : null);
    }
    clock(node, gw.time.now());
  }

  function clock(node, now) {
    const row = node.gwRow;
    const due = row.due === undefined ? null : row.due;
    let words = gw.text("queue.nodue");
    let over = row.used >= 1;
    if (due !== null && now !== null) {
      over = due < now;
      words = gw.text(over ? "queue.over" : "queue.left", { t: gw.time.length(due - now) });
    }
    gw.put(node.gw.time, words);
    gw.set(node, "data-over", over ? "yes" : null);
    gw.width(node.gw.bar, over ? 1 : row.used);
  }

  function draw() {
    const node = gw.byId("gw-queue");
    const all = (state.order || []).filter((id) => state.rows[id]);
    const fit = gw.fit(node.parentNode, {
      least: (width) => (width < WIDE ? 45 : width < 2 * WIDE ? 52 : 60),
      wide: 2 * WIDE,
      draw,
    });
    gw.rows(node, all.slice(0, fit.room(all.length)), make, update);
    const scope = gw.byId("gw-queue-scope");
    gw.put(
      scope,
      gw.text("queue.scope", { total: gw.count(state.total), overdue: gw.count(state.overdue) }),
    );
    gw.set(scope, "data-value", String(state.total));
  }

  gw.panel(
    "queue",
    function (next) {
      state = next;
      draw();
    },
    "queue",
  );

  gw.every(function (now) {
    const nodes = gw.byId("gw-queue").gwNodes;
    if (nodes) for (const node of nodes.values()) clock(node, now);
  }, "queue");
})();
