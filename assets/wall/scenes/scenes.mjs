/* Which panels are shown and where: one grid on main, set from the scene's layout for the shape
 * of this screen. A change costs one layout; what is new on the screen comes by a short fade, if
 * motion is wanted. Who shows what: the rotation (rotation.mjs), keys, or a steering hand, whose
 * scene stays until `back`.
 */

import { stream } from "../../stream/page.mjs";
import { byId, motion, set } from "../base.mjs";
import { redraw } from "../draw.mjs";
import { names } from "../names.mjs";
import { options, otherLanguage, readOptions } from "../options.mjs";
import { changes, layout, onBeat } from "../registry.mjs";
import { seams } from "./seams.mjs";

const WIDE = window.matchMedia("(min-aspect-ratio: 12/5)");
const TALL = window.matchMedia("(max-aspect-ratio: 9999/10000)");
const FADE_MS = 240;
const AGAIN_MS = 5000;

export const scenes = { name: "" };
let chosen = "";
let steered = null;
let followed = "";
let fetching = false;
/* a draft is shown in place of the file: the file's changes and orders to walls do not count */
let drafting = false;

const file = () => names.scenes;
const known = (name) => file().scenes[name] !== undefined;

/** The scenes of the rotation; a name that the file does not know is left out. */
scenes.list = function () {
  const { scene, scenes: asked } = options;
  const list = asked.filter(known);
  if (known(scene) && !list.includes(scene)) list.unshift(scene);
  return list.length > 0 ? list : Object.keys(file().scenes).slice(0, 1);
};

/** The name of a scene in the page's language. */
scenes.title = (name) => (known(name) ? file().scenes[name].name[names.lang] : "");

scenes.shape = () => (TALL.matches ? "tall" : WIDE.matches ? "wide" : "landscape");

scenes.steered = () => steered !== null;

/* ---- what is shown ---- */

function place(layout, tracks) {
  const main = document.querySelector("main.main");
  const shown = new Set(layout.cells.flat());
  const first = scenes.name === "";
  main.style.gridTemplateAreas = tracks.areas;
  main.style.gridTemplateColumns = tracks.columns;
  main.style.gridTemplateRows = tracks.rows;
  for (const panel of main.children) {
    const name = panel.dataset.panel;
    const came = shown.has(name) && panel.hidden;
    panel.hidden = !shown.has(name);
    panel.style.gridArea = shown.has(name) ? name : "";
    if (came && !first && motion()) panel.animate({ opacity: [0, 1] }, FADE_MS);
  }
  return shown;
}

function follow(area) {
  if (area === followed) return;
  followed = area;
  stream.follow(area);
}

function apply() {
  const name = steered !== null && known(steered.scene) ? steered.scene : chosen;
  const scene = file().scenes[name];
  const profile = file().profiles[options.profile] || null;
  const shape = scenes.shape();
  const arrangement = profile === null ? scene[shape] : scene[shape].screens[options.profile];
  layout.panels = place(arrangement, seams.tracks(arrangement, profile));
  scenes.name = name;
  set(document.querySelector("main.main"), "data-scene", name);
  set(byId("gw-wall"), "data-shape", shape);
  follow((steered !== null && steered.area) || scene.area || options.area);
  redraw();
  for (const tell of changes) tell();
}

/** Show a scene of the list; the rotation goes on from there. */
scenes.go = function (name) {
  if (!known(name)) return;
  chosen = name;
  apply();
};

/** The next scene of the list, or with -1 the one before. A hand at the wall ends steering. */
scenes.step = function (by) {
  const list = scenes.list();
  const at = Math.max(0, list.indexOf(chosen));
  steered = null;
  scenes.go(list[(at + by + list.length) % list.length]);
};

/** A steering hand: this scene, or this area in the current scene, until `back`. */
scenes.show = function (wanted) {
  if (drafting) return;
  const { scene = "", area = "" } = wanted || {};
  steered = { scene: known(scene) ? scene : "", area };
  apply();
};

/** Back to what stood before `show`. */
scenes.back = function () {
  if (steered === null) return;
  steered = null;
  apply();
};

/* ---- the file ---- */

/** Another scene file: keep the current scene, if there still is one of its name. */
function take(next) {
  names.scenes = next;
  readOptions();
  if (!drafting && otherLanguage()) return window.location.reload();
  if (!known(chosen)) chosen = scenes.list()[0];
  apply();
}

/** Draw a scene of a file that is not in force. */
scenes.draft = function (file, name) {
  drafting = true;
  take(file);
  scenes.go(name);
};

onBeat(function (beat) {
  if (drafting || !beat.scenes || beat.scenes === file().fingerprint || fetching) return;
  fetching = true;
  const rest = () => setTimeout(() => (fetching = false), AGAIN_MS);
  fetch("/api/v1/scenes", { cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("scenes"))))
    .then((next) => {
      fetching = false;
      if (next.fingerprint !== file().fingerprint) take(next);
    })
    .catch(rest);
});

scenes.start = function () {
  chosen = known(options.scene) ? options.scene : scenes.list()[0];
  apply();
  for (const query of [WIDE, TALL]) query.addEventListener("change", apply);
};
