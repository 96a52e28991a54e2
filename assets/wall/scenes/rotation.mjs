/* The rotation through the scenes. Time is counted down while nothing holds it: looked at each
 * second by a timer, and by each beat as well, so that a timer that died is noticed and the wall
 * goes on. A scene that can't be drawn does not stop it either: the next one comes in its time.
 */

import { byId, make, put, set } from "../base.mjs";
import { text } from "../names.mjs";
import { options } from "../options.mjs";
import { onBeat, onLayout, onStart } from "../registry.mjs";
import { scenes } from "./scenes.mjs";

const LOOK_MS = 1000;
/* A timer silent for so long is dead. */
const DEAD_MS = 5000;
/* Longer than any steering; a hold that was forgotten ends by itself. A hand's never does. */
const LONGEST_MS = 3700 * 1000;
const HAND = "hand";

const holds = new Map();
let left = null;
let looked = null;
let ticked = 0;
let timer = null;
let shownKey = "";

const on = () => options.rotate > 0 && scenes.list().length > 1;

function held(now) {
  for (const [reason, until] of holds) if (now > until) holds.delete(reason);
  return holds.size > 0 || scenes.steered();
}

function look() {
  const now = performance.now();
  const passed = looked === null ? 0 : now - looked;
  looked = now;
  if (!on()) {
    left = null;
  } else if (left === null) {
    left = options.rotate * 1000;
  } else if (!held(now) && !document.hidden) {
    left -= passed;
    if (left <= 0) next();
  }
  say();
}

function next() {
  left = options.rotate * 1000;
  try {
    scenes.step(1);
  } catch (error) {
    console.error(error);
  }
}

function wind() {
  clearInterval(timer);
  ticked = performance.now();
  timer = setInterval(() => {
    ticked = performance.now();
    look();
  }, LOOK_MS);
}

onBeat(function () {
  if (performance.now() - ticked < DEAD_MS || document.hidden) return;
  wind();
  look();
});

/** Nothing changes by itself while a user holds it; `seconds` is how long at most. */
scenes.hold = function (reason, seconds) {
  const most = seconds ? seconds * 1000 : LONGEST_MS;
  holds.set(reason, reason === HAND ? Infinity : performance.now() + most);
  say();
};

scenes.release = function (reason) {
  holds.delete(reason);
  say();
};

scenes.held = () => held(performance.now());

/** The space bar. */
scenes.toggle = () => (holds.has(HAND) ? scenes.release(HAND) : scenes.hold(HAND));

/** A hand changed the scene: it has its full time. */
scenes.turn = function (by) {
  scenes.step(by);
  left = null;
  look();
};

/* ---- the header's mark: the scene's name, where it is in the round, whether it is held ---- */

function dots(node, list) {
  const at = list.indexOf(scenes.name);
  while (node.children.length > list.length) node.lastChild.remove();
  while (node.children.length < list.length) make("i", "", node);
  [...node.children].forEach((dot, i) => set(dot, "data-now", i === at ? "yes" : null));
}

/** Shown where there is more than one scene to see, or another than the usual one. */
function say() {
  const node = byId("gw-scene");
  const list = scenes.list();
  const visible = on() || scenes.name !== list[0];
  const stopped = visible && on() && held(performance.now());
  const now = [visible, stopped, scenes.name, scenes.title(scenes.name), ...list].join("|");
  if (now === shownKey) return;
  shownKey = now;
  if (node.gw === undefined) {
    const name = make("span", "name", node);
    const round = make("span", "round", node);
    round.setAttribute("aria-hidden", "true");
    node.gw = { name, round, held: make("span", "held", node) };
  }
  node.hidden = !visible;
  put(node.gw.name, scenes.title(scenes.name));
  put(node.gw.held, stopped ? text("scene.held") : "");
  node.gw.round.hidden = !on() || stopped;
  dots(node.gw.round, list);
}

onLayout(say);
onStart(wind);
