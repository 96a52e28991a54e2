/* The stage over the map: a red event that is news, else the event that somebody points this wall
 * at. It lies over the map, or over what tells least, and never over today's numbers or the queue;
 * it pushes nothing. Who comes on stage is wall/attention.js's business.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const LOOK_MS = 500;
  /* Where it may lie when the scene has no map; the footer if none of these is shown. */
  const PLACES = ["map", "surges", "places", "trend", "departments"];
  const LEAST = { width: 300, height: 220 };
  const PARTS = ["mark", "word", "clock", "what", "where", "who"];

  const attention = (gw.attention = new gw.Attention());
  const stage = (gw.onstage = { shown: null });
  let node = null;
  let parts = null;
  let rows = {};
  let queue = {};
  let area = null;
  let fresh = null;
  let red = null;
  let place = null;
  const BEHIND = ["stale", "engine-stopped"];
  let lit = [];

  /* ---- what is shown ---- */

  /** Red before what somebody points at, which comes back after it. */
  function wanted() {
    if (red !== null) return { key: "red:" + red.id, kind: "red", row: rows[red.id], red };
    const row = gw.steer.event();
    return row === null ? null : { key: "event:" + row.key, kind: "steered", row };
  }

  function look() {
    const at = performance.now();
    const away = document.hidden || document.body.dataset.state === "link-lost";
    /* An engine that is behind tells what is long past: no news, but for what is young. */
    if (BEHIND.includes(document.body.dataset.state)) attention.elsewhere(at);
    if (fresh !== null && gw.time.now() !== null) {
      attention.take(fresh, at, gw.time.now());
      fresh = null;
    }
    if (!away && gw.time.now() !== null) attention.alive(at);
    red = attention.look(at);
    light(attention.lit(at));
    show(wanted());
    if (red !== null && red.first) {
      gw.sound.red(rows[red.id]);
      gw.say(gw.sound.words(rows[red.id]));
    }
  }

  function show(next) {
    const before = stage.shown;
    stage.shown = next;
    node.hidden = next === null;
    if (next !== null) draw(next);
    if ((before && before.key) === (next && next.key)) return;
    if (next !== null) lie();
    hold(next !== null && next.kind === "red");
    fly(next);
  }

  function hold(wants) {
    if (wants) gw.scenes.hold("red");
    else gw.scenes.release("red");
  }

  function fly(next) {
    if (!gw.map || !gw.map.fly) return;
    const row = next && next.row;
    if (row && Number.isFinite(row.lat) && Number.isFinite(row.lon)) gw.map.fly(row.lat, row.lon);
    else gw.map.home();
  }

  /* ---- how it is said ---- */

  function build() {
    node = gw.make("section", "onstage", gw.byId("gw-wall"));
    node.hidden = true;
    node.id = "gw-onstage";
    const card = gw.make("div", "card", node);
    parts = {};
    for (const name of PARTS) parts[name] = gw.make(name === "mark" ? "i" : "div", name, card);
    gw.set(parts.mark, "aria-hidden", "true");
    for (const name of ["more", "ago", "since"]) parts[name] = gw.make("span", name, parts.clock);
    for (const name of ["whose", "note"]) parts[name] = gw.make("span", name, parts.who);
  }

  function draw({ key, kind, row, red: one }) {
    gw.set(node, "data-kind", kind);
    gw.set(node, "data-key", key);
    gw.set(node, "data-event", row.event_id);
    gw.set(node, "data-gone", one && one.gone ? "yes" : null);
    gw.set(parts.mark, "class", "mark " + row.level);
    gw.put(parts.word, gw.text(kind === "red" ? "stage.red" : "level." + row.level));
    gw.cut(parts.what, gw.name("categories", row.category));
    gw.cut(parts.where, gw.where(row));
    gw.cut(parts.whose, row.department ? gw.name("departments", row.department) : gw.text("stage.nobody"));
    gw.put(parts.more, one && one.waiting > 0 ? "+" + one.waiting : "");
    gw.put(parts.note, kind === "red" ? farewell(row, one) : gw.steer.note(row));
    tick();
  }

  /** Why a red one leaves: what the queue knows of it, or that it waits no longer. */
  function farewell(row, one) {
    if (!one.gone) return gw.text("stage.unacknowledged");
    const known = queue[row.event_id];
    return gw.text(known && known.acknowledged ? "stage.acknowledged" : "stage.over");
  }

  /** The clock: how long ago it was reported, to the second. */
  function tick() {
    const next = stage.shown;
    const now = gw.time.now();
    if (next === null || now === null) return;
    gw.put(parts.ago, gw.steer.clock(next, now) || span(Math.max(0, now - next.row.ts)));
    gw.put(parts.since, gw.text(next.kind === "red" ? "stage.since" : gw.steer.clockWord(next, now)));
  }

  function span(ms) {
    if (ms >= 86400000) return gw.time.length(ms);
    const two = (n) => String(n).padStart(2, "0");
    const seconds = Math.floor(ms / 1000);
    const hours = Math.floor(seconds / 3600);
    const rest = two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
    return hours > 0 ? hours + ":" + rest : rest;
  }

  stage.span = span;

  /* ---- where it lies ---- */

  function largest() {
    for (const name of PLACES) {
      const panel = document.querySelector('main.main > [data-panel="' + name + '"]');
      if (panel === null || panel.hidden) continue;
      const box = panel.getBoundingClientRect();
      const u = gw.unit();
      if (box.width >= LEAST.width * u && box.height >= LEAST.height * u) return box;
    }
    return null;
  }

  function lie() {
    const box = largest();
    const next = box === null ? "foot" : [box.left, box.top, box.width, box.height].join(" ");
    if (next === place) return;
    place = next;
    gw.set(node, "data-place", box === null ? "foot" : "panel");
    const foot = document.querySelector(".foot-line").getBoundingClientRect();
    const at = box || foot;
    node.style.left = at.left + "px";
    node.style.top = at.top + "px";
    node.style.width = at.width + "px";
    node.style.maxHeight = at.height + "px";
    node.style.height = box === null ? at.height + "px" : "";
  }

  /* ---- orange: its row is lit, nothing moves ---- */

  function light(next) {
    for (const id of new Set([...lit, ...next])) {
      const row = document.querySelector('#gw-queue [data-event="' + CSS.escape(id) + '"]');
      if (row !== null) gw.set(row, "data-lit", next.includes(id) ? "yes" : null);
    }
    if (next.join() !== lit.join() && gw.points && gw.points.light) gw.points.light(next);
    lit = next;
  }

  /* ---- from outside ---- */

  gw.listen("alerts", function (state) {
    const order = (state.order || []).filter((id) => state.rows[id]);
    /* who leaves is still spoken of */
    for (const id of Object.keys(rows)) if (!state.rows[id] && !(red && red.id === id)) delete rows[id];
    for (const id of order) rows[id] = state.rows[id];
    fresh = order.map((id) => state.rows[id]);
    if (node !== null) look();
  });

  gw.listen("queue", function (state) {
    queue = state.rows || {};
  });

  gw.listen("head", function (state) {
    const next = state.area || "";
    if (area !== null && next !== area) attention.elsewhere(performance.now());
    area = next;
  });

  /** Something that may change the stage has changed. */
  stage.look = () => {
    if (node !== null) look();
  };

  /** Whether a red event is on stage or waits for it: not a moment to load the page anew. */
  attention.busy = () => attention.on !== null || attention.waiting.length > 0;

  gw.onStart(function () {
    build();
    setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    window.addEventListener("resize", () => requestAnimationFrame(relie));
  });

  function relie() {
    place = null;
    if (!node.hidden) lie();
  }

  gw.onLayout(relie);
  gw.every(tick);
})();
