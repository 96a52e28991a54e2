/* The scores: rank, three indicators, total. With more than fit, the best and the worst. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const INDICATORS = ["dispatch", "handling", "outcome"];
  const GAP = "…";
  let state = { order: [], rows: {} };

  const scores = (gw.scores = { INDICATORS });

  /** Whose scores these are: a board of places in an area, of departments in a city. */
  scores.name = (id) => (scores.places() ? gw.placed(id) : gw.name("departments", id));
  scores.places = () => ["t", "c"].includes((gw.held("head") || {}).scores);

  scores.change = function (node, by, kpi) {
    gw.put(node, !by ? "" : (by > 0 ? "▲" : "▼") + Math.abs(by));
    gw.set(node, "data-kpi", kpi);
    gw.set(node, "data-value", by === null || by === undefined ? "" : String(by));
    gw.set(node, "data-way", !by ? "same" : by > 0 ? "up" : "down");
  };

  /** Indicators of a row with their bars. */
  scores.make = function (row) {
    for (const name of INDICATORS) {
      const cell = gw.make("span", "indicator " + name, row);
      row.gw[name] = gw.make("span", "num", cell);
      row.gw[name + "Bar"] = gw.make("i", "", gw.make("span", "bar", cell));
    }
  };

  /** What a row says of a score: rank, n, indicators, the total that ranks, change. */
  scores.fill = function (node, row, kpi) {
    const ranked = row.rank !== null && row.rank !== undefined;
    gw.figure(node.gw.rank, ranked ? row.rank : null, kpi + "rank");
    gw.set(node, "data-few", ranked ? null : "yes");
    gw.set(node, "title", ranked ? "" : gw.text("scores.few"));
    gw.figure(node.gw.n, row.n, kpi + "n");
    for (const name of INDICATORS) {
      gw.figure(node.gw[name], row[name], kpi + name, 0);
      gw.width(node.gw[name + "Bar"], (row[name] || 0) / 100);
    }
    /* small numbers are moved towards the mean of all */
    const total = row.shrunk === undefined ? "total" : "shrunk";
    gw.figure(node.gw.total, row[total], kpi + total, 1);
    scores.change(node.gw.change, row.rank_change, kpi + "rank_change");
  };

  function make(key) {
    const row = gw.make("div", key === GAP ? "row gap" : "row");
    if (key === GAP) return row;
    row.gw = {};
    for (const name of ["rank", "name", "n"]) row.gw[name] = gw.make("span", name + " num", row);
    row.gw.name.className = "name clip";
    scores.make(row);
    row.gw.total = gw.make("span", "total num", row);
    row.gw.change = gw.make("span", "change num", row);
    return row;
  }

  /** All if they fit, else the first and the last ones with what stands between. */
  scores.pick = function (all, room) {
    if (all.length <= room || room < 3) return all.slice(0, room);
    const worst = Math.min(3, Math.floor((room - 1) / 2));
    return [...all.slice(0, room - 1 - worst), GAP, ...all.slice(-worst)];
  };

  function draw() {
    const node = gw.byId("gw-scores");
    const all = (state.order || []).filter((id) => state.rows[id]);
    const fit = gw.fit(node.parentNode, { least: 30, draw });
    const order = scores.pick(all, fit.room(all.length));
    const place = new Map(all.map((id, index) => [id, index]));
    gw.rows(node, order, make, function (row, id) {
      if (id === GAP) {
        const n = all.length - order.length + 1;
        gw.put(row, gw.text(scores.places() ? "scores.more_places" : "scores.more", { n }));
        return;
      }
      gw.cut(row.gw.name, scores.name(id));
      scores.fill(row, state.rows[id], "scores." + place.get(id) + ".");
    });
    gw.put(gw.byId("gw-scores-period"), gw.time.named(state.period));
    const title = gw.byId("gw-title-scores");
    gw.put(title, gw.text(scores.places() ? "scores.title_places" : "scores.title"));
  }

  gw.panel(
    "scores",
    function (next) {
      state = next;
      if (gw.shown("scores")) draw();
      if (gw.shown("departments")) gw.departments.draw();
    },
    "scores",
    "departments",
  );
})();
