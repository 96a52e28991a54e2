/* A wall that plays the past: no stream, no alarms; the page around it hands it frames.
 *
 * `/wall?past=1` in a frame of the same origin. `gridwallPast.show(frame, speed)` takes what
 * /api/v1/past/frames gives, draws it with the wall's own renderers, and runs the clock on from
 * the frame's moment at `speed` domain seconds a second. `ready` is called when it can.
 */

import { Held } from "../../stream/merge.mjs";
import { stream } from "../../stream/page.mjs";
import { draw } from "../draw.mjs";
import { names, text } from "../names.mjs";
import { listeners, onStart, playing } from "../registry.mjs";
import { state } from "../state.mjs";
import { time } from "../time.mjs";
import { reload } from "./reload.mjs";

const AGAIN_MS = 1000;
const held = new Held();
let beat = null;

/** What drives this wall from outside; null on a live one. */
export const player = new URLSearchParams(window.location.search).has("past")
  ? { ready: null, started: false, at: null, show, hold }
  : null;

/** The same beat again, so that the silence is not taken for a lost link. */
function again() {
  if (beat === null || time.now() === null) return;
  beatAt(time.now());
}

function beatAt(now) {
  beat.now = now;
  state.beat({ ...beat }, 0);
}

function show(frame, speed) {
  if (held.take(frame) === null) return false;
  player.at = frame.at;
  beat = { speed, age: 0, health: { state: "live" }, wall: Date.now(), checked: {}, parts: {} };
  beatAt(frame.at);
  draw({ v: held.version, panels: held.panels });
  return true;
}

/** Hold the clock where it is. */
function hold() {
  if (beat === null) return;
  const now = time.now();
  beat.speed = 0;
  beatAt(now);
}

/** No stream, nothing to come back to, and no reason to load the page again. */
function replaceStream() {
  playing.past = { words: () => text("past.banner", { at: time.date(time.now()) }) };
  stream.connect = () => {
    /* called once before the page has its names: a picture that comes by then would not be drawn */
    if (names === null) return;
    player.started = true;
    if (player.ready !== null) player.ready();
  };
  stream.refresh = () => {};
  stream.follow = () => {};
  stream.heldVersion = () => held.version;
  onStart(() => {
    document.body.dataset.past = "yes";
    reload.soon = () => {};
    /* nothing comes on stage and nothing sounds: what was news then is none now */
    listeners.delete("alerts");
    setInterval(again, AGAIN_MS);
  });
}

if (player !== null) replaceStream();
