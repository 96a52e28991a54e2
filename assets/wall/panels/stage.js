/* The newest red events that nobody has answered for, in words: as many as there is room for. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  /* A row's height in px of the design: stacked, or in two lines from this width on, which
   * css/attention.css has as well. */
  const WIDE = 400;
  const ROWS = { wide: 40, narrow: 104 };
  let reds = [];

  function make() {
    const row = gw.make("div", "row");
    row.gw = {};
    for (const name of ["mark", "what", "ago", "where", "whose"]) {
      row.gw[name] = gw.make(name === "mark" ? "i" : "div", name, row);
    }
    row.gw.mark.className = "mark red";
    gw.set(row.gw.mark, "aria-hidden", "true");
    for (const name of ["what", "where", "whose"]) row.gw[name].classList.add("clip");
    return row;
  }

  function update(node, id, index) {
    const row = reds[index];
    const parts = node.gw;
    node.gwRow = row;
    gw.set(node, "data-event", id);
    gw.cut(parts.what, gw.name("categories", row.category));
    gw.cut(parts.where, gw.where(row));
    gw.cut(parts.whose, row.department ? gw.name("departments", row.department) : gw.text("stage.nobody"));
    clock(node, gw.time.now());
  }

  function clock(node, now) {
    if (now !== null) gw.put(node.gw.ago, gw.time.length(Math.max(0, now - node.gwRow.ts)));
  }

  function draw() {
    const list = gw.byId("gw-stage");
    const least = (width) => (width < WIDE ? ROWS.narrow : ROWS.wide);
    const fit = gw.fit(list.parentNode, { least, draw });
    const shown = reds.slice(0, fit.room(reds.length));
    gw.rows(list, shown.map((row) => row.event_id), make, update);
    list.parentNode.querySelector(".empty").hidden = reds.length > 0;
  }

  gw.panel(
    "alerts",
    function (state) {
      const rows = (state.order || []).map((id) => state.rows[id]);
      reds = rows.filter((row) => row && row.level === "red").sort((a, b) => b.ts - a.ts);
      draw();
    },
    "stage",
  );

  gw.every(function (now) {
    const nodes = gw.byId("gw-stage").gwNodes;
    if (nodes) for (const node of nodes.values()) clock(node, now);
  }, "stage");
})();
