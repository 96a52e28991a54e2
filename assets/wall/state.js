/* What state the page is in, said plainly: one attribute on <body>, one sentence, one clock.
 *
 * Worst first: link-lost, engine-stopped, feed-silent, stale, ageing, live. Looked at twice a
 * second and on each beat; recovery needs no hand. What is old on a single panel is said there
 * (ages.js). A screen reader and the page's title hear of a state when it changes, not each second.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const LOST_MS = 4000;
  const AGEING_MS = 5000;
  const STALE_MS = 15000;
  const ENGINES = ["redis", "projector", "clock"];
  /* A recount of a store that is not large comes round once a minute; a large one takes as long
   * as it takes, and a few seconds' rest. */
  const RECOUNT_MS = 60000;
  const REST_MS = 5000;

  let last = null;
  let began = 0;
  let framed = false;
  const state = (gw.state = { name: "loading", stop: "" });

  state.start = function () {
    began = performance.now();
    show("loading", "", gw.text("page.loading"));
    look();
    setInterval(look, 500);
    setInterval(() => {
      const now = gw.time.now();
      if (now !== null && !document.hidden) for (const tick of gw.ticks) tick(now);
    }, 1000);
  };

  state.beat = function (beat, late) {
    last = { beat, at: performance.now() - late };
    /* A server that has never reached Redis knows no time. */
    if (Number.isFinite(beat.now)) gw.time.beat(beat.now, beat.speed, late);
    if (gw.names !== null) for (const hear of gw.beats) hear(beat, late);
    gw.ages.beat(beat, late);
    if (gw.names !== null) look();
  };

  state.framed = function (version) {
    framed = true;
    gw.set(document.body, "data-version", String(version));
    look();
  };

  /** The connection failed; the beats that don't come will say so soon enough. */
  state.down = () => {
    if (gw.names !== null) look();
  };

  /** The domain's time `old` ms ago, or null before the first beat. */
  state.asOf = function (old) {
    const now = gw.time.now();
    if (now === null || last === null || !Number.isFinite(old)) return null;
    return now - old * (last.beat.speed || 0);
  };

  /** Have a screen reader say it when it has finished what it is saying. */
  gw.say = function (words) {
    gw.put(gw.byId("gw-say"), words);
  };

  function age() {
    return last === null ? null : last.beat.age + (performance.now() - last.at);
  }

  function look() {
    const silent = performance.now() - (last === null ? began : last.at);
    if (gw.past !== null && last === null) {
      /* its first frame is still being made */
      show("loading", "", gw.text("page.loading"));
    } else if (silent > LOST_MS) {
      gw.time.stop();
      const at = gw.time.now();
      const words =
        at === null ? gw.text("state.link_never") : gw.text("state.link_lost", { at: clock(at) });
      show("link-lost", "web", words);
    } else if (last === null || !framed) {
      show("loading", "", gw.text("page.loading"));
    } else {
      judge(last.beat.health || {}, age());
    }
    if (document.hidden) return;
    header();
    gw.ages.look();
  }

  function clock(ms) {
    return gw.time.clock(ms);
  }

  function judge(health, old) {
    const t = gw.time.length(old);
    if (gw.past !== null) {
      show("past", "", gw.past.words());
    } else if (health.state === "engine-stopped") {
      const stop = health.stop || "";
      const which = ENGINES.includes(stop) ? stop : "other";
      /* The clock of deadlines may stop while the picture is current; the others freeze it. */
      const since = which === "clock" ? gw.ages.of("clock") : old;
      const at = gw.time.now() - (Number.isFinite(since) ? since : 0) * last.beat.speed;
      show("engine-stopped", stop, gw.text("state.engine_" + which, { at: clock(at) }));
    } else if (health.state === "feed-silent") {
      show("feed-silent", health.stop || "feed", gw.text("state.feed_silent"));
    } else if (old > STALE_MS) {
      show("stale", "", gw.text("state.stale", { t }));
    } else if (old >= AGEING_MS) {
      show("ageing", "", gw.text("state.ageing", { t }));
    } else {
      show("live", "", "");
    }
  }

  function show(name, stop, words) {
    const changed = name !== state.name || stop !== state.stop;
    const first = state.name === "loading";
    state.name = name;
    state.stop = stop;
    gw.set(document.body, "data-state", name);
    gw.set(document.body, "data-stop", stop);
    gw.put(gw.byId("gw-banner"), words);
    title();
    if (changed && !(first && name === "live")) gw.say(words || gw.text("title.live"));
  }

  /** Whose wall, and what is worst there: for a tab among others, and for who hears the page. */
  function title() {
    const red = (gw.held("levels") || {}).red;
    const open = red === undefined ? 0 : red.open;
    const key = state.name === "live" && open > 0 ? "red" : state.name.replace("-", "_");
    const words = gw.text("title.of", {
      city: gw.names.city,
      state: gw.text("title." + key, { n: gw.count(open) }),
    });
    if (document.title !== words) document.title = words;
  }

  function header() {
    const now = gw.time.now();
    if (now === null) return;
    gw.put(gw.byId("gw-clock"), gw.time.clock(now));
    gw.put(gw.byId("gw-date"), gw.time.date(now));
    gw.put(gw.byId("gw-zone"), gw.time.zone(now));
    const old = age();
    const node = gw.byId("gw-age");
    const seconds = old / 1000;
    /* Whole seconds once it matters; tenths would flicker for nothing. */
    const words =
      seconds < 1
        ? gw.text("head.age_now", { n: "<1" })
        : seconds < 60
          ? gw.text("head.age_now", { n: Math.floor(seconds) })
          : gw.text("head.age_ago", { t: gw.time.length(old) });
    gw.put(node, words);
    gw.set(node, "data-value", String(Math.round(seconds) * 1000));
    checked(last.beat.wall + performance.now() - last.at);
  }

  /** How long ago everything was counted anew from the actions, or what differed. */
  function checked(wall) {
    const found = last.beat.checked || {};
    const node = gw.byId("gw-checked");
    const since = found.at ? Math.max(0, wall - found.at) : null;
    const usual = Math.max(RECOUNT_MS, (last.beat.recount || 0) + REST_MS);
    const late = since !== null && since > 2 * usual;
    const t = since === null ? "" : gw.time.length(since);
    let words = "";
    if (found.differences) words = gw.text("head.differs", { n: gw.count(found.differences) });
    else if (late) words = gw.text("head.checked_late", { t });
    else if (since !== null) words = gw.text("head.checked", { t });
    gw.put(node, words);
    gw.set(node, "data-differs", found.differences ? "yes" : null);
    gw.set(node, "data-late", late && !found.differences ? "yes" : null);
  }

  gw.panel("head", function (head) {
    const known = gw.names.text["source." + head.source] ? head.source : "unknown";
    /* A simulated city is never live: before its feed has spoken nobody knows what this is. */
    const source = known === "live" && gw.names.simulated ? "unknown" : known;
    const node = gw.byId("gw-source");
    gw.put(node, gw.text("source." + source));
    gw.set(node, "data-source", source);
  });
})();
