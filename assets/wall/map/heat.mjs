/* The heat layer: how dense open events lie, one hue, from the same cells (or, where there are
 * few, the points). Counted on a coarse lattice with a round kernel, then coloured, so that its
 * cost depends on the panel's size and the number of cells alone.
 */

import { byId, colour, set } from "../base.mjs";
import { options } from "../options.mjs";
import { map } from "./map.mjs";
import { marks } from "./marks.mjs";
import { points } from "./points.mjs";

/* px of the design: one step of the lattice, and how far an event reaches */
const STEP = 5;
const REACH = 40;
const MOST = 0.82;

export const heat = {};
let canvas = null;
let small = null;
let peak = 0;
let at = null;

function* weights() {
  if (marks.counted()) {
    for (const [lon, lat, ...levels] of Object.values(marks.cells())) {
      const [mx, my] = map.world(lon, lat);
      yield [mx, my, levels[0] + levels[1] + levels[2] + levels[3]];
    }
  } else for (const one of points.all().values()) yield [one.mx, one.my, 1];
}

function kernel(reach) {
  const side = 2 * reach + 1;
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const d = ((x - reach) ** 2 + (y - reach) ** 2) / (reach + 0.5) ** 2;
      out[y * side + x] = d < 1 ? (1 - d) ** 2 : 0;
    }
  }
  return out;
}

function density(w, h, step) {
  const { scale, ox, oy } = map.view;
  const reach = Math.round(REACH / STEP);
  const side = 2 * reach + 1;
  const shape = kernel(reach);
  const sums = new Float32Array(w * h);
  for (const [mx, my, n] of weights()) {
    const cx = Math.round((mx * scale - ox) / step);
    const cy = Math.round((my * scale - oy) / step);
    if (cx < -reach || cy < -reach || cx >= w + reach || cy >= h + reach) continue;
    for (let y = Math.max(0, cy - reach); y <= Math.min(h - 1, cy + reach); y += 1) {
      const row = (y - cy + reach) * side - cx + reach;
      for (let x = Math.max(0, cx - reach); x <= Math.min(w - 1, cx + reach); x += 1) {
        sums[y * w + x] += n * shape[row + x];
      }
    }
  }
  return sums;
}

/** A colour of the theme as three numbers. */
function numbers(name) {
  const hex = colour(name).slice(1);
  return [0, 2, 4].map((n) => Number.parseInt(hex.slice(n, n + 2), 16));
}

heat.paint = function (same = false) {
  if (canvas === null || !map.ready()) return;
  canvas.node.hidden = !options.heat;
  if (!options.heat) return;
  const { w, h, u, ratio } = map.view;
  const step = STEP * u * ratio;
  const [across, down] = [Math.ceil(w / step) + 1, Math.ceil(h / step) + 1];
  const sums = density(across, down, step);
  /* while the map is dragged the scale stays as it was, or everything would change its colour */
  if (!same || peak === 0) peak = sums.reduce((most, n) => Math.max(most, n), 0);
  const image = new ImageData(across, down);
  const [r, g, b] = numbers("accent");
  for (let i = 0; i < sums.length; i += 1) {
    if (sums[i] === 0) continue;
    image.data[4 * i] = r;
    image.data[4 * i + 1] = g;
    image.data[4 * i + 2] = b;
    const share = Math.min(1, Math.log1p(sums[i]) / Math.log1p(peak));
    image.data[4 * i + 3] = 255 * MOST * share ** 1.5;
  }
  small.width = across;
  small.height = down;
  small.getContext("2d").putImageData(image, 0, 0);
  canvas.pen.clearRect(0, 0, w, h);
  canvas.pen.imageSmoothingQuality = "high";
  canvas.pen.drawImage(small, -step / 2, -step / 2, across * step, down * step);
  at = map.view;
};

map.part("heat", {
  attach() {
    canvas = map.canvas("gwHeat");
    small = document.createElement("canvas");
    peak = 0;
  },
  refresh() {
    canvas.fit();
    const panel = byId("gw-wall").querySelector(".panel.map");
    set(panel, "data-heat", options.heat ? "yes" : null);
    heat.paint();
  },
  moved(zoomed) {
    canvas.place();
    if (options.heat && at !== map.view) heat.paint(!zoomed);
  },
});
