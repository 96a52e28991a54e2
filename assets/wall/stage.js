/* The newest open red event in words, beside the map: what the ring is about. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const stage = (gw.stage = {});
  let point = null;

  function show(now) {
    const card = gw.byId("gw-stage");
    const row = point === null || !point.told.category ? undefined : point.told;
    card.hidden = point === null;
    gw.byId("gw-stage-none").hidden = point !== null;
    if (point === null) return;
    gw.set(card, "data-event", point.id);
    const say = (name, words) => gw.cut(card.querySelector("." + name), words);
    say("what", row ? gw.name("categories", row.category) : gw.text("level.red"));
    say("where", row ? gw.where(row) : "");
    say("whose", row ? gw.name("departments", row.department) : "");
    if (now === null) return;
    gw.put(
      card.querySelector(".ago"),
      gw.text("map.ago", { t: gw.time.length(now - point.ts) }),
    );
  }

  /** The newest red mark, or null; `told` is what, whose and where it is, as far as known. */
  stage.point = function (next) {
    point = next;
    show(gw.time.now());
  };

  gw.every(show);
})();
