/* A wall without an operator looks after itself.
 *
 * A renderer that throws is caught on its own, counted and reported to the server; three in a minute
 * load the page again, and so do a clock or a picture that stand still although the stream goes
 * on, and a canvas that the graphics driver took away. After sleep everything is asked for again.
 * Once a day, at a calm moment after `reload=04:00`, the page starts afresh (`reload=0`: never).
 * What no script can mend, a main thread that hangs, the shared worker tells the server.
 */

import { stream } from "../../stream/page.mjs";
import { byId } from "../base.mjs";
import { names } from "../names.mjs";
import { changes, listeners, onStart, renderers, ticks } from "../registry.mjs";
import { state } from "../state.mjs";
import { time } from "../time.mjs";
import { reload } from "./reload.mjs";

const MINUTE_MS = 60000;
const MOST_ERRORS = 3;
const MOST_REPORTS = 10;
const LOOK_MS = 1000;
const SLEPT_MS = 15000;
const STUCK_MS = 30000;
/* A clock may show minutes only. */
const CLOCK_MS = 90000;
const DAILY = "04:00";
const DAILY_SPREAD_MS = 300000;
const DAILY_WINDOW_MIN = 15;
const YOUNG_MS = 3600000;
const watchdog = { errors: 0 };

let thrown = [];
let reported = [];

const recent = (times, now) => times.filter((at) => now - at < MINUTE_MS);

/** Tell the server, a few times a minute at most; without waiting for an answer. */
function report(what, panel, message) {
  const now = performance.now();
  reported = recent(reported, now);
  if (reported.length >= MOST_REPORTS) return;
  reported.push(now);
  const body = { what, panel, message: String(message).slice(0, 300), count: watchdog.errors };
  const blob = new Blob([JSON.stringify(body)], { type: "application/json" });
  if (navigator.sendBeacon) navigator.sendBeacon("/api/v1/wall-errors", blob);
}

function failed(panel, error) {
  const now = performance.now();
  watchdog.errors += 1;
  thrown = [...recent(thrown, now), now];
  report("draw", panel, (error && error.message) || error);
  if (thrown.length >= MOST_ERRORS) reload.soon("errors", 0);
}

/** A function that may throw without taking the others with it. */
function guarded(panel, fn) {
  return (...given) => {
    try {
      return fn(...given);
    } catch (error) {
      failed(panel, error);
      return undefined;
    }
  };
}

function guardAll() {
  for (const [name, one] of renderers) one.render = guarded(name, one.render);
  for (const [name, all] of listeners) listeners.set(name, all.map((fn) => guarded(name, fn)));
  ticks.forEach((fn, index) => (ticks[index] = guarded("tick", fn)));
  changes.forEach((fn, index) => (changes[index] = guarded("layout", fn)));
}

window.addEventListener("error", (event) => {
  if (event.error) failed("page", event.error);
});
window.addEventListener("unhandledrejection", (event) => failed("page", event.reason));

/* These do not bubble, but they can be caught on the way down. */
for (const name of ["webglcontextlost", "contextlost"]) {
  document.addEventListener(
    name,
    () => {
      report("canvas", "", name);
      reload.soon("canvas", 0);
    },
    true,
  );
}

/**
 * How long something has stood still while it should have moved: `read` gives its value, the
 * result is called with whether it should move and gives ms by `clock`.
 */
function stillness(read, clock) {
  let value = read();
  let since = clock();
  return (moves) => {
    const now = read();
    if (now !== value || !moves || since === null) {
      value = now;
      since = clock();
    }
    return since === null ? 0 : clock() - since;
  };
}

function localMinutes() {
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: names.zone };
  const [hour, minute] = new Intl.DateTimeFormat("en-GB", shape).format(Date.now()).split(":");
  return 60 * Number(hour) + Number(minute);
}

function dailyMinutes() {
  const asked = new URLSearchParams(window.location.search).get("reload");
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(asked === null ? DAILY : asked);
  return found === null ? null : 60 * Number(found[1]) + Number(found[2]);
}

function begin() {
  guardAll();
  /* In the domain's own time: the clock of a replay that has ended stops, and rightly. */
  const clock = stillness(() => (byId("gw-clock") || document.body).textContent, time.now);
  const drawn = stillness(() => document.body.dataset.version, () => performance.now());
  let stuck = 0;
  const daily = dailyMinutes();
  let last = Date.now();

  setInterval(() => {
    const now = Date.now();
    const passed = now - last;
    last = now;
    if (document.hidden) {
      clock(false);
      drawn(false);
      return;
    }
    if (passed > SLEPT_MS) stream.refresh();
    const live = state.name === "live" && passed < SLEPT_MS;
    const behind = String(stream.heldVersion()) !== document.body.dataset.version;
    const still = clock(live) > CLOCK_MS || drawn(behind && passed < SLEPT_MS) > STUCK_MS;
    stuck = still ? stuck + passed : 0;
    if (stuck < STUCK_MS) return;
    stuck = 0;
    report("stuck", "", behind ? "picture" : "clock");
    reload.soon("stuck", 0);
  }, LOOK_MS);

  setInterval(() => {
    if (daily === null || performance.now() < YOUNG_MS) return;
    const after = (localMinutes() - daily + 1440) % 1440;
    if (after < DAILY_WINDOW_MIN) reload.soon("daily", DAILY_SPREAD_MS);
  }, MINUTE_MS / 2);
}

onStart(begin);
