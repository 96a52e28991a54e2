/* What state the page is in, shown plainly: one attribute on <body>, one sentence, one clock.
 *
 * Worst first: link-lost, engine-stopped, feed-silent, stale, ageing, live. Looked at twice a
 * second and on each beat; recovery needs no hand. What is old on a single panel is shown there
 * (care/ages.mjs). A screen reader and the page's title hear of a state when it changes, not each second.
 */

import { byId, cut, put, set } from "./base.mjs";
import { ages } from "./care/ages.mjs";
import { held } from "./draw.mjs";
import { count, nameOf, names, text } from "./names.mjs";
import { beats, panel, playing, ticks } from "./registry.mjs";
import { time } from "./time.mjs";

const LOST_MS = 4000;
const AGEING_MS = 5000;
const STALE_MS = 15000;
const ENGINES = ["redis", "projector", "clock", "data"];
/* A recount of a store that is not large comes round once a minute; a large one takes as long
 * as it takes, and a few seconds' rest. */
const RECOUNT_MS = 60000;
const REST_MS = 5000;

let last = null;
let began = 0;
let framed = false;
export const state = { name: "loading", stop: "" };

state.start = function () {
  began = performance.now();
  show("loading", "", text("page.loading"));
  look();
  setInterval(look, 500);
  setInterval(() => {
    const now = time.now();
    if (now !== null && !document.hidden) for (const tick of ticks) tick(now);
  }, 1000);
};

state.beat = function (beat, late) {
  last = { beat, at: performance.now() - late };
  /* A server that has never reached Redis knows no time. */
  if (Number.isFinite(beat.now)) time.beat(beat.now, beat.speed, late);
  if (names !== null) for (const hear of beats) hear(beat, late);
  ages.beat(beat, late);
  if (names !== null) look();
};

state.framed = function (version) {
  framed = true;
  set(document.body, "data-version", String(version));
  look();
};

/** The connection failed; the beats that don't come will say so soon enough. */
state.down = () => {
  if (names !== null) look();
};

/** The domain's time `old` ms ago, or null before the first beat. */
state.asOf = function (old) {
  const now = time.now();
  if (now === null || last === null || !Number.isFinite(old)) return null;
  return now - old * (last.beat.speed || 0);
};

/** Have a screen reader say it when it has finished what it is saying. */
export function say(words) {
  put(byId("gw-say"), words);
}

function age() {
  return last === null ? null : last.beat.age + (performance.now() - last.at);
}

function look() {
  const silent = performance.now() - (last === null ? began : last.at);
  if (playing.past !== null && last === null) {
    /* its first frame is still being made */
    show("loading", "", text("page.loading"));
  } else if (silent > LOST_MS) {
    time.stop();
    const at = time.now();
    const words =
      at === null ? text("state.link_never") : text("state.link_lost", { at: clock(at) });
    show("link-lost", "web", words);
  } else if (last === null || (!framed && !stoppedBefore(last.beat))) {
    show("loading", "", text("page.loading"));
  } else {
    judge(last.beat.health || {}, age());
  }
  if (document.hidden) return;
  header();
  ages.look();
}

function clock(ms) {
  return time.clock(ms);
}

/** Whether no first picture will come: a new page must not wait for it in silence. */
function stoppedBefore(beat) {
  return (beat.health || {}).state === "engine-stopped" && Number.isFinite(beat.now);
}

