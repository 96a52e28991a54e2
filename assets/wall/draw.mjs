/* The start of the wall, and each frame: which panels have changed, and which of them are shown. */

import { stream } from "../stream/page.mjs";
import { names, setNames } from "./names.mjs";
import { readOptions } from "./options.mjs";
import { begins, listeners, renderers, shown } from "./registry.mjs";
import { scenes } from "./scenes/scenes.mjs";
import { state } from "./state.mjs";

/* Which panels of the page show a panel of the stream; the others are drawn always. */
const WHERE = {
  kpi: ["kpis", "map"],
  levels: ["levels"],
  trend: ["trend"],
  areas: ["map"],
  points: ["map", "stage"],
  cells: ["map"],
  places: ["places", "map"],
  queue: ["queue"],
  scores: ["scores"],
  departments: ["departments"],
  brief: ["brief"],
  area: ["area"],
};
const drawn = {};
const heard = {};
let last = null;

function wanted(name, own) {
  const panels = own.length > 0 ? own : WHERE[name];
  return panels === undefined || panels.some(shown);
}

/** Draw the panels that are shown and whose state has changed since it was last drawn. */
export function draw(frame) {
  if (!frame || names === null) return;
  last = frame;
  for (const name of names.panels) {
    const next = frame.panels[name];
    if (next === undefined || next === null || next === drawn[name]) continue;
    if (next !== heard[name]) {
      heard[name] = next;
      for (const hear of listeners.get(name) || []) hear(next);
    }
    const renderer = renderers.get(name);
    if (renderer === undefined || !wanted(name, renderer.panels)) continue;
    drawn[name] = next;
    renderer.render(next);
  }
  if (frame.v !== null) state.framed(frame.v);
}

/** What is held of a panel of the stream, drawn or not; undefined before its first frame. */
export const held = (name) => (last === null ? undefined : last.panels[name]);

/** Have every panel drawn again: what a 0 means has changed. */
export function forget() {
  for (const name of Object.keys(drawn)) delete drawn[name];
}

/** Draw what has just been shown. */
export const redraw = () => draw(last);

/** The page has come with its names: draw what is there, then open the stream. */
export function start(given, frame) {
  if (!given || names !== null) return true;
  setNames(given);
  document.documentElement.lang = names.lang === "zh" ? "zh-CN" : "en";
  readOptions();
  state.start();
  for (const begin of begins) begin();
  scenes.start();
  draw(frame);
  stream.connect();
  return true;
}
