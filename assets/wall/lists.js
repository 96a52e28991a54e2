/* The other lists: top places, department scores, the footer's last actions. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const INDICATORS = ["dispatch", "handling", "outcome"];
  /* What fits: with more departments the best and the worst, and how many stand between. */
  const ROOM = 9;
  const BEST = 5;
  const WORST = 3;
  const GAP = "…";

  /* ---- top places ---- */

  function makePlace() {
    const row = gw.make("div", "row");
    row.gw = { rank: gw.make("span", "rank", row) };
    row.gw.name = gw.make("span", "name clip", row);
    row.gw.open = gw.make("span", "open num", row);
    row.gw.bar = gw.make("i", "", gw.make("span", "bar", row));
    row.gw.overdue = gw.make("span", "overdue", row);
    return row;
  }

  gw.panel("places", function (state) {
    const order = (state.order || []).filter((code) => state.rows[code]);
    const most = Math.max(1, ...order.map((code) => state.rows[code].open));
    gw.rows(gw.byId("gw-places"), order, makePlace, function (node, code, index) {
      const { open, overdue } = state.rows[code];
      gw.put(node.gw.rank, String(index + 1));
      gw.cut(node.gw.name, gw.name("places", code));
      gw.number(node.gw.open, open);
      gw.set(node.gw.open, "data-kpi", "by_place." + code + ".open");
      gw.put(
        node.gw.overdue,
        overdue ? gw.text("places.overdue", { n: gw.count(overdue) }) : gw.text("places.none_overdue"),
      );
      gw.set(node.gw.overdue, "data-kpi", "by_place." + code + ".overdue");
      gw.set(node.gw.overdue, "data-value", String(overdue));
      gw.set(node.gw.overdue, "data-some", overdue ? "yes" : null);
      gw.width(node.gw.bar, open / most);
    });
    if (gw.map) gw.map.top(order);
  });

  /* ---- department scores ---- */

  function makeScore(key) {
    const row = gw.make("div", key === GAP ? "row gap" : "row");
    if (key === GAP) return row;
    row.gw = {};
    for (const name of ["rank", "name", "n"]) row.gw[name] = gw.make("span", name + " num", row);
    row.gw.name.className = "name clip";
    for (const name of INDICATORS) {
      const cell = gw.make("span", "indicator " + name, row);
      row.gw[name] = gw.make("span", "num", cell);
      row.gw[name + "Bar"] = gw.make("i", "", gw.make("span", "bar", cell));
    }
    row.gw.total = gw.make("span", "total num", row);
    row.gw.change = gw.make("span", "change num", row);
    return row;
  }

  function score(node, value, kpi, digits) {
    const none = value === null || value === undefined;
    gw.number(node, none ? null : value, none ? gw.DASH : value.toFixed(digits));
    gw.set(node, "data-kpi", kpi);
  }

  function change(node, by, kpi) {
    const words = !by ? "" : (by > 0 ? "▲" : "▼") + Math.abs(by);
    gw.put(node, words);
    gw.set(node, "data-kpi", kpi);
    gw.set(node, "data-value", by === null || by === undefined ? "" : String(by));
    gw.set(node, "data-way", !by ? "same" : by > 0 ? "up" : "down");
  }

  gw.panel("scores", function (state) {
    const all = (state.order || []).filter((id) => state.rows[id]);
    const place = new Map(all.map((id, index) => [id, index]));
    let order = all;
    let left = 0;
    if (all.length > ROOM) {
      left = all.length - BEST - WORST;
      order = [...all.slice(0, BEST), GAP, ...all.slice(-WORST)];
    }
    gw.rows(gw.byId("gw-scores"), order, makeScore, function (node, id) {
      if (id === GAP) {
        gw.put(node, gw.text("scores.more", { n: left }));
        return;
      }
      const row = state.rows[id];
      const kpi = "scores." + place.get(id) + ".";
      const ranked = row.rank !== null && row.rank !== undefined;
      gw.number(node.gw.rank, ranked ? row.rank : null);
      gw.set(node.gw.rank, "data-kpi", kpi + "rank");
      gw.set(node, "data-few", ranked ? null : "yes");
      gw.set(node, "title", ranked ? "" : gw.text("scores.few"));
      gw.cut(node.gw.name, gw.name("departments", id));
      gw.number(node.gw.n, row.n);
      gw.set(node.gw.n, "data-kpi", kpi + "n");
      for (const name of INDICATORS) {
        score(node.gw[name], row[name], kpi + name, 0);
        gw.width(node.gw[name + "Bar"], (row[name] || 0) / 100);
      }
      /* the total that ranks: small numbers are moved towards the mean of all */
      const total = row.shrunk === undefined ? "total" : "shrunk";
      score(node.gw.total, row[total], kpi + total, 1);
      change(node.gw.change, row.rank_change, kpi + "rank_change");
    });
    gw.put(gw.byId("gw-scores-period"), state.period || gw.DASH);
  });

  /* ---- surges: the least likely one, and how many more ---- */

  gw.panel("surges", function (state) {
    const order = (state.order || []).filter((id) => state.rows[id]);
    const node = gw.byId("gw-surge");
    node.hidden = order.length === 0;
    if (node.hidden) return;
    const row = state.rows[order[0]];
    const words = gw.text("surge.one", {
      place: gw.name("places", row.area),
      category: gw.name("categories", row.category),
      n: gw.count(row.observed),
      usual: String(row.expected),
    });
    const more = order.length - 1;
    gw.put(node, more ? words + gw.text("surge.more", { n: more }) : words);
    gw.set(node, "data-id", row.id);
  });

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
      gw.put(node.gw.place, gw.name("places", row.area));
      gw.put(node.gw.category, gw.name("categories", row.category));
      const kind = gw.text("kind." + row.kind);
      const by = row.department && row.kind !== "report";
      gw.put(node.gw.kind, by ? gw.name("departments", row.department) + " " + kind : kind);
    });
  });
})();
