/* What surges: the least likely one in the footer, all of them in a panel of their own. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  let state = { order: [], rows: {} };

  function make() {
    const row = gw.make("div", "row");
    row.gw = {};
    const what = gw.make("div", "what", row);
    row.gw.category = gw.make("div", "category clip", what);
    row.gw.place = gw.make("div", "place clip", what);
    const count = gw.make("div", "count", row);
    row.gw.observed = gw.make("span", "observed num", count);
    row.gw.usual = gw.make("span", "usual", count);
    row.gw.since = gw.make("div", "since", row);
    return row;
  }

  function since(node, now) {
    const at = node.gwAt;
    const words = at && now !== null ? gw.text("surge.since", { t: gw.time.length(now - at) }) : "";
    gw.put(node.gw.since, words);
  }

  function draw() {
    const node = gw.byId("gw-surges");
    const all = (state.order || []).filter((id) => state.rows[id]);
    const fit = gw.fit(node.parentNode, { least: 52, wide: 760, draw });
    const order = all.slice(0, fit.room(all.length));
    gw.rows(node, order, make, function (row, id, index) {
      const surge = state.rows[id];
      const kpi = "warnings." + index + ".";
      gw.cut(row.gw.category, gw.name("categories", surge.category));
      gw.cut(row.gw.place, gw.placed(surge.area));
      gw.figure(row.gw.observed, surge.observed, kpi + "observed");
      gw.put(row.gw.usual, gw.text("surge.usual", { n: String(surge.expected) }));
      gw.set(row.gw.usual, "data-kpi", kpi + "expected");
      gw.set(row.gw.usual, "data-value", String(surge.expected));
      row.gwAt = surge.raised_at;
      since(row, gw.time.now());
    });
    gw.shownOf(gw.byId("gw-surges-scope"), order.length, all.length);
  }

  function footer() {
    const order = (state.order || []).filter((id) => state.rows[id]);
    const node = gw.byId("gw-surge");
    node.hidden = order.length === 0;
    if (node.hidden) return;
    const row = state.rows[order[0]];
    const words = gw.text("surge.one", {
      place: gw.placed(row.area),
      category: gw.name("categories", row.category),
      n: gw.count(row.observed),
      usual: String(row.expected),
    });
    const more = order.length - 1;
    gw.put(node, more ? words + gw.text("surge.more", { n: more }) : words);
    gw.set(node, "data-id", row.id);
  }

  gw.panel("surges", function (next) {
    state = next;
    footer();
    if (gw.shown("surges")) draw();
  });

  gw.onLayout(function () {
    if (gw.shown("surges")) draw();
  });

  gw.every(function (now) {
    const nodes = gw.byId("gw-surges").gwNodes;
    if (nodes) for (const node of nodes.values()) since(node, now);
  }, "surges");
})();
