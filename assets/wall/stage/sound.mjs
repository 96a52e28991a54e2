/* When the wall may be heard: not muted, not in the quiet hours of the city, and only once the
 * browser lets it (a gesture, or the kiosk's flag; docs/steering.md). One wall of a browser at a
 * time. What is heard: chime.mjs, voice.mjs.
 */

import { byId, put, set } from "../base.mjs";
import { nameOf, names, text } from "../names.mjs";
import { options } from "../options.mjs";
import { where } from "../panels/queue.mjs";
import { onStart } from "../registry.mjs";
import { time } from "../time.mjs";
import { chime } from "./chime.mjs";
import { voice } from "./voice.mjs";

const KEY = "gw-muted";
const LOCK = "gridwall-sound";

export const sound = { allowed: false, muted: false };
let hint = null;

const minutes = (text) => {
  const [hour, minute] = text.split(":").map(Number);
  return 60 * hour + minute;
};

/** Whether a minute of the day lies in "22:00-07:00"; the end does not. */
sound.inside = function (quiet, minute) {
  if (!quiet) return false;
  const [from, to] = quiet.split("-").map(minutes);
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
};

sound.quiet = function () {
  const now = time.now();
  if (now === null) return false;
  const { hour, minute } = time.parts(now);
  return sound.inside(options.quiet, 60 * hour + minute);
};

sound.wanted = () => !sound.muted && options.volume > 0;

/** A red event has come on stage. */
sound.red = function (row) {
  if (!sound.wanted() || !sound.allowed || sound.quiet()) return;
  alone(async () => {
    await chime.play(options.volume);
    if (options.voice) {
      await voice.say(sound.words(row), names.locale, options.volume);
    }
  });
};

sound.words = function (row) {
  return text("sound.red", {
    what: nameOf("categories", row.category),
    where: where(row).replace(" ", names.lang === "zh" ? "" : " "),
  });
};

/** Of several walls in one browser only one is heard. */
function alone(play) {
  if (!navigator.locks) return play();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? play() : null));
}

/** Turn sound off or on again; kept for this browser. */
sound.mute = function () {
  sound.muted = !sound.muted;
  try {
    localStorage.setItem(KEY, sound.muted ? "1" : "");
  } catch {
    /* No storage: until the page is loaded anew. */
  }
  if (sound.muted) voice.stop();
  else probe();
  tell();
  return sound.muted;
};

function tell() {
  const off = !sound.muted && sound.wanted() && !sound.allowed;
  put(hint, sound.muted ? text("sound.muted") : off ? text("sound.enable") : "");
  hint.hidden = hint.textContent === "";
  set(document.body, "data-sound", sound.muted ? "muted" : sound.allowed ? "on" : "off");
}

function allow() {
  if (sound.allowed || !sound.wanted()) return;
  sound.allowed = true;
  chime.open();
  tell();
}

/** Ask the browser by playing silence: an audio context would complain in the console. */
function probe() {
  if (sound.allowed || !sound.wanted()) return;
  const silence = new Audio(new URL("./silence.wav", import.meta.url));
  silence.play().then(allow, tell);
}

onStart(function () {
  hint = byId("gw-sound");
  hint.hidden = true;
  try {
    sound.muted = localStorage.getItem(KEY) === "1";
  } catch {
    /* No storage here. */
  }
  for (const name of ["pointerdown", "keydown"]) window.addEventListener(name, allow);
  /* the options are read when the scenes start, after this */
  setTimeout(() => {
    tell();
    probe();
  });
});
