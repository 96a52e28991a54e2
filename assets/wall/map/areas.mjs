/* Outlines and circles, shaded by what the scene asks for: open, overdue, or open per 1,000
 * households. A change marks the shapes whose shade changed and no other; colours are the style
 * sheet's, so that a theme changes them without a line of script.
 *
 * Outlines come with the city's GeoJSON. A place without one (a township) is a circle about its
 * centre, as large as it is, but never too small to see.
 */

import { byId, put, set } from "../base.mjs";
import { count, decimals, names, text } from "../names.mjs";
import { options } from "../options.mjs";
import { panel } from "../registry.mjs";
import { drill } from "./drill.mjs";
import { labels } from "./labels.mjs";
import { map } from "./map.mjs";
import { fitMap } from "./view.mjs";

/* As many as the legend has (layouts/wall/map.py). */
const SHADES = 6;
const LEAST = 9;
const WAYS = ["open", "overdue", "rate"];

const outlines = new Map();
const circles = new Map();
let values = {};
let ceiling = 1;
let way = "open";
let group = null;

export const areas = { outlines, circles };

/** The next round number: a ramp whose end moves with every event shows nothing. */
function round(n) {
  let step = n < 1 ? 0.1 : n < 10 ? 1 : 10;
  for (;;) {
    for (const by of [1, 2, 5]) if (n <= step * by) return step * by;
    step *= 10;
  }
}

const value = (code) => (values[code] || {})[way] || 0;

areas.open = (code) => (values[code] || {}).open || 0;
areas.value = value;
areas.way = () => way;

function shade(code) {
  const n = value(code);
  if (n === 0) return 0;
  return Math.min(SHADES - 1, 1 + Math.floor((n / ceiling) * (SHADES - 1)));
}

/** Which way is asked for; without households there is no rate. */
function wanted() {
  const asked = WAYS.includes(options.shade) ? options.shade : "open";
  const rates = Object.values(values).some((one) => Number.isFinite(one.rate));
  return asked === "rate" && !rates ? "open" : asked;
}

/* ---- marking ---- */

function mark(code, one) {
  const node = one.layer.getElement();
  if (!node) return;
  const inside = drill.inside(code);
  set(node, "data-shade", String(inside && !options.heat ? shade(code) : 0));
  set(node, "data-outside", inside ? null : "yes");
  set(node, "data-here", code === drill.area ? "yes" : null);
  set(node, "tabindex", inside && drill.can() ? "0" : null);
  set(node, "role", "button");
  set(node, "aria-label", drill.name(code) + " " + count(areas.open(code)));
}

areas.mark = function () {
  if (names === null) return;
  for (const [code, one] of outlines) mark(code, one);
  for (const [code, one] of circles) mark(code, one);
};

panel("areas", function (next) {
  values = next;
  areas.shade();
  labels.later();
});

areas.shade = function () {
  way = wanted();
  const codes = Object.keys(values).filter((code) => outlines.has(code) || circles.has(code));
  ceiling = round(Math.max(way === "rate" ? 0.1 : 1, ...codes.map(value)));
  const digits = way === "rate" && ceiling < 10 ? 1 : 0;
  put(byId("gw-ramp-max"), decimals(ceiling, digits));
  put(byId("gw-ramp-way"), text("map.shade_" + way));
  areas.mark();
};

/* ---- shapes ---- */

areas.style = () => ({ className: "area", interactive: false, fillOpacity: 1, opacity: 1 });

areas.each = function (feature, layer) {
  const { code, label } = feature.properties;
  outlines.set(code, { layer, label: label || null });
  /* the outlines may come after a place was drilled to */
  if (circles.has(code)) {
    circles.get(code).layer.remove();
    circles.delete(code);
  }
  layer.on("add", () => mark(code, outlines.get(code)));
  fitMap();
};

function size(one) {
  const { view } = map;
  const metres = 40075016.7 * Math.cos((one.lat * Math.PI) / 180);
  return Math.max(LEAST * view.u, ((one.radius || 0) / metres) * (view.scale / view.ratio));
}

/** Draw these places as circles: [{code, lat, lon, radius}]. */
areas.circle = function (places) {
  if (group !== null) group.remove();
  circles.clear();
  group = window.L.layerGroup().addTo(map.leaflet);
  for (const place of places) {
    if (place.lat === null || place.lat === undefined || outlines.has(place.code)) continue;
    const layer = window.L.circleMarker([place.lat, place.lon], {
      className: "area circle",
      /* above the outlines, whichever come first */
      pane: "gwCircles",
      interactive: false,
      radius: LEAST,
    });
    circles.set(place.code, { ...place, layer, r: LEAST });
    layer.addTo(group);
  }
  resize();
};

function resize() {
  if (map.view === null) return;
  for (const one of circles.values()) {
    one.r = size(one);
    one.layer.setRadius(one.r);
  }
}

areas.bounds = function () {
  const all = window.L.latLngBounds([]);
  for (const one of outlines.values()) all.extend(one.layer.getBounds());
  return all;
};

/* ---- what is under the mouse ---- */

function inRing(lat, lng, ring) {
  let hit = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [a, b] = [ring[i], ring[j]];
    const crosses = a.lat > lat !== b.lat > lat;
    if (crosses && lng < ((b.lng - a.lng) * (lat - a.lat)) / (b.lat - a.lat) + a.lng) hit = !hit;
  }
  return hit;
}

/** A ring in another is a hole, so crossings simply add up. */
function within(lat, lng, rings) {
  if (rings.length === 0) return false;
  if (!Array.isArray(rings[0])) return inRing(lat, lng, rings);
  return rings.reduce((hit, ring) => hit !== within(lat, lng, ring), false);
}

/** The code of the shape there, or null; `point` is in px of the panel. */
areas.hit = function (latlng, point) {
  for (const [code, one] of circles) {
    if (code === drill.area) continue;
    const at = map.leaflet.latLngToContainerPoint([one.lat, one.lon]);
    if (at.distanceTo(point) <= one.r) return code;
  }
  for (const [code, { layer }] of outlines) {
    const box = layer.getBounds();
    if (box.contains(latlng) && within(latlng.lat, latlng.lng, layer.getLatLngs())) return code;
  }
  return null;
};

/** The code of the shape that has the focus. */
areas.focused = function (node) {
  for (const shapes of [circles, outlines]) {
    for (const [code, { layer }] of shapes) if (layer.getElement() === node) return code;
  }
  return null;
};

map.part("areas", {
  attach() {
    outlines.clear();
    circles.clear();
    group = null;
  },
  refresh() {
    resize();
    areas.shade();
  },
  settled: resize,
});
