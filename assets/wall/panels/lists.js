/* The places with most open events, and the footer's last actions. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});

  /** A number that may not be known yet, with its path and so many digits. */
  gw.figure = function (node, value, kpi, digits) {
    const none = value === null || value === undefined;
    gw.number(node, none ? null : value, none || digits === undefined ? undefined : gw.decimals(value, digits));
    gw.set(node, "data-kpi", kpi);
  };

  /** How many are overdue, in words; none is said quietly. */
  gw.overdue = function (node, overdue, kpi) {
    const words = overdue
      ? gw.text("places.overdue", { n: gw.count(overdue) })
      : gw.text("places.none_overdue");
    gw.put(node, words);
    gw.set(node, "data-kpi", kpi);
    gw.set(node, "data-value", String(overdue || 0));
    gw.set(node, "data-some", overdue ? "yes" : null);
  };

  /** How many there are in all beside a list that shows fewer. */
  gw.shownOf = function (node, shown, total) {
    gw.put(node, shown < total ? gw.text("list.of", { n: shown, total: gw.count(total) }) : "");
  };

  /* ---- top places ---- */

  let places = { order: [], rows: {} };

  function makePlace() {
    const row = gw.make("div", "row");
    row.gw = { rank: gw.make("span", "rank", row) };
    row.gw.name = gw.make("span", "name clip", row);
    row.gw.open = gw.make("span", "open num", row);
    row.gw.bar = gw.make("i", "", gw.make("span", "bar", row));
    row.gw.overdue = gw.make("span", "overdue", row);
    return row;
  }

  function drawPlaces() {
    if (!gw.shown("places")) {
      /* numbers on the map mean the rows of a list that is not there */
      gw.map.top([]);
      return;
    }
    const node = gw.byId("gw-places");
    const all = (places.order || []).filter((code) => places.rows[code]);
    const fit = gw.fit(node.parentNode, {
      least: (width) => (width < 520 ? 58 : 44),
      draw: drawPlaces,
    });
    const order = all.slice(0, fit.room(all.length));
    const most = Math.max(1, ...order.map((code) => places.rows[code].open));
    gw.rows(node, order, makePlace, function (row, code, index) {
      const { open, overdue } = places.rows[code];
      gw.put(row.gw.rank, String(index + 1));
      gw.cut(row.gw.name, gw.placed(code));
      gw.figure(row.gw.open, open, "by_place." + code + ".open");
      gw.overdue(row.gw.overdue, overdue, "by_place." + code + ".overdue");
      gw.width(row.gw.bar, open / most);
    });
    if (gw.map) gw.map.top(order);
  }

  gw.panel(
    "places",
    function (state) {
      places = state;
      drawPlaces();
    },
    "places",
    "map",
  );

  /** A place's name: of the page's catalogue, or as the stream tells it (communities, grids). */
  gw.placed = function (code) {
    if (!code || gw.names.places[code]) return gw.name("places", code);
    const told = ((gw.held("head") || {}).names || {})[code];
    return (told && (told[gw.names.lang] || told.zh)) || code;
  };

  /* ---- the last actions ---- */

  function makeRecent() {
    const item = gw.make("span", "row");
    item.gw = {};
    for (const name of ["time", "mark", "place", "category", "kind"]) {
      item.gw[name] = gw.make(name === "mark" ? "i" : "span", name, item);
    }
    return item;
  }

  gw.panel("recent", function (state) {
    const order = (state.order || []).filter((seq) => state.rows[seq]);
    gw.rows(gw.byId("gw-recent"), order, makeRecent, function (node, seq) {
      const row = state.rows[seq];
      if (node.gwRow === row) return;
      node.gwRow = row;
      gw.put(node.gw.time, gw.time.clock(row.ts));
      node.gw.mark.className = "mark " + row.level;
      gw.put(node.gw.place, gw.placed(row.area));
      gw.put(node.gw.category, gw.name("categories", row.category));
      const kind = gw.text("kind." + row.kind);
      const by = row.department && row.kind !== "report";
      gw.put(node.gw.kind, by ? gw.name("departments", row.department) + " " + kind : kind);
    });
  });
})();
