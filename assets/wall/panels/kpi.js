/* Today's numbers with their change against the same time yesterday, and the levels' rows. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const LEVELS = ["red", "orange", "yellow", "blue"];

  function at(state, path) {
    const [group, name] = path.split(".");
    return (state[group] || {})[name];
  }

  function known(value) {
    return value !== null && value !== undefined;
  }

  /** How `value` compares with `before`, in as few words as say it; `none` where nothing is known. */
  gw.delta = function (path, value, before, none) {
    if (!known(before)) return known(value) ? gw.text(none || "kpi.none") : gw.DASH;
    if (!known(value)) return gw.DASH;
    const change = value - before;
    if (path.endsWith("_rate")) {
      const points = Math.round(1000 * change) / 10;
      if (points === 0) return gw.text("kpi.same");
      return gw.signed(points, gw.text("kpi.points", { n: gw.decimals(Math.abs(points)) }));
    }
    if (change === 0) return gw.text("kpi.same");
    /* A share of a small number says more than it knows: below 50 the difference itself. */
    if (before < 50) return gw.signed(change, gw.count(Math.abs(change)));
    if (value > 10 * before) return gw.signed(change, gw.count(Math.abs(change)));
    const share = (100 * Math.abs(change)) / before;
    return gw.signed(change, gw.percent(share / 100, share < 10 ? 1 : 0));
  };

  /** A big number: the style sheet makes it as large as its place allows. */
  gw.big = function (node, path, value) {
    const words = path.endsWith("_rate") ? gw.percent(value) : gw.count(value);
    gw.number(node, known(value) ? value : null, words);
    const long = String(Math.max(4, words.length));
    if (node.gwLong !== long) {
      node.gwLong = long;
      node.style.setProperty("--long", long);
    }
  };

  gw.panel("kpi", function (state) {
    for (const card of document.querySelectorAll("[data-card]")) {
      const path = card.dataset.card;
      const value = at(state, path);
      const big = card.querySelector(".big");
      gw.big(big, path, value);
      const node = card.querySelector(".delta");
      const before = at(state, node.dataset.before);
      gw.put(node, gw.delta(path, value, before));
      const change = known(value) && known(before) ? value - before : null;
      gw.set(node, "data-value", change === null ? "" : String(change));
      gw.set(node, "data-way", change === null || change === 0 ? "same" : change > 0 ? "up" : "down");
    }
    gw.number(gw.kpi("all.reported"), (state.all || {}).reported);
    const unlocated = (state.all || {}).unlocated;
    const note = gw.byId("gw-unlocated");
    note.hidden = !unlocated;
    if (unlocated) {
      gw.put(note, gw.text("map.unlocated", { n: gw.count(unlocated) }));
      gw.set(note, "data-kpi", "all.unlocated");
      gw.set(note, "data-value", String(unlocated));
    }
    if (gw.shown("area")) gw.area.draw();
  }, "kpis", "map", "area");

  gw.panel("levels", function (state) {
    const most = Math.max(1, ...LEVELS.map((level) => (state[level] || {}).open || 0));
    for (const level of LEVELS) {
      const row = state[level] || {};
      gw.number(gw.kpi("by_level." + level + ".open"), row.open);
      gw.number(gw.kpi("by_level." + level + ".today"), row.today);
      const bar = document.querySelector('.bar[data-level="' + level + '"] > i');
      gw.width(bar, (row.open || 0) / most);
    }
    if (gw.shown("area")) gw.area.draw();
  }, "levels", "area");
})();
