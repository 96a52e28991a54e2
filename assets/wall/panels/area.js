/* The card of the place that the wall is about: its name and path, its numbers, what lies in it.
 *
 * Its numbers are those of the `kpi` and `levels` panels, which are about the same place.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const LEVELS = ["red", "orange", "yellow", "blue"];
  const area = (gw.area = {});

  function own(names, code) {
    const lang = gw.names.lang;
    return (names && (names[lang] || names.zh || names.en)) || gw.placed(code);
  }

  function make() {
    const row = gw.make("div", "row");
    row.gw = { name: gw.make("span", "name clip", row) };
    row.gw.bar = gw.make("i", "", gw.make("span", "bar", row));
    row.gw.open = gw.make("span", "open num", row);
    row.gw.overdue = gw.make("span", "overdue", row);
    return row;
  }

  function numbers(card) {
    const kpi = gw.held("kpi") || {};
    const levels = gw.held("levels") || {};
    const of = (group, name) => (kpi[group] || {})[name];
    const values = {
      open: of("all", "open"),
      overdue: of("all", "overdue"),
      reported: of("today", "reported"),
      closed: of("today", "closed"),
    };
    for (const node of card.querySelectorAll("[data-area]")) {
      gw.big(node, node.dataset.area, values[node.dataset.area]);
    }
    for (const level of LEVELS) {
      gw.number(gw.kpi("area.by_level." + level), (levels[level] || {}).open);
    }
  }

  function head(card, state) {
    gw.cut(card.querySelector(".name"), own(state.name, state.code));
    const above = (state.path || []).filter((code) => code !== state.code).map(gw.placed);
    const tier = gw.text("tier." + (state.tier || "city"));
    gw.cut(card.querySelector(".path"), [tier, ...above.reverse()].join(" · "));
    const homes = gw.kpi("area.households");
    const known = state.households !== null && state.households !== undefined;
    homes.parentNode.hidden = !known;
    if (known) gw.number(homes, state.households);
  }

  area.draw = function () {
    const state = gw.held("area");
    if (!state) return;
    const card = gw.byId("gw-area-card");
    head(card, state);
    numbers(card);
    const node = gw.byId("gw-area-children");
    const children = (state.children || []).filter((child) => child.open);
    const rows = new Map(children.map((child) => [child.code, child]));
    const fit = gw.fit(node.parentNode, { least: 38, wide: 640, draw: area.draw });
    const order = [...rows.keys()].slice(0, fit.room(rows.size));
    const most = Math.max(1, ...order.map((code) => rows.get(code).open));
    gw.rows(node, order, make, function (row, code) {
      const { open, overdue } = rows.get(code);
      gw.cut(row.gw.name, gw.placed(code));
      gw.figure(row.gw.open, open, "area.children." + code + ".open");
      gw.overdue(row.gw.overdue, overdue, "area.children." + code + ".overdue");
      gw.width(row.gw.bar, open / most);
    });
    gw.shownOf(gw.byId("gw-area-scope"), order.length, rows.size);
  };

  gw.panel("area", () => area.draw(), "area");
})();
