/* Keys for a person at the wall, and the pointer, seen only while it moves. */

import { byId, make, put, set } from "../base.mjs";
import { names, text } from "../names.mjs";
import { scenes } from "../scenes/scenes.mjs";
import { sound } from "../stage/sound.mjs";

const POINTER_MS = 3000;
const KEYS = ["space", "arrows", "full", "mute", "help", "escape"];
let help = null;
let timer = null;

function row(list, key) {
  const line = make("div", "row", list);
  put(make("kbd", "", line), text("keys." + key + "_key"));
  put(make("span", "", line), text("keys." + key));
}

function show(open) {
  if (help === null) {
    help = make("section", "keys-help", byId("gw-wall"));
    help.hidden = true;
    help.setAttribute("role", "dialog");
    help.setAttribute("aria-label", text("keys.title"));
    put(make("h2", "", help), text("keys.title"));
    const list = make("div", "rows", help);
    for (const key of KEYS) row(list, key);
  }
  help.hidden = !open;
}

const open = () => help !== null && !help.hidden;

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
}

const DO = {
  " ": () => scenes.toggle(),
  ArrowLeft: () => scenes.turn(-1),
  ArrowRight: () => scenes.turn(1),
  f: full,
  m: () => sound.mute(),
  "?": () => show(!open()),
  /* the same key while Chinese is typed */
  "\uff1f": () => show(!open()),
  Escape: () => show(false),
};

/** Keys meant for what has the focus stay its own. */
const taken = (event) =>
  event.ctrlKey || event.altKey || event.metaKey ||
  (event.target.closest && event.target.closest("input, select, textarea, [role=dialog] button")) ||
  ((event.key === " " || event.key.startsWith("Arrow")) && event.target !== document.body);

document.addEventListener("keydown", function (event) {
  if (names === null || taken(event)) return;
  const act = DO[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act === undefined) return;
  if (event.key !== "Escape") event.preventDefault();
  act();
});

document.addEventListener("mousemove", function () {
  const wall = byId("gw-wall");
  if (wall === null) return;
  if (timer === null) set(wall, "data-pointer", "yes");
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    set(wall, "data-pointer", null);
  }, POINTER_MS);
});
