/* Points on the map: one canvas over Leaflet's panes, repainted only where something changed.
 *
 * A point is a level's shape; worse levels lie on top, wherever they are repainted. Shapes are
 * drawn once and stamped. Cells (counts where single points would be too many) are soft discs.
 * A new point pulses once; the newest red one wears a ring.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const LEVELS = ["blue", "yellow", "orange", "red"];
  const RADIUS = { blue: 4, yellow: 4.6, orange: 6.4, red: 8 };
  const EDGE = "#0b0f14";
  /* Bucket of the spatial index and largest patch worth repainting piecemeal. */
  const CELL = 24;
  const MANY = 150;
  const PULSES = 2;
  const STEPS = 6;
  const STEP_MS = 200;

  const points = (gw.points = {});
  const marks = new Map();
  const grid = new Map();
  const stamps = {};
  const pulsing = new Map();
  let held = {};
  let cells = {};
  let map = null;
  let canvas = null;
  let pen = null;
  let ratio = 1;
  let ring = null;
  let still = true;
  let colours = null;

  /* ---- stamps ---- */

  function colour(name) {
    if (colours === null) colours = getComputedStyle(gw.byId("gw-wall"));
    return colours.getPropertyValue("--" + name).trim();
  }

  function path(shape, r, mid) {
    const p = new Path2D();
    if (shape === "blue") p.arc(mid, mid, r, 0, 2 * Math.PI);
    else if (shape === "yellow") p.rect(mid - 0.9 * r, mid - 0.9 * r, 1.8 * r, 1.8 * r);
    else if (shape === "orange") {
      p.moveTo(mid, mid - 1.1 * r);
      p.lineTo(mid + 1.05 * r, mid + 0.8 * r);
      p.lineTo(mid - 1.05 * r, mid + 0.8 * r);
      p.closePath();
    } else {
      p.moveTo(mid, mid - 1.2 * r);
      p.lineTo(mid + 1.05 * r, mid);
      p.lineTo(mid, mid + 1.2 * r);
      p.lineTo(mid - 1.05 * r, mid);
      p.closePath();
    }
    return p;
  }

  function stamp(level) {
    const r = RADIUS[level] * gw.map.unit * ratio;
    const size = Math.ceil(2.4 * r + 6 * ratio);
    const made = document.createElement("canvas");
    made.width = made.height = size;
    const ink = made.getContext("2d");
    const shape = path(level, r, size / 2);
    ink.lineJoin = "round";
    ink.lineWidth = Math.max(1, 2 * gw.map.unit * ratio);
    ink.strokeStyle = EDGE;
    ink.stroke(shape);
    ink.fillStyle = colour(level);
    ink.fill(shape);
    if (level === "red") {
      ink.lineWidth = Math.max(1, 1.2 * gw.map.unit * ratio);
      ink.strokeStyle = "#ffffff";
      ink.stroke(shape);
    }
    return made;
  }

  function reach(level) {
    return stamps[level].width / 2 / ratio;
  }

  /* ---- spatial index ---- */

  const side = () => CELL * gw.map.unit;

  function put(id, [lon, lat, level, ts, category, department, area, county]) {
    if (!LEVELS.includes(level)) return null;
    const at = map.latLngToContainerPoint([lat, lon]);
    const key = Math.floor(at.x / side()) + ":" + Math.floor(at.y / side());
    const told = { category, department, area, county };
    const one = { id, x: at.x, y: at.y, level, ts, key, told };
    marks.set(id, one);
    if (!grid.has(key)) grid.set(key, new Set());
    grid.get(key).add(one);
    return one;
  }

  function drop(id) {
    const one = marks.get(id);
    if (one === undefined) return null;
    marks.delete(id);
    grid.get(one.key).delete(one);
    return one;
  }

  function near(box) {
    const found = [];
    const s = side();
    for (let x = Math.floor(box.x / s) - 1; x <= Math.floor((box.x + box.w) / s) + 1; x += 1) {
      for (let y = Math.floor(box.y / s) - 1; y <= Math.floor((box.y + box.h) / s) + 1; y += 1) {
        for (const one of grid.get(x + ":" + y) || []) found.push(one);
      }
    }
    return found;
  }

  /** How much would be hidden by a box: urgent points weigh more. For the labels. */
  points.under = function (box) {
    let cost = 0;
    for (const one of near(box)) {
      if (one.x < box.x || one.x > box.x + box.w || one.y < box.y || one.y > box.y + box.h) continue;
      cost += { blue: 0.1, yellow: 0.15, orange: 1, red: 6 }[one.level];
    }
    return cost;
  };

  /* ---- painting ---- */

  function worstLast(a, b) {
    return LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.ts - b.ts;
  }

  function ink(list) {
    for (const one of list.sort(worstLast)) {
      const image = stamps[one.level];
      pen.drawImage(
        image,
        Math.round(one.x * ratio - image.width / 2),
        Math.round(one.y * ratio - image.height / 2),
      );
    }
  }

  function whole() {
    if (pen === null) return;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    gw.paintCells(pen, map, cells, ratio);
    ink([...marks.values()]);
  }

  function patch(changed) {
    for (const one of changed) {
      const r = reach(one.level) + 1;
      const box = { x: one.x - r, y: one.y - r, w: 2 * r, h: 2 * r };
      const x = Math.floor(box.x * ratio);
      const y = Math.floor(box.y * ratio);
      const size = Math.ceil(2 * r * ratio);
      pen.save();
      pen.beginPath();
      pen.rect(x, y, size, size);
      pen.clip();
      pen.clearRect(x, y, size, size);
      gw.paintCells(pen, map, cells, ratio, ink);
      ink(near(box));
      pen.restore();
    }
  }

  /* ---- what moves: a pulse for what is new, a ring for the newest red ---- */

  function pulse(fresh) {
    if (!gw.motion()) return;
    const pane = map.getPane("gwPulse");
    for (const one of fresh.sort(worstLast).slice(-PULSES)) {
      if (pulsing.size >= PULSES) return;
      const node = gw.make("i", "pulse " + one.level, pane);
      node.appendChild(document.createElement("b"));
      place(node, one);
      pulsing.set(node, 0);
      if (pulsing.size === 1) step();
    }
  }

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

  function place(node, one) {
    window.L.DomUtil.setPosition(node, map.containerPointToLayerPoint([one.x, one.y]));
  }

  function newest() {
    let found = null;
    for (const one of marks.values()) {
      if (one.level === "red" && (found === null || one.ts > found.ts)) found = one;
    }
    if (ring === null) ring = gw.make("i", "ring", map.getPane("gwPulse"));
    ring.hidden = found === null;
    if (found !== null) place(ring, found);
    gw.stage.point(found);
  }

  /* ---- from outside ---- */

  points.attach = function (made) {
    map = made;
    marks.clear();
    grid.clear();
    ring = null;
    canvas = gw.make("canvas", "points", made.getPane("gwPoints"));
    pen = canvas.getContext("2d");
  };

  /** The map has a new size or view: everything has a new place. */
  points.project = function () {
    if (map === null) return;
    const size = map.getSize();
    ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(size.x * ratio);
    canvas.height = Math.round(size.y * ratio);
    canvas.style.width = size.x + "px";
    canvas.style.height = size.y + "px";
    window.L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    for (const level of LEVELS) stamps[level] = stamp(level);
    marks.clear();
    grid.clear();
    for (const id of Object.keys(held)) put(id, held[id]);
    still = marks.size === 0;
    whole();
    newest();
  };

  /** What comes next is a catching-up, not news: it must not pulse. */
  points.quiet = () => {
    still = true;
  };

  gw.panel("points", function (next) {
    const before = held;
    held = next;
    if (map === null || stamps.blue === undefined) return;
    const changed = [];
    const fresh = [];
    for (const id of Object.keys(before)) {
      if (next[id] === before[id]) continue;
      const one = drop(id);
      if (one !== null) changed.push(one);
    }
    for (const id of Object.keys(next)) {
      if (next[id] === before[id]) continue;
      const one = put(id, next[id]);
      if (one === null) continue;
      changed.push(one);
      if (before[id] === undefined) fresh.push(one);
    }
    if (changed.length > MANY) whole();
    else patch(changed);
    if (!still) pulse(fresh);
    still = false;
    newest();
  });

  gw.panel("cells", function (next) {
    cells = next;
    if (map !== null && stamps.blue !== undefined) whole();
  });
})();
