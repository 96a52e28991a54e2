/* The levels' shapes, drawn once for a size and a theme, then stamped. */

import { SHAPES } from "../../levels.mjs";
import { colour } from "../base.mjs";
import { map } from "./map.mjs";

const LEVELS = SHAPES.map((one) => one.level);
/* worse levels are larger; the table's shapes are smaller than their box */
const RADIUS = [4.8, 5.5, 7.4, 9.6];

/* px of the design beyond a shape's radius: its outline, and a ring */
const EDGE = 1;
const RING = 6;

/* `pen` measures, it never draws */
export const stamps = { LEVELS, pen: document.createElement("canvas").getContext("2d") };
let made = [];
let rings = [];

function path(level, r, mid) {
  const p = new Path2D();
  const { corners, radius } = SHAPES[level];
  corners.forEach(([x, y], n) => p[n ? "lineTo" : "moveTo"](mid + x * r, mid + y * r));
  if (radius) p.arc(mid, mid, radius * r, 0, 2 * Math.PI);
  p.closePath();
  return p;
}

function sheet(size) {
  const node = document.createElement("canvas");
  node.width = node.height = Math.ceil(size);
  return { node, ink: node.getContext("2d") };
}

function shape(level, px) {
  const r = RADIUS[level] * px;
  const { node, ink } = sheet(2 * r + 6 * px);
  const outline = path(level, r, node.width / 2);
  ink.lineJoin = "round";
  ink.lineWidth = Math.max(1, 2 * px);
  ink.strokeStyle = colour("edge");
  ink.stroke(outline);
  ink.fillStyle = colour(LEVELS[level]);
  ink.fill(outline);
  if (level === 3) {
    ink.lineWidth = Math.max(1, 1.2 * px);
    ink.strokeStyle = colour("rim");
    ink.stroke(outline);
  }
  return node;
}

/** What is escalated wears a ring of its level's colour. */
function ring(level, px) {
  const r = (0.83 * RADIUS[level] + RING) * px;
  const { node, ink } = sheet(2 * r + 6 * px);
  const mid = node.width / 2;
  for (const [width, name] of [[4, "edge"], [2, LEVELS[level]]]) {
    ink.beginPath();
    ink.arc(mid, mid, r, 0, 2 * Math.PI);
    ink.lineWidth = Math.max(1, width * px);
    ink.strokeStyle = colour(name);
    ink.stroke();
  }
  return node;
}

stamps.make = function () {
  const px = map.view.u * map.view.ratio;
  made = RADIUS.map((_, level) => shape(level, px));
  rings = RADIUS.map((_, level) => ring(level, px));
};

stamps.ready = () => made.length > 0;

/** How far a stamp is painted from its middle, px of the device. */
stamps.radius = function (level, urgent) {
  const px = map.view.u * map.view.ratio;
  return (urgent ? 0.83 * RADIUS[level] + RING + 2 : RADIUS[level] + EDGE) * px;
};

stamps.put = function (pen, level, x, y, urgent) {
  for (const image of urgent ? [rings[level], made[level]] : [made[level]]) {
    pen.drawImage(image, Math.round(x - image.width / 2), Math.round(y - image.height / 2));
  }
};

map.part("stamps", { refresh: stamps.make });
