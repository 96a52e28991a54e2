/* What the map shows: the city or the place that is looked at, fitted to any size; flights to an
 * event and back; a mouse's pan and zoom, where there is a mouse.
 */

import { byId, motion, unit } from "../base.mjs";
import { names } from "../names.mjs";
import { options } from "../options.mjs";
import { onLayout, onStart, shown } from "../registry.mjs";
import { areas } from "./areas.mjs";
import { drill } from "./drill.mjs";
import { map } from "./map.mjs";

const RESIZE_MS = 60;
const FLIGHT_S = 1;
/* How close a flight goes: streets, but never so close that nothing else is in the picture. */
const CLOSER = 3;
const CLOSEST = 14;
const PAD = 22;

let waiting = null;
let away = false;
let mouse = false;
let seen = { x: 0, y: 0 };
let flight = null;
/* the places a flight went to, until it is called back */
let aim = null;

function bounds() {
  const place = drill.bounds();
  if (place !== null) return window.L.latLngBounds(place);
  const all = areas.bounds();
  return all.isValid() ? all : window.L.latLngBounds(names.bounds);
}

/** What stays free at the edges; at the top the crumbs stand. */
function room() {
  const crumbs = drill.box();
  const side = PAD * unit();
  return { side, top: crumbs === null ? side : side + crumbs.h };
}

function fit() {
  waiting = null;
  if (map.leaflet === null || names === null) return;
  map.stale = !shown("map");
  if (map.stale) return;
  const size = map.leaflet.getContainer();
  if (size.clientWidth === 0 || size.clientHeight === 0) return;
  seen = { x: size.clientWidth, y: size.clientHeight };
  land();
  away = aim !== null;
  map.quietly(() => {
    map.leaflet.invalidateSize({ animate: false, pan: false });
    if (aim !== null) {
      const { centre, zoom } = goal();
      map.leaflet.setView(centre, zoom, { animate: false });
      return;
    }
    const { top, side } = room();
    map.leaflet.fitBounds(bounds(), {
      animate: false,
      paddingTopLeft: [side, top],
      paddingBottomRight: [side, side],
    });
    map.fitted = seenWorld();
  });
  map.refresh();
}

/** The part of the world in the panel, as parts of its width. */
function seenWorld() {
  const { min, max } = map.leaflet.getPixelBounds();
  const whole = 256 * 2 ** map.leaflet.getZoom();
  return { x: min.x / whole, y: min.y / whole, w: (max.x - min.x) / whole, h: (max.y - min.y) / whole };
}

/** Fit again, once, when what led to it is over. */
export function fitMap() {
  clearTimeout(waiting);
  waiting = setTimeout(fit, RESIZE_MS);
}

function resized() {
  const node = map.leaflet.getContainer();
  if (node.clientWidth === 0) return;
  if (seen.x === 0 || map.stale) fit();
  else if (node.clientWidth === seen.x && node.clientHeight === seen.y) return;
  else fitMap();
}

/** Take the panel's size without another view, for a flight that begins. */
function measure() {
  const { clientWidth: x, clientHeight: y } = map.leaflet.getContainer();
  if (x === seen.x && y === seen.y) return;
  seen = { x, y };
  map.refresh();
}

/* ---- flights ---- */

function land() {
  if (flight === null) return;
  const done = flight;
  flight = null;
  map.leaflet.stop();
  done();
}

function go(centre, zoom) {
  land();
  const options = { animate: motion(), duration: FLIGHT_S };
  return new Promise((resolve) => {
    const arrived = () => {
      clearTimeout(late);
      map.leaflet.off("moveend", arrived);
      if (flight === arrived) flight = null;
      resolve();
    };
    /* A page in the background gets no frames, and a flight without frames never ends. */
    const late = setTimeout(() => {
      if (flight !== arrived) return;
      map.leaflet.stop();
      map.leaflet.setView(centre, zoom, { animate: false });
      arrived();
    }, 1200 * FLIGHT_S);
    flight = arrived;
    map.leaflet.on("moveend", arrived);
    if (options.animate) map.leaflet.flyTo(centre, zoom, options);
    else map.leaflet.setView(centre, zoom, { animate: false });
  });
}

function home() {
  const { top, side } = room();
  const all = bounds();
  const zoom = map.leaflet.getBoundsZoom(all, false, window.L.point(2 * side, side + top));
  return { zoom, centre: all.getCenter() };
}

/** The zoom of a flight, from wherever it starts. */
const closer = () => Math.max(map.leaflet.getZoom(), Math.min(CLOSEST, home().zoom + CLOSER));

/** The middle of all places that a flight goes to, as close as shows all of them. */
function goal() {
  if (aim.length === 1) return { centre: aim[0], zoom: closer() };
  const all = window.L.latLngBounds(aim);
  /* a mark is drawn around its place */
  const edge = window.L.point(6 * PAD * unit(), 6 * PAD * unit());
  return { centre: all.getCenter(), zoom: Math.min(closer(), map.leaflet.getBoundsZoom(all, false, edge)) };
}

/** To these places ([latitude, longitude] each), in a second at most; resolves when the map is there. */
export function fly(places) {
  aim = places;
  if (!map.ready() || !shown("map")) return Promise.resolve();
  away = true;
  measure();
  const { centre, zoom } = goal();
  return go(centre, zoom);
}

/** Back to the whole city, or the place that is looked at. */
export function flyHome() {
  aim = null;
  if (!map.ready() || !shown("map") || !away) return Promise.resolve();
  measure();
  const { centre, zoom } = home();
  return go(centre, zoom).then(() => {
    if (flight === null) fit();
  });
}

/* ---- a mouse ---- */

/** Only where a hand is: never on a wall (a screen with a device's name). */
function allowed(event) {
  if (options.device || event.pointerType === "pen") return false;
  return event.pointerType === "touch" || event.movementX !== 0 || event.movementY !== 0;
}

function wake(event) {
  if (mouse || !allowed(event)) return;
  mouse = true;
  const node = map.leaflet.getContainer();
  node.removeEventListener("pointermove", wake);
  node.removeEventListener("pointerdown", wake);
  node.classList.add("by-hand");
  for (const way of ["dragging", "scrollWheelZoom", "touchZoom"]) {
    if (map.leaflet[way]) map.leaflet[way].enable();
  }
}

export const byHand = () => mouse;

map.part("view", {
  attach(leaflet) {
    mouse = false;
    away = false;
    seen = { x: 0, y: 0 };
    const node = leaflet.getContainer();
    leaflet.options.wheelPxPerZoomLevel = 120;
    leaflet.options.wheelDebounceTime = 20;
    node.addEventListener("pointermove", wake);
    node.addEventListener("pointerdown", wake);
    leaflet.on("dragstart zoomstart", () => {
      if (flight === null) away = true;
    });
    new ResizeObserver(resized).observe(node);
    if (names !== null) fit();
  },
});

/* On a busy machine the panel's new size may be known before the window's, and with it the new unit. */
window.addEventListener("resize", () => {
  if (map.view !== null && map.view.u !== unit()) fitMap();
});

onStart(function () {
  const watch = new MutationObserver(() => map.refresh());
  watch.observe(byId("gw-wall"), { attributes: true, attributeFilter: ["class"] });
  fit();
});

onLayout(() => {
  if (map.leaflet !== null) resized();
});
