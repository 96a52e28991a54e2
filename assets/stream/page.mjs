/* The page's end of the stream: keeps the merged state and has it drawn.
 *
 * Starts once; draws from when the wall's names catalogue is there (callbacks/wall.py). What is
 * held is drawn at most every PACE_MS, all panels together, so that totals on one screen agree; a
 * hidden tab merges but draws nothing, and draws once when it is seen again. `stream.follow(area)`
 * turns to another place: the old picture stays until the first full frame of the new one.
 *
 * Drawing is called straight from here: a change of a store costs Dash some 20 ms before the
 * renderer is reached, five times what drawing costs, and Dash keeps what each change held, some
 * 60 MB an hour even at one in five seconds. What is held is read by `held(panel)`.
 */

import { points } from "../wall/map/points.mjs";
import { reload } from "../wall/care/reload.mjs";
import { draw } from "../wall/draw.mjs";
import { names } from "../wall/names.mjs";
import { state } from "../wall/state.mjs";
import { Held } from "./merge.mjs";
import { Source } from "./source.mjs";

const PACE_MS = 200;
const HELLO_MS = 3000;
const ALIVE_MS = 5000;
/* Under the same version as this module, so that a new build gets a new worker. */
const WORKER = new URL("../stream.worker.mjs", import.meta.url);
const first = new URLSearchParams(window.location.search).get("area") || "";

let held = null;
let gap = false;
let flushed = -PACE_MS;
let timer = null;
let build = null;
let started = false;
let area = first;
/* How the stream is reached: {follow(url), full()}; null before it is opened. */
let link = null;

/** What others ask of the stream; a page that has none puts its own functions here. */
export const stream = {};

const urlOf = (place) => "/stream" + (place ? "?area=" + encodeURIComponent(place) : "");

function flush() {
  timer = null;
  if (document.hidden || held === null || held.version === null || names === null) return;
  flushed = performance.now();
  draw({ v: held.version, panels: held.panels });
}

function soon() {
  if (timer !== null || document.hidden) return;
  const wait = flushed + PACE_MS - performance.now();
  timer = setTimeout(flush, Math.max(0, wait));
}

function onFrame(frame) {
  if (held === null) held = new Held();
  if (held.take(frame) === null) {
    /* Only a tab that missed a message gets here: ask for everything again, once. */
    if (!gap) link.full();
    gap = true;
    return;
  }
  gap = false;
  soon();
}

function onBeat(beat, late) {
  if (build === null) build = beat.build;
  if (beat.build !== build) {
    build = beat.build;
    reload.soon("version", reload.SPREAD_MS);
  }
  state.beat(beat, late);
}

/* 401: this screen's token is no longer valid, and the server shows it a code. Another place
 * than it may see, or that is not there: back to the one it came with. */
function onRefused(status) {
  if (status === 401) reload.soon("unpaired", 1000);
  else if (area !== first) stream.follow(first);
}

const on = {
  frame: onFrame,
  beat: (beat) => onBeat(beat, 0),
  down: () => state.down(),
  refused: onRefused,
};

function direct() {
  let source = null;
  const follow = (url) => {
    if (source !== null) source.end();
    source = new Source(url, on);
  };
  link = { follow, full: () => source.again(0) };
  link.follow(urlOf(area));
  window.addEventListener("pagehide", () => source.end(), { once: true });
}

/** Through the shared worker; calls `instead` once if it does not answer. */
function shared(instead) {
  let answered = false;
  let given = false;
  const giveUp = () => {
    if (answered || given) return;
    given = true;
    instead();
  };
  let worker;
  try {
    worker = new SharedWorker(WORKER, { name: "gridwall", type: "module" });
  } catch {
    giveUp();
    return;
  }
  worker.onerror = giveUp;
  const port = worker.port;
  const alive = () => port.postMessage({ visible: !document.hidden });
  port.onmessage = ({ data }) => {
    if (given) return;
    answered = true;
    /* What was on its way when the page turned to another place. */
    if (data.url !== urlOf(area)) return;
    if (data.frame) onFrame(data.frame);
    else if (data.beat) onBeat(data.beat, data.late);
    else if (data.down) on.down();
    else if (data.refused) onRefused(data.refused);
  };
  link = {
    follow: (url) => port.postMessage({ follow: url, visible: !document.hidden }),
    full: () => port.postMessage({ full: true }),
  };
  port.start();
  link.follow(urlOf(area));
  setTimeout(giveUp, HELLO_MS);
  setInterval(alive, ALIVE_MS);
  document.addEventListener("visibilitychange", alive);
  window.addEventListener("pagehide", () => port.postMessage({ bye: true }), { once: true });
}

/** Show another place; "" is the whole city. */
stream.follow = function (place) {
  if (place === area) return;
  area = place;
  /* Patches of the new place follow on its own full frame, which replaces what is held. */
  if (link !== null) link.follow(urlOf(area));
};

/** The version held, drawn or not; for the watchdog. */
stream.heldVersion = () => (held === null ? null : held.version);

/** Ask for everything again, e.g. after the machine slept. */
stream.refresh = () => {
  if (link !== null) link.full();
};

/** Open the stream; if it is open, draw what has come. */
stream.connect = function () {
  if (started) {
    flush();
    return;
  }
  started = true;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    points.quiet();
    soon();
  });
  /* A page taken out of the browser's cache has left its stream. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  if (typeof SharedWorker === "function") shared(direct);
  else direct();
};

/* The stream needs nothing of the page: on a wall it opens while Dash still asks for the layout. */
document.addEventListener("DOMContentLoaded", () => {
  if (/\/wall\/?$/.test(window.location.pathname)) stream.connect();
});
