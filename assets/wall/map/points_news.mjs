/* What moves on the map: a pulse for what is new, a ring for the newest red event. */

import { make, motion } from "../base.mjs";
import { map } from "./map.mjs";
import { marks } from "./marks.mjs";
import { points } from "./points.mjs";

const PULSES = 2;
const STEPS = 6;
const STEP_MS = 200;

const pulsing = new Map();
let ring = null;

function place(node, { x, y }) {
  window.L.DomUtil.setPosition(node, map.leaflet.containerPointToLayerPoint([x, y]));
}

/** Let a few of what has just come pulse once. */
points.news = function (fresh) {
  if (!motion()) return;
  const shown = points.crowded() ? fresh.filter((one) => one.urgent) : fresh;
  const pane = map.leaflet.getPane("gwPulse");
  for (const one of shown.sort((a, b) => a.rank - b.rank || a.ts - b.ts).slice(-PULSES)) {
    if (pulsing.size >= PULSES) return;
    const node = make("i", "pulse " + one.level, pane);
    node.appendChild(document.createElement("b"));
    place(node, map.at(one.mx, one.my));
    pulsing.set(node, 0);
    if (pulsing.size === 1) step();
  }
};

/* By hand, a few steps a second: an animation of the browser's own would have the whole wall
 * put together sixty times a second, and that costs more than everything else here. */
function step() {
  for (const [node, n] of pulsing) {
    if (n >= STEPS) {
      node.remove();
      pulsing.delete(node);
      continue;
    }
    pulsing.set(node, n + 1);
    node.firstChild.style.transform = "scale(" + (0.3 + (0.7 * n) / (STEPS - 1)) + ")";
    node.firstChild.style.opacity = String(1 - (0.85 * n) / (STEPS - 1));
  }
  if (pulsing.size > 0) setTimeout(step, STEP_MS);
}

points.newest = function () {
  if (ring === null) ring = make("i", "ring", map.leaflet.getPane("gwPulse"));
  const at = marks.newest();
  ring.hidden = at === null;
  if (at !== null) place(ring, at);
};

/** The view has moved: panes move by themselves, but not with a zoom. */
points.follow = function (zoomed) {
  if (!zoomed) return;
  for (const node of pulsing.keys()) node.remove();
  pulsing.clear();
  points.newest();
};

map.part("news", {
  attach() {
    pulsing.clear();
    ring = null;
  },
});
