/* When the wall may be heard: not muted, not in the quiet hours of the city, and only once the
 * browser lets it (a gesture, or the kiosk's flag; docs/steering.md). One wall of a browser at a
 * time. What is heard: two soft tones, and a sentence where the browser has a voice for it.
 */

import { byId, put, set } from "../base.mjs";
import { nameOf, names, text } from "../names.mjs";
import { options } from "../options.mjs";
import { where } from "../panels/queue.mjs";
import { onStart } from "../registry.mjs";
import { time } from "../time.mjs";

/* ---- the chime: a falling third, made by the browser without a file ---- */

/* hertz, when it begins and how long it sounds (s) */
const TONES = [
  [880, 0, 0.55],
  [698.46, 0.32, 0.9],
];
const PEAK = 0.5;
const RISE_S = 0.015;
/* An output that never reports its end must not hold up what comes after. */
const SPARE_MS = 500;

export const chime = {};
let context = null;

/** Call it once sound is allowed. */
chime.open = function () {
  if (context === null) context = new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  return context;
};

chime.state = () => (context === null ? "none" : context.state);

/** Play it once; resolves when it has sounded. */
chime.play = function (volume) {
  const audio = chime.open();
  const start = audio.currentTime + 0.05;
  let longest = 0;
  for (const [hertz, after, length] of TONES) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const from = start + after;
    tone.type = "sine";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, from);
    gain.gain.exponentialRampToValueAtTime(Math.max(0.0002, PEAK * volume), from + RISE_S);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + length);
    tone.connect(gain).connect(audio.destination);
    tone.start(from);
    tone.stop(from + length);
    longest = Math.max(longest, after + length);
  }
  return new Promise((resolve) => setTimeout(resolve, 1000 * longest + SPARE_MS));
};

/* ---- the voice: one sentence at a time ---- */

/* Some voices never say that they have ended. */
const LONGEST_MS = 15000;

export const voice = { speaking: false };
const speech = window.speechSynthesis;

/** The voice for a locale such as zh-CN: the very one, else one of the language; or null. */
voice.of = function (locale) {
  if (!speech) return null;
  const plain = (one) => one.lang.replace("_", "-").toLowerCase();
  const wanted = locale.toLowerCase();
  const short = wanted.split("-")[0];
  const all = speech.getVoices();
  return (
    all.find((one) => plain(one) === wanted) ||
    all.find((one) => plain(one).split("-")[0] === short) ||
    null
  );
};

/** Speak it; resolves at its end, at once where there is no voice or it is already speaking. */
voice.say = function (words, locale, volume) {
  const found = voice.of(locale);
  if (found === null || voice.speaking || speech.speaking) return Promise.resolve(false);
  const saying = new SpeechSynthesisUtterance(words);
  saying.voice = found;
  saying.lang = found.lang;
  saying.volume = volume;
  voice.speaking = true;
  return new Promise((resolve) => {
    const over = (said) => () => {
      clearTimeout(late);
      voice.speaking = false;
      resolve(said);
    };
    const late = setTimeout(() => {
      speech.cancel();
      over(false)();
    }, LONGEST_MS);
    saying.onend = over(true);
    saying.onerror = over(false);
    speech.speak(saying);
  });
};

voice.stop = function () {
  if (speech) speech.cancel();
};

/* Voices are loaded when they are first asked for. */
onStart(() => speech && speech.getVoices());

/* ---- when ---- */

const KEY = "gw-muted";
const LOCK = "gridwall-sound";

export const sound = { allowed: false, muted: false };
let hint = null;

const minutes = (text) => {
  const [hour, minute] = text.split(":").map(Number);
  return 60 * hour + minute;
};

/** Whether a minute of the day is in "22:00-07:00"; the end does not. */
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
    /* No storage: until the page is loaded again. */
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
