/* The map's middle: Leaflet's map as dash-leaflet makes it, the view as numbers a canvas can use,
 * and the parts that draw on it (the other modules of this folder).
 *
 * dash-leaflet keeps Leaflet's map to itself but publishes Leaflet as `window.L`; an init hook
 * gives us each map as it is made. A part may have attach(leaflet), refresh() (size, theme or
 * view are new), moved(zoomed) (at most once a frame while the view moves), settled() and named()
 * (names have been placed).
 */

import { make, unit } from "../base.mjs";
import { names } from "../names.mjs";
import { shown } from "../registry.mjs";

const SETTLE_MS = 80;
/* Who is called first: circles are drawn again after the areas have cleared theirs, points when their
 * stamps have their size, names where points leave room, and a site's own marks where names do. */
const ORDER = [
  "areas", "drill", "heat", "stamps", "marks", "view", "points", "news", "labels", "overlays",
];
const PANES = [
  ["gwCircles", 420],
  ["gwHeat", 430],
  ["gwOverlays", 440],
  ["gwPoints", 450],
  ["gwPulse", 455],
  ["gwLabels", 460],
];

const parts = new Map();
let busy = false;
let again = false;
let settling = null;

/* stale: what is drawn is out of date, for the map was not shown when it changed
 * fitted: the part of the world that was shown when the map was last fitted, 0 to 1 */
export const map = { leaflet: null, view: null, stale: false, fitted: null };

/** Register a part under its name in ORDER. */
map.part = (name, part) => parts.set(name, part);

function tell(what, ...args) {
  for (const name of ORDER) {
    const part = parts.get(name);
    if (part[what] !== undefined) part[what](...args);
  }
}

/** A place in the square of the whole world, both from 0 to 1. */
map.world = function (lon, lat) {
  const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  return [lon / 360 + 0.5, 0.5 - y];
};

/** Where that is in the panel, in CSS px. */
map.at = function (mx, my) {
  const { scale, ox, oy, ratio } = map.view;
  return { x: (mx * scale - ox) / ratio, y: (my * scale - oy) / ratio };
};

map.ready = () => map.leaflet !== null && map.view !== null;

/* Everything in px of the device and the origin in whole ones, so that a picture may be shifted
 * and what is drawn next to it later fits exactly. */
function look() {
  const leaflet = map.leaflet;
  const size = leaflet.getSize();
  const ratio = window.devicePixelRatio || 1;
  const zoom = leaflet.getZoom();
  const origin = leaflet.containerPointToLayerPoint([0, 0]).add(leaflet.getPixelOrigin());
  map.view = {
    ratio,
    zoom,
    u: unit(),
    scale: 256 * 2 ** zoom * ratio,
    ox: Math.round(origin.x * ratio),
    oy: Math.round(origin.y * ratio),
    w: Math.round(size.x * ratio),
    h: Math.round(size.y * ratio),
  };
}

function moved() {
  if (map.view === null) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  const before = map.view.zoom;
  look();
  tell("moved", before !== map.view.zoom);
  requestAnimationFrame(() => {
    busy = false;
    if (!again) return;
    again = false;
    moved();
  });
}

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (map.ready()) tell("settled");
  }, SETTLE_MS);
}

/** Size, theme or scene are new: everything is drawn at once, so that nothing flickers. */
map.refresh = function () {
  if (map.leaflet === null || names === null) return;
  map.stale = !shown("map");
  if (map.stale) return;
  map.quietly(() => map.leaflet.invalidateSize({ animate: false, pan: false }));
  look();
  tell("refresh");
  tell("settled");
};

/** Names have been placed, so that what is left of the room is known. */
map.named = () => tell("named");

/** Move the view without a picture for each step; the caller refreshes. */
map.quietly = function (fn) {
  const held = busy;
  busy = true;
  fn();
  busy = held;
  again = false;
};

/** A canvas over the map, as large as the panel; `place` keeps it there while the map moves. */
map.canvas = function (pane) {
  const node = make("canvas", "layer", map.leaflet.getPane(pane));
  return {
    node,
    pen: node.getContext("2d"),
    fit() {
      const { w, h, ratio } = map.view;
      if (node.width !== w || node.height !== h) {
        node.width = w;
        node.height = h;
        node.style.width = w / ratio + "px";
        node.style.height = h / ratio + "px";
      }
      this.place();
    },
    place() {
      const corner = map.leaflet.containerPointToLayerPoint([0, 0]);
      window.L.DomUtil.setPosition(node, corner);
    },
  };
};

function attach(made) {
  if (!made.getContainer().classList.contains("gw-map")) return;
  map.leaflet = made;
  map.view = null;
  for (const [name, z] of PANES) {
    const pane = made.createPane(name);
    pane.style.zIndex = String(z);
    pane.style.pointerEvents = "none";
  }
  made.whenReady(function () {
    tell("attach", made);
    made.on("move", moved);
    made.on("moveend", settle);
  });
}

if (window.L && window.L.Map) {
  window.L.Map.addInitHook(function () {
    attach(this);
  });
}
