/* The trend: only data arrays and tick words change. A call of Plotly costs 10 to 20 ms, so that it is
 * called only for what changed, at most once in PACE_MS: the lines (a bucket ended, late actions, a
 * rebuild, another area), or only the dot of the running bucket. The number next to it is always current.
 */

import { byId, isRecorded, kpi, number, uncounted, unit } from "../base.mjs";
import { onLayout, panel, shown } from "../registry.mjs";
import { time } from "../time.mjs";
import { drawHour } from "./minutes.mjs";

const BUCKETS = 144;
const RUNNING = BUCKETS - 1;
/* hours between ticks: of a wide panel, and of one in which their words would touch */
const TICK_HOURS = [6, 12];
const NARROW = 250;
const PACE_MS = 1500;
/* Type and margins of layouts/wall/trend.py, in px of the 1920 × 1080 design. */
const DESIGN = { font: 16, l: 46, r: 12, t: 12, b: 30, line: 2, grey: 1.5, dot: 10 };

let state = null;
let drawn = -PACE_MS;
/* what is on the screen: both lines and their ticks, and the dot */
let lines = "";
let dot = null;
let timer = null;
let ticksAt = null;
let watching = false;
let owed = false;

function plot() {
  const frame = byId("gw-trend");
  return frame === null ? null : frame.querySelector(".js-plotly-plot");
}

function series(name) {
  const values = state[name] || {};
  const out = new Array(BUCKETS);
  for (let i = 0; i < BUCKETS; i += 1) {
    const value = values[i];
    out[i] = value === undefined || !isRecorded() ? null : value;
  }
  return out;
}

function ticks() {
  const places = [];
  const words = [];
  const narrow = byId("gw-trend-frame").getBoundingClientRect().width < NARROW * unit();
  const hours = TICK_HOURS[narrow ? 1 : 0];
  for (let i = 0; i < BUCKETS; i += 1) {
    const ms = state.t0 + i * state.step;
    const { hour, minute } = time.parts(ms);
    if (minute !== 0 || hour % hours !== 0) continue;
    places.push(i);
    words.push(time.minute(ms));
  }
  return { "xaxis.tickvals": places, "xaxis.ticktext": words };
}

function fit(node) {
  if (!shown("trend")) return;
  const u = unit();
  const box = byId("gw-trend-frame").getBoundingClientRect();
  window.Plotly.update(
    node,
    {
      "line.width": [DESIGN.grey * u, DESIGN.line * u],
    },
    {
      width: Math.floor(box.width),
      height: Math.floor(box.height),
      "font.size": DESIGN.font * u,
      margin: { l: DESIGN.l * u, r: DESIGN.r * u, t: DESIGN.t * u, b: DESIGN.b * u, pad: 0 },
      ...(state === null ? {} : ticks()),
    },
    [0, 1],
  );
  window.Plotly.restyle(
    node,
    { "marker.size": DESIGN.dot * u, "marker.line.width": DESIGN.line * u },
    [2],
  );
}

function draw() {
  timer = null;
  owed = !shown("trend");
  if (owed) return;
  const node = plot();
  /* The graph is loaded when it is first needed; until then the newest state waits. */
  if (node === null || !window.Plotly || !node.data) {
    timer = setTimeout(draw, 100);
    return;
  }
  if (!watching) {
    watching = true;
    new ResizeObserver(() => fit(node)).observe(byId("gw-trend-frame"));
    fit(node);
  }
  const reported = series("reported");
  const yesterday = series("yesterday");
  const running = reported[RUNNING];
  const y = [yesterday, reported.slice(0, RUNNING), [running]];
  const sign = `${state.t0} ${y[0]} ${y[1]}`;
  if (sign === lines && running === dot) return;
  drawn = performance.now();
  if (sign === lines) {
    window.Plotly.restyle(node, { y: [y[2]] }, [2]);
  } else if (ticksAt === state.t0) {
    window.Plotly.restyle(node, { y }, [0, 1, 2]);
  } else {
    ticksAt = state.t0;
    window.Plotly.update(node, { y }, ticks(), [0, 1, 2]);
  }
  lines = sign;
  dot = running;
  uncounted(byId("gw-trend"), !Object.keys(state.reported || {}).length);
  const none = !reported.some((n) => n) && !yesterday.some((n) => n);
  byId("gw-trend-frame").querySelector(".empty").hidden = !none;
}

panel("trend", function (next) {
  state = next;
  const running = (next.reported || {})[RUNNING];
  number(kpi("trend.143.reported"), running);
  if (shown("trend")) drawHour(next);
  soon();
}, "trend");

/** Draw when the pace allows it; more changes until then don't put it off. */
function soon() {
  if (timer === null) timer = setTimeout(draw, Math.max(0, drawn + PACE_MS - performance.now()));
}

onLayout(function () {
  if (state !== null && shown("trend")) drawHour(state);
  if (owed && shown("trend")) soon();
});
