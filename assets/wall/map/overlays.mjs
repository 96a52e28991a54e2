/* What a site adds to its map: a base of tiles and its own overlays (hydrants, pipes, schools).
 * Both come from our own server; what there is comes from /map/setup.json. Marks are grey or the
 * accent, never a level's colour; names are drawn as text once few enough are in view. Events and
 * areas' names come first: a site's mark or name that would cover one of these, or another of its own,
 * is left out until there is room (closer).
 */

import { byId, colour, make, put, rows, unit } from "../base.mjs";
import { names, text } from "../names.mjs";
import { onBeat, onLayout, onStart } from "../registry.mjs";
import { scenes } from "../scenes/scenes.mjs";
import { labels } from "./labels.mjs";
import { map } from "./map.mjs";
import { marks } from "./marks.mjs";
import { nameable } from "./placing.mjs";

const AGAIN_MS = 30000;
const SIZE = 5;
const NAMED = 30;
const DEEPEST = 22;

let setup = null;
let canvas = null;
let tiles = null;
let file = null;
/* url → {points: [[mx, my, name]], lines: [[[mx, my] …] …]} */
const held = new Map();

/* ---- what there is ---- */

function ask() {
  fetch("/map/setup.json")
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then(
      (found) => {
        setup = found;
        base();
        load();
      },
      () => setTimeout(ask, AGAIN_MS),
    );
}

function base() {
  if (map.leaflet === null || setup === null) return;
  if (tiles !== null) tiles.remove();
  tiles = null;
  const { kind, version, min_zoom: least, max_zoom: most, credit, bad } = setup.base;
  map.leaflet.getContainer().classList.toggle("has-tiles", kind !== "none");
  const node = byId("gw-base-credit");
  const words = bad ? text("map.base_bad") : credit || "";
  node.hidden = words === "";
  put(node, words);
  if (kind === "none") return;
  tiles = window.L.tileLayer("/map/tiles/{z}/{x}/{y}?v=" + version, {
    className: "base-tiles",
    minNativeZoom: least,
    maxNativeZoom: most,
    maxZoom: DEEPEST,
    updateWhenIdle: true,
  });
  tiles.addTo(map.leaflet);
}

const wanted = () =>
  setup === null
    ? []
    : setup.overlays.filter(
        ({ scenes: only, bad }) => !bad && (only === null || only.includes(scenes.name)),
      );

function load() {
  if (setup === null) return;
  legend();
  const urls = new Set(setup.overlays.map((one) => one.url));
  for (const url of held.keys()) if (!urls.has(url)) held.delete(url);
  for (const { url } of wanted()) {
    if (held.has(url)) continue;
    held.set(url, null);
    fetch(url)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(url))))
      .then(
        (found) => {
          held.set(url, flat(found));
          paint();
        },
        () => setTimeout(() => held.delete(url) && load(), AGAIN_MS),
      );
  }
  paint();
}

function legend() {
  const list = wanted();
  const codes = list.map((one) => one.url);
  const node = byId("gw-overlays");
  node.hidden = list.length === 0;
  rows(node, codes, () => make("span", "overlay"), (item, url, n) => {
    if (item.gw === undefined) {
      item.gw = { icon: make("canvas", "", item), name: make("span", "", item) };
    }
    const { name, mark } = list[n];
    put(item.gw.name, name[names.lang] || name.zh || name.en || "");
    icon(item.gw.icon, mark, n);
  });
}

/* ---- shapes ---- */

/** A GeoJSON file as points and lines in the world's measure. */
function flat(collection) {
  const out = { points: [], lines: [] };
  const world = (line) => line.map(([lon, lat]) => map.world(lon, lat));
  const add = (geometry, name) => {
    const { type, coordinates: at } = geometry;
    if (type === "Point") out.points.push([...map.world(at[0], at[1]), name]);
    else if (type === "MultiPoint") {
      for (const one of at) out.points.push([...map.world(...one), name]);
    } else if (type === "LineString") out.lines.push(world(at));
    else if (type === "MultiLineString" || type === "Polygon") out.lines.push(...at.map(world));
    else if (type === "MultiPolygon") for (const shape of at) out.lines.push(...shape.map(world));
  };
  for (const one of collection.features) add(one.geometry, one.properties.name || "");
  return out;
}

function trace(pen, mark, x, y, r) {
  pen.beginPath();
  if (mark === "square") pen.rect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r);
  else if (mark === "triangle") {
    pen.moveTo(x, y - r);
    pen.lineTo(x + r, y + 0.8 * r);
    pen.lineTo(x - r, y + 0.8 * r);
    pen.closePath();
  } else if (mark === "cross") {
    pen.moveTo(x - r, y);
    pen.lineTo(x + r, y);
    pen.moveTo(x, y - r);
    pen.lineTo(x, y + r);
  } else pen.arc(x, y, 0.9 * r, 0, 2 * Math.PI);
}

