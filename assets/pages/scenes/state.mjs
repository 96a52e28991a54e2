/* What the editor of scenes holds: the scenes in force, what was changed of them, and the draft that
 * is made of the changes. Nothing here touches the page.
 */

import { say } from "../../words.mjs";

export const SHAPES = ["landscape", "wide", "tall"];
const FIELDS = ["rotate", "scenes", "theme", "profile", "area", "lang"];
export const NOTHING = ".";
const MOST = 24;

const copy = (value) => JSON.parse(JSON.stringify(value));

export const state = {
  setup: null,
  page: null,
  screen: "",
  wall: {},
  wallChanged: false,
  shape: "landscape",
  pixels: [3840, 2160],
  scene: null,
  layouts: {},
  /* the shapes that were changed by hand */
  drawn: new Set(),
  sceneChanged: false,
  gone: [],
};

export const text = (key, values) =>
  say(state.setup.text, state.setup.lang, "review.scenes." + key, values) ?? key;

export const own = (id) => state.setup.file.own.includes(id);
export const changed = () => state.wallChanged || state.sceneChanged || state.gone.length > 0;
export const title = (id) => {
  const mine = state.scene !== null && state.scene.id === id ? state.scene.name : {};
  const words = mine[state.setup.lang] || mine.zh || mine.en;
  if (words) return words;
  const known = state.page.scenes[id];
  return known ? known.name[state.setup.lang] : id;
};

/** How many screens a profile has; its name too where another has as many. */
export function screens(id, { columns, rows }) {
  const all = Object.values(state.page.profiles);
  const alike = all.filter((one) => one.columns === columns && one.rows === rows).length > 1;
  return `${columns} × ${rows}${alike ? " · " + id : ""}`;
}

/** The scenes that there will be, in the file's order. */
export function known() {
  const names = Object.keys(state.page.scenes).filter((id) => !state.gone.includes(id));
  return state.scene && !names.includes(state.scene.id) ? [...names, state.scene.id] : names;
}

export function choose(screen) {
  const from = state.page.screens[screen] || state.page.wall;
  state.screen = screen;
  state.wall = Object.fromEntries(FIELDS.map((name) => [name, copy(from[name])]));
  state.wallChanged = screen !== "" && !(screen in state.page.screens);
}

export function open(id) {
  const { name, area } = state.page.scenes[id];
  state.scene = { id, name: copy(name), area };
  state.layouts = drawing(id);
  state.drawn = new Set();
  state.sceneChanged = false;
}

function drawing(id) {
  const found = {};
  for (const shape of SHAPES) {
    const { columns, rows, cells, seams } = state.page.scenes[id][shape];
    found[shape] = copy({ columns, rows, cells, seams });
  }
  return found;
}

/** A scene of its own that begins as the one that is open, and is in the rotation. */
export function begin() {
  let n = 1;
  while (known().includes("scene-" + n)) n += 1;
  /* a language without a name has the other's */
  const name = { [state.setup.lang]: text("new_name", { n }) };
  state.scene = { id: "scene-" + n, name, area: state.scene.area };
  state.drawn = new Set(SHAPES);
  state.sceneChanged = true;
  state.wall.scenes.push(state.scene.id);
  state.wallChanged = true;
}

export function drop() {
  const { id } = state.scene;
  if (own(id)) state.gone.push(id);
  state.wall.scenes = state.wall.scenes.filter((one) => one !== id);
  state.wallChanged = true;
  state.sceneChanged = false;
  state.scene = null;
  open(known()[0]);
}

/** What the server gets: only what was changed. */
export function draft() {
  const made = { gone: state.gone };
  if (state.wallChanged) made.wall = { screen: state.screen, ...state.wall };
  if (state.sceneChanged) {
    const shapes = own(state.scene.id) ? [...state.drawn] : SHAPES;
    const layouts = Object.fromEntries(shapes.map((shape) => [shape, state.layouts[shape]]));
    made.scene = { ...state.scene, layouts };
  }
  return made;
}

/** The server has drawn a draft: shapes that follow from the drawn one are as in its answer. */
export function follow(page) {
  const now = state.scene && page.scenes[state.scene.id];
  if (!now || !own(state.scene.id)) return;
  for (const shape of SHAPES) {
    if (state.drawn.has(shape)) continue;
    const { columns, rows, cells, seams } = now[shape];
    state.layouts[shape] = copy({ columns, rows, cells, seams });
  }
}

/** The file is as the page shows it. */
export function written(page, version, names) {
  state.page = page;
  Object.assign(state.setup.file, { version, own: names, mistakes: [] });
  state.gone = [];
  const { screen } = state;
  const { id } = state.scene;
  choose(screen);
  open(page.scenes[id] ? id : Object.keys(page.scenes)[0]);
}

/* ---- the grid ---- */

export const layout = () => state.layouts[state.shape];

function touch() {
  state.drawn.add(state.shape);
  state.sceneChanged = true;
}

/** Put a panel into the rectangle between two cells; it leaves its former place. */
export function put(panel, [y1, x1], [y2, x2]) {
  const { cells } = layout();
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
  for (const [y, row] of cells.entries()) {
    for (const [x, name] of row.entries()) {
      if (y >= top && y <= bottom && x >= left && x <= right) row[x] = panel;
      else if (name === panel) row[x] = NOTHING;
    }
  }
  touch();
}

/** Split the column (row) at an index in two halves, or take it away. */
export function split(across, at) {
  const { columns, rows, cells, seams } = layout();
  const shares = across ? columns : rows;
  if (shares.length >= MOST) return;
  shares[at] = Math.round(shares[at] * 50) / 100 || 0.5;
  shares.splice(at, 0, shares[at]);
  if (across) for (const row of cells) row.splice(at, 0, row[at]);
  else cells.splice(at, 0, [...cells[at]]);
  seams[across ? 0 : 1] = seams[across ? 0 : 1].map((seam) => (seam > at ? seam + 1 : seam));
  touch();
}

export function remove(across, at) {
  const { columns, rows, cells, seams } = layout();
  const shares = across ? columns : rows;
  if (shares.length < 2) return;
  shares.splice(at, 1);
  if (across) for (const row of cells) row.splice(at, 1);
  else cells.splice(at, 1);
  const moved = seams[across ? 0 : 1].map((seam) => (seam > at ? seam - 1 : seam));
  seams[across ? 0 : 1] = [...new Set(moved)].filter((seam) => seam > 0 && seam < shares.length);
  touch();
}

/** A seam between two screens, before a column (row). */
export function seam(across, at) {
  if (at === 0) return;
  const { seams } = layout();
  const found = seams[across ? 0 : 1];
  seams[across ? 0 : 1] = found.includes(at)
    ? found.filter((one) => one !== at)
    : [...found, at].sort((a, b) => a - b);
  touch();
}

export function share(across, at, value) {
  const { columns, rows } = layout();
  (across ? columns : rows)[at] = value;
  touch();
}