function judge(health, old) {
  const t = time.length(old);
  if (playing.past !== null) {
    show("past", "", playing.past.words());
  } else if (health.state === "engine-stopped") {
    const stop = health.stop || "";
    const known = ENGINES.includes(stop) ? stop : "other";
    /* Why the database does not work is known: that is what someone has to mend. */
    const why = stop === "redis" && names.text["trouble." + health.cause];
    const which = why ? "state.cause" : "state.engine_" + known;
    /* The clock of deadlines may stop while the picture is current; the others freeze it. */
    const since = stop === "clock" ? ages.of("clock") : old;
    const at = time.now() - (Number.isFinite(since) ? since : 0) * last.beat.speed;
    show("engine-stopped", stop, text(which, { why: why || "", at: clock(at) }));
  } else if (health.state === "feed-silent") {
    show("feed-silent", health.stop || "feed", text("state.feed_silent"));
  } else if (old > STALE_MS) {
    show("stale", "", text("state.stale", { t }));
  } else if (old >= AGEING_MS) {
    show("ageing", "", text("state.ageing", { t }));
  } else {
    const risk = (health.risks || []).find(one => names.text["state.risk." + one]);
    set(document.body, "data-risk", risk || null);
    show("live", "", risk === undefined ? "" : text("state.risk." + risk));
  }
}

function show(name, stop, words) {
  const changed = name !== state.name || stop !== state.stop;
  const first = state.name === "loading";
  state.name = name;
  state.stop = stop;
  set(document.body, "data-state", name);
  set(document.body, "data-stop", stop);
  put(byId("gw-banner"), words);
  title();
  if (changed && !(first && name === "live")) say(words || text("title.live"));
}

/** The name of a wall's place with those around it; "" for the whole city. */
function place(head) {
  if (!head.area) return "";
  const { name, path } = head.place;
  const around = (path || []).filter((code) => code !== head.area).map((code) => nameOf("places", code));
  const own = name[names.lang] || name.zh || nameOf("places", head.area);
  return names.lang === "zh" ? [...around, own].join(" ") : [own, ...around.reverse()].join(", ");
}

/** Whose wall, and what is worst there: for a tab among others, and for who hears the page. */
function title() {
  const red = (held("levels") || {}).red;
  const open = red === undefined ? 0 : red.open;
  const key = state.name === "live" && open > 0 ? "red" : state.name.replace("-", "_");
  const words = text("title.of", {
    city: place(held("head") || {}) || names.city,
    state: text("title." + key, { n: count(open) }),
  });
  if (document.title !== words) document.title = words;
}

function header() {
  const now = time.now();
  if (now === null) return;
  put(byId("gw-clock"), time.reading(now));
  put(byId("gw-date"), time.date(now));
  put(byId("gw-zone"), time.zone(now));
  const old = age();
  const node = byId("gw-age");
  const seconds = old / 1000;
  /* Whole seconds once it matters; tenths would flicker for nothing. */
  const words =
    seconds < 1
      ? text("head.age_now", { n: "<1" })
      : seconds < 60
        ? text("head.age_now", { n: Math.floor(seconds) })
        : text("head.age_ago", { t: time.length(old) });
  put(node, words);
  set(node, "data-value", String(Math.round(seconds) * 1000));
  checked(last.beat.wall + performance.now() - last.at);
}

/** How long ago everything was counted again from the actions, or what differed. */
function checked(wall) {
  const found = last.beat.checked || {};
  const node = byId("gw-checked");
  const since = found.at ? Math.max(0, wall - found.at) : null;
  const usual = Math.max(RECOUNT_MS, (last.beat.recount || 0) + REST_MS);
  const late = since !== null && since > 2 * usual;
  const t = since === null ? "" : time.length(since);
  let words = "";
  if (found.differences) words = text("head.differs", { n: count(found.differences) });
  else if (late) words = text("head.checked_late", { t });
  else if (since !== null) words = text("head.checked", { t });
  put(node, words);
  set(node, "data-differs", found.differences ? "yes" : null);
  set(node, "data-late", late && !found.differences ? "yes" : null);
}

panel("head", function (head) {
  const known = names.text["source." + head.source] ? head.source : "unknown";
  /* A simulated city is never live: before its feed has spoken it is not known what this is. */
  const source = known === "live" && names.simulated ? "unknown" : known;
  const node = byId("gw-source");
  put(node, text("source." + source));
  set(node, "data-source", source);
  const where = byId("gw-place");
  cut(where, place(head) || where.dataset.whole);
  set(where, "data-part", head.area ? "yes" : null);
});
