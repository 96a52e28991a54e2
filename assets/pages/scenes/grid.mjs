/* The grid of one scene in one shape. A panel is chosen, then two opposite corners: by pressing two
 * cells, by drawing from one to the other, or with arrows and Enter.
 */
import { make, radios, button, wrong } from "./parts.mjs";
import { NOTHING, layout, put, remove, seam, share, split, state, text } from "./state.mjs";

let panel = "map";
let at = [0, 0];
let corner = null;
let down = null;
let changed = () => {};

const word = (name) => text(name === NOTHING ? "free" : "panel." + name);

export function grid(parent, then) {
  changed = then;
  const choices = [...state.setup.panels, NOTHING].map((one) => [one, word(one)]);
  radios(parent, "gw-panel", text("pick"), choices, panel, (one) => (panel = one)).classList.add("s-palette");
  make("p", "r-hint", parent, text("pick_how"));
  const board = make("div", "s-board", make("div", "s-scroll", parent));
  wrong(parent, "layout");
  const bar = make("div", "f-row", parent);
  const act = (words, what) => button(bar, text(words), () => (what(), draw(board), changed()));
  act("split_column", () => split(true, at[1]));
  act("split_row", () => split(false, at[0]));
  act("remove_column", () => remove(true, at[1]));
  act("remove_row", () => remove(false, at[0]));
  act("seam_column", () => seam(true, at[1]));
  act("seam_row", () => seam(false, at[0]));
  corner = null;
  draw(board);
  return { draw: () => draw(board) };
}

function draw(board) {
  const { columns, rows, cells, seams } = layout();
  const focused = board.contains(document.activeElement) && document.activeElement.matches(".s-cell");
  at = [Math.min(at[0], rows.length - 1), Math.min(at[1], columns.length - 1)];
  board.replaceChildren();
  const [width, height] = state.setup.sizes[state.shape];
  board.dataset.shape = state.shape;
  board.style.setProperty("--ratio", String(width / height));
  board.style.gridTemplateColumns = tracks(columns, "3.2rem");
  board.style.gridTemplateRows = tracks(rows, "2rem");
  make("span", "", board);
  for (const [x, value] of columns.entries()) board.appendChild(track(true, x, value, seams[0]));
  const table = make("div", "s-cells", board);
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", text("grid"));
  for (const [y, value] of rows.entries()) {
    board.insertBefore(track(false, y, value, seams[1]), table);
    const row = make("div", "s-row", table);
    row.setAttribute("role", "row");
    for (let x = 0; x < columns.length; x += 1) row.appendChild(cell(board, cells, y, x));
  }
  if (focused) board.querySelector('[tabindex="0"].s-cell').focus();
}

const tracks = (shares, first) =>
  first + " " + shares.map((one) => `minmax(1.6rem, ${Math.max(one, 0.01)}fr)`).join(" ");

function track(across, n, value, seams) {
  const node = make("input", "s-track");
  node.type = "number";
  node.min = "0";
  node.step = "any";
  node.value = String(value);
  node.dataset.seam = seams.includes(n) ? "yes" : "";
  node.dataset.path = (across ? "columns" : "rows") + "[" + (n + 1) + "]";
  node.style[across ? "gridColumn" : "gridRow"] = String(n + 2);
  node.style[across ? "gridRow" : "gridColumn"] = "1";
  node.setAttribute("aria-label", text(across ? "column" : "row", { n: n + 1 }));
  node.addEventListener("input", () => {
    share(across, n, Number(node.value) || 0);
    changed();
  });
  return node;
}

function cell(board, cells, y, x) {
  const name = cells[y][x];
  const node = make("button", "s-cell");
  node.type = "button";
  node.setAttribute("role", "gridcell");
  node.style.gridArea = `${y + 2} / ${x + 2}`;
  node.dataset.panel = name;
  node.dataset.at = y + "," + x;
  node.tabIndex = y === at[0] && x === at[1] ? 0 : -1;
  const same = (dy, dx) => cells[y + dy] !== undefined && cells[y + dy][x + dx] === name && name !== NOTHING;
  node.dataset.left = same(0, -1) ? "same" : "";
  node.dataset.right = same(0, 1) ? "same" : "";
  node.dataset.down = same(1, 0) ? "same" : "";
  node.dataset.up = same(-1, 0) ? "same" : "";
  if (corner !== null && corner[0] === y && corner[1] === x) node.dataset.corner = "yes";
  if (!same(0, -1) && !same(-1, 0)) make("span", "", node, name === NOTHING ? "" : word(name));
  node.setAttribute("aria-label", text("cell", { y: y + 1, x: x + 1, panel: word(name) }));
  node.addEventListener("pointerdown", (event) => {
    down = [y, x];
    at = [y, x];
    event.target.releasePointerCapture(event.pointerId);
  });
  node.addEventListener("pointerup", () => {
    const from = down;
    down = null;
    if (from !== null && (from[0] !== y || from[1] !== x)) place(board, from, [y, x]);
  });
  node.addEventListener("click", () => press(board, [y, x]));
  node.addEventListener("keydown", (event) => keys(board, event));
  node.addEventListener("focus", () => (at = [y, x]));
  return node;
}

function press(board, here) {
  at = here;
  if (corner === null) {
    corner = here;
    draw(board);
    board.querySelector('[tabindex="0"].s-cell').focus();
  } else {
    place(board, corner, here);
  }
}

function place(board, from, to, name = panel) {
  corner = null;
  at = to;
  put(name, from, to);
  draw(board);
  board.querySelector('[tabindex="0"].s-cell').focus();
  changed();
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function keys(board, event) {
  const { rows, columns } = layout();
  if (event.key === "Escape" && corner !== null) {
    corner = null;
    draw(board);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    place(board, at, at, NOTHING);
  } else if (MOVES[event.key] !== undefined) {
    const [dy, dx] = MOVES[event.key];
    at = [
      Math.max(0, Math.min(rows.length - 1, at[0] + dy)),
      Math.max(0, Math.min(columns.length - 1, at[1] + dx)),
    ];
    const next = board.querySelector(`[data-at="${at[0]},${at[1]}"]`);
    for (const one of board.querySelectorAll(".s-cell")) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  } else {
    return;
  }
  event.preventDefault();
}