const colourOf = (n) => colour(n % 2 === 0 ? "soft" : "accent");

/** Hollow, so that it is not taken for an event. */
function dot(pen, mark, x, y, px, n) {
  trace(pen, mark, x, y, SIZE * px);
  pen.lineWidth = 4 * px;
  pen.strokeStyle = colour("edge");
  pen.stroke();
  pen.lineWidth = 1.8 * px;
  pen.strokeStyle = colourOf(n);
  pen.stroke();
}

function icon(node, mark, n) {
  const px = unit() * (window.devicePixelRatio || 1);
  node.width = node.height = Math.ceil(16 * px);
  const pen = node.getContext("2d");
  if (mark !== "line") return dot(pen, mark, 8 * px, 8 * px, px, n);
  pen.strokeStyle = colourOf(n);
  pen.lineWidth = 2 * px;
  pen.beginPath();
  pen.moveTo(0, 8 * px);
  pen.lineTo(16 * px, 8 * px);
  return pen.stroke();
}

function stroke(pen, lines, px, n) {
  const { scale, ox, oy } = map.view;
  pen.beginPath();
  for (const line of lines) {
    line.forEach(([mx, my], i) => pen[i ? "lineTo" : "moveTo"](mx * scale - ox, my * scale - oy));
  }
  pen.lineWidth = 2 * px;
  pen.strokeStyle = colourOf(n);
  pen.stroke();
}

/** What is in view, one after another: {key, x, y, mark, n, name, choices}, px of the device. */
function inView(px) {
  const { w, h, scale, ox, oy } = map.view;
  const side = 2 * SIZE * px + 4 * px;
  const list = [];
  wanted().forEach(({ url, mark }, n) => {
    const found = held.get(url);
    if (!found) return;
    for (const [mx, my, name] of found.points) {
      const [x, y] = [mx * scale - ox, my * scale - oy];
      if (x < 0 || y < 0 || x > w || y > h) continue;
      const choices = [{ x: x - side / 2, y: y - side / 2, w: side, h: side }];
      list.push({ key: list.length, x, y, mark, n, name, choices });
    }
  });
  return list;
}

function paint() {
  if (canvas === null || !map.ready()) return;
  const { w, h, u, ratio } = map.view;
  const { pen } = canvas;
  pen.clearRect(0, 0, w, h);
  const px = u * ratio;
  wanted().forEach(({ url }, n) => {
    const found = held.get(url);
    if (found) stroke(pen, found.lines, px, n);
  });
  const list = inView(px);
  if (list.length === 0) return;
  const far = { x: -w, y: -h, w: 3 * w, h: 3 * h };
  const taken = [...marks.boxes(), ...labels.boxes()].map((box) => ({
    x: box.x * ratio, y: box.y * ratio, w: box.w * ratio, h: box.h * ratio,
  }));
  const { placed } = nameable(list, taken, far, 4 * SIZE * px);
  const shown = list.filter(({ key }) => placed.has(key));
  for (const { mark, x, y, n } of shown) dot(pen, mark, x, y, px, n);
  const named = shown.filter(({ name }) => name !== "");
  if (named.length > NAMED) return;
  writeNames(pen, named, [...taken, ...shown.map(({ choices }) => choices[0])], px);
}

function writeNames(pen, list, taken, px) {
  pen.font = Math.round(16 * px) + "px " + colour("font");
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.lineJoin = "round";
  pen.lineWidth = 3 * px;
  pen.strokeStyle = colour("edge");
  pen.fillStyle = colour("soft");
  const items = list.map(({ key, x, y, name }) => {
    const wide = pen.measureText(name).width;
    return { key, name, choices: [{ x: x + 8 * px, y: y - 9 * px, w: wide, h: 18 * px }] };
  });
  const { w, h } = map.view;
  const { placed } = nameable(items, taken, { x: 0, y: 0, w, h }, 4 * SIZE * px);
  for (const { key, name, choices: [box] } of items) {
    if (!placed.has(key)) continue;
    pen.strokeText(name, box.x, box.y + box.h / 2);
    pen.fillText(name, box.x, box.y + box.h / 2);
  }
}

onStart(ask);

/* The scene file is another: ask again. */
onBeat(({ scenes }) => {
  if (scenes === undefined || scenes === file) return;
  if (file !== null) ask();
  file = scenes;
});
onLayout(load);

map.part("overlays", {
  attach() {
    canvas = map.canvas("gwOverlays");
    tiles = null;
    base();
  },
  refresh() {
    canvas.fit();
    legend();
    paint();
  },
  moved() {
    canvas.place();
    paint();
  },
  named: paint,
});
