/* A grid's tracks in words of CSS. On a wall made of several screens each group of tracks fills
 * its own screen exactly: a track as wide as the bezel is between two groups, with the grid's
 * gap on both of its sides as a margin.
 */

import { byId, set } from "../base.mjs";

/* As in css/wall.css: the page's margin, the gaps of main, its padding at the top. */
const SIDE = 28;
const ACROSS = 26;
const DOWN = 12;
const TOP = 8;

const u = (n) => n + " * var(--u)";
const share = (n) => "minmax(0, " + n + "fr)";

/** Which tracks lie on which screen, from the indices where a new one begins. */
function groups(shares, seams) {
  const edges = [0, ...seams, shares.length];
  return edges.slice(1).map((end, i) => shares.slice(edges[i], end));
}

/**
 * The tracks of one direction. `whole` is the viewport's length; `before` and `after` is what
 * the page keeps for itself at both ends (CSS lengths); `gap` is the grid's.
 */
function lengths(shares, seams, whole, before, after, gap, bezel) {
  const parts = groups(shares, seams);
  const screen = whole + " / " + parts.length;
  return parts
    .map(function (part, i) {
      const edge = u(bezel / 2 + gap);
      const start = i === 0 ? before : edge;
      const end = i === parts.length - 1 ? after : edge;
      const inner = `(${screen} - ${start} - ${end} - ${u(gap * (part.length - 1))})`;
      const sum = part.reduce((a, b) => a + b, 0);
      return part.map((n) => `calc(${inner} * ${n / sum})`).join(" ");
    })
    .join(` calc(${u(bezel)}) `);
}

/** A row of names with a place left free at each seam. */
function named(row, seams) {
  return row.map((name, x) => (seams.includes(x) ? ". " + name : name)).join(" ");
}

function areas(cells, across, down) {
  const rows = cells.map((row) => '"' + named(row, across) + '"');
  const free = '"' + new Array(cells[0].length + across.length).fill(".").join(" ") + '"';
  return rows.map((row, y) => (down.includes(y) ? free + " " + row : row)).join(" ");
}

function mark(across, down, bezel) {
  const wall = byId("gw-wall");
  set(wall, "data-screens", across > 1 ? (across > 2 ? "many" : "two") : null);
  set(wall, "data-screens-down", down > 1 ? "yes" : null);
  wall.style.setProperty("--screens", String(across));
  wall.style.setProperty("--bezel", String(bezel));
}

/** `grid-template` of a layout, in its three parts; `profile` is null for a single screen. */
export const seams = {
  tracks: function (layout, profile) {
    const { columns, rows, cells } = layout;
    if (profile === null) {
      mark(1, 1, 0);
      return {
        areas: areas(cells, [], []),
        columns: columns.map(share).join(" "),
        rows: rows.map(share).join(" "),
      };
    }
    const [across, down] = layout.seams;
    mark(profile.columns, profile.rows, profile.bezel);
    const above = `var(--head) - ${u(TOP)}`;
    return {
      areas: areas(cells, across, down),
      columns: lengths(columns, across, "100vw", u(SIDE), u(SIDE), ACROSS, profile.bezel),
      rows:
        down.length === 0
          ? rows.map(share).join(" ")
          : lengths(rows, down, "100vh", above, "var(--foot)", DOWN, profile.bezel),
    };
  },
};
