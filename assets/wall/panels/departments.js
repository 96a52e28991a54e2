/* The department board: what each has open, late and done, and its score with its interval.
 *
 * One list of two stream panels: `departments` (counts) and `scores`; in the order of the scores,
 * then whoever has events but no score. In an area whose board is of places, the rows are places.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const COUNTS = ["open", "overdue", "reported", "closed"];
  const departments = (gw.departments = {});

  function make() {
    const row = gw.make("div", "row");
    row.gw = {};
    for (const name of ["rank", "name", ...COUNTS]) {
      row.gw[name] = gw.make("span", name + " num", row);
    }
    row.gw.name.className = "name two";
    gw.scores.make(row);
    const total = gw.make("span", "score", row);
    row.gw.total = gw.make("span", "total num", total);
    const line = gw.make("span", "interval", total);
    row.gw.interval = gw.make("i", "", line);
    row.gw.at = gw.make("b", "", line);
    row.gw.n = gw.make("span", "n num", row);
    row.gw.change = gw.make("span", "change num", row);
    return row;
  }

  function place(node, from, to) {
    const text = Math.round(10 * from) / 10 + "/" + Math.round(10 * to) / 10;
    if (node.gwAt === text) return;
    node.gwAt = text;
    node.style.left = from + "%";
    node.style.width = to - from + "%";
  }

  /** The interval on a scale from `floor` to 100. */
  function interval(node, row, floor) {
    const known = row.low !== null && row.low !== undefined;
    gw.set(node.gw.interval.parentNode, "data-known", known ? "yes" : null);
    if (!known) return;
    const share = (value) => (100 * (value - floor)) / (100 - floor);
    place(node.gw.interval, share(row.low), share(row.high));
    const middle = row.shrunk === undefined ? row.total : row.shrunk;
    place(node.gw.at, share(middle), share(middle));
    gw.set(node.gw.interval.parentNode, "title", gw.decimals(row.low) + " – " + gw.decimals(row.high));
  }

  function rows() {
    const scores = gw.held("scores") || {};
    const counts = gw.held("departments") || {};
    const children = gw.scores.places() ? (gw.held("area") || {}).children || [] : [];
    const facts = gw.scores.places()
      ? Object.fromEntries(children.map((child) => [child.code, child]))
      : counts.rows || {};
    const scored = (scores.order || []).filter((id) => (scores.rows || {})[id]);
    const rest = gw.scores.places() ? [] : (counts.order || []).filter((id) => facts[id]);
    const seen = new Set(scored);
    return {
      order: [...scored, ...rest.filter((id) => !seen.has(id))],
      scores: scores.rows || {},
      facts,
      period: scores.period,
    };
  }

  departments.draw = function () {
    const node = gw.byId("gw-departments");
    const board = rows();
    const list = node.parentNode;
    const fit = gw.fit(list, { least: 46, grow: 1.7, draw: departments.draw });
    const order = board.order.slice(0, fit.room(board.order.length));
    const lows = order.map((id) => (board.scores[id] || {}).low).filter(Number.isFinite);
    const floor = lows.length ? Math.max(0, 10 * Math.floor(Math.min(...lows) / 10)) : 0;
    const group = gw.scores.places() ? "by_place." : "by_department.";
    gw.rows(node, order, make, function (row, id, index) {
      const facts = board.facts[id] || {};
      gw.cut(row.gw.name, gw.scores.name(id));
      for (const name of COUNTS) gw.figure(row.gw[name], facts[name], group + id + "." + name);
      gw.set(row.gw.overdue, "data-some", facts.overdue ? "yes" : null);
      const score = board.scores[id] || {};
      gw.scores.fill(row, score, "scores." + index + ".");
      interval(row, score, floor);
    });
    gw.shownOf(gw.byId("gw-departments-shown"), order.length, board.order.length);
    gw.put(gw.byId("gw-departments-period"), gw.time.named(board.period));
    gw.put(gw.byId("gw-departments-floor"), floor + "–100");
    /* Of places the stream tells what is open and overdue, not what has been. */
    gw.set(list.closest(".panel"), "data-of", gw.scores.places() ? "places" : null);
    const title = gw.scores.places() ? "departments.title_places" : "departments.title";
    gw.put(gw.byId("gw-title-departments"), gw.text(title));
  };

  gw.panel("departments", () => departments.draw(), "departments");
})();
