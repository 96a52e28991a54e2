/* Where marks, numbers and names go so that none covers another. Pure: the same input gives the
 * same output, and what comes first is never moved or hidden by what comes later.
 *
 * A box is {x, y, w, h} from its upper left corner, in any one unit.
 */

const AROUND = [
  [0, -1], [1, 0], [0, 1], [-1, 0],
  [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8], [-0.8, -0.8],
];
/* How far a mark may step aside, in widths and heights of its own; none is far from its place. */
const ASIDE = [0.4, 0.8];
/* What has no room joins one of so many neighbours, none further away than so many sides. */
const NEIGHBOURS = 6;
const REACH = 4;

export const overlap = (a, b) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** What has a `box`, found by place. */
export class Boxes {
  /** `side`: about the size of a box. */
  constructor(side) {
    this.side = side;
    this.slots = new Map();
  }

  /** Call `fn` with the key of each slot a box reaches into, until it returns something. */
  each({ x, y, w, h }, fn) {
    const { side } = this;
    const [left, right] = [Math.floor(x / side), Math.floor((x + w) / side)];
    const bottom = Math.floor((y + h) / side);
    for (let row = Math.floor(y / side); row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const found = fn(row * 0x4000000 + column);
        if (found) return found;
      }
    }
    return null;
  }

  add(one) {
    this.each(one.box, (key) => {
      const slot = this.slots.get(key);
      if (slot === undefined) this.slots.set(key, [one]);
      else slot.push(one);
    });
  }

  remove(one) {
    this.each(one.box, (key) => {
      const slot = this.slots.get(key);
      slot.splice(slot.indexOf(one), 1);
    });
  }

  /** The first that reaches into a box, or null. */
  hit(box) {
    return this.each(box, (key) => {
      const slot = this.slots.get(key);
      return slot === undefined ? null : slot.find((one) => overlap(one.box, box));
    });
  }
}

/* ---- marks: {key, x, y, n, levels: [blue … red], …} ---- */

const add = (a, b) => a.map((n, i) => n + b[i]);

/** Two groups as one, in the middle of all their events; named after the first. */
function joined(a, b) {
  if (b.turn < a.turn) return joined(b, a);
  const n = a.n + b.n;
  return {
    ...a,
    x: (a.x * a.n + b.x * b.n) / n,
    y: (a.y * a.n + b.y * b.n) / n,
    n,
    levels: add(a.levels, b.levels),
    urgent: a.urgent || b.urgent,
    newest: a.newest || b.newest,
  };
}

const about = (x, y, { w, h }) => ({ x: x - w / 2, y: y - h / 2, w, h });

/** A box of something in `room` moved so that the edge does not cut it; others stay. */
function uncut(box, { x, y }, room) {
  if (room === null) return box;
  const [right, bottom] = [room.x + room.w, room.y + room.h];
  if (x < room.x || y < room.y || x > right || y > bottom) return box;
  return {
    ...box,
    x: Math.max(room.x, Math.min(box.x, right - box.w)),
    y: Math.max(room.y, Math.min(box.y, bottom - box.h)),
  };
}

/**
 * The items, those that would cover each other as one. A group holds what would cover it where its
 * first item is, so that it neither creeps along a row of marks nor moves as others join.
 */
export function gather(items, measure, side) {
  const found = new Boxes(side);
  const groups = new Set();
  items.forEach((item, turn) => {
    let one = { ...item, turn, first: [item.x, item.y] };
    const boxed = () => ({ ...one, box: about(...one.first, measure(one)) });
    one = boxed();
    for (let other = found.hit(one.box); other !== null; other = found.hit(one.box)) {
      found.remove(other);
      groups.delete(other);
      one = joined(other, one);
      one = boxed();
    }
    found.add(one);
    groups.add(one);
  });
  return [...groups].sort((a, b) => a.turn - b.turn);
}

/** In the middle of its events, where its first one is, or a step aside: where nothing is; or null. */
function free(one, measure, taken, room) {
  const size = measure(one);
  for (const [x, y] of [[one.x, one.y], one.first]) {
    const box = uncut(about(x, y, size), one, room);
    if (taken.hit(box) === null) return { ...one, box };
  }
  for (const far of ASIDE) {
    for (const [dx, dy] of AROUND) {
      const aside = about(one.x + dx * far * size.w, one.y + dy * far * size.h, size);
      const box = uncut(aside, one, room);
      if (taken.hit(box) === null) return { ...one, box };
    }
  }
  return null;
}

/** Count `one` with a neighbour that stays where it is; false if none has room for it. */
function counted(one, own, measure, taken, side, room) {
  const far = (other) => Math.hypot(other.x - one.x, other.y - one.y);
  const near = own
    .map((other, index) => ({ other, index, far: far(other) }))
    .filter((found) => found.far < REACH * side)
    .sort((a, b) => a.far - b.far || a.index - b.index);
  for (const { other, index } of near.slice(0, NEIGHBOURS)) {
    taken.remove(other);
    const both = { ...joined(other, one), x: other.x, y: other.y, first: other.first };
    const grown = free(both, measure, taken, room);
    taken.add(grown === null ? other : grown);
    if (grown === null) continue;
    own[index] = grown;
    return true;
  }
  return false;
}

/**
 * Place marks, tier by tier, the first tier first. Marks of a tier that would cover each other are
 * one with a number; what an earlier tier leaves no room for steps aside, is counted with a
 * neighbour, or is hidden. The edge of `room` cuts no mark of an event inside it.
 * Returns {placed: [{…, box}], hidden: how many events}.
 */
export function arrange(tiers, measure, side, room = null) {
  const taken = new Boxes(side);
  const placed = [];
  let hidden = 0;
  for (const items of tiers) {
    const own = [];
    const left = [];
    for (const one of gather(items, measure, side)) {
      const at = free(one, measure, taken, room);
      if (at === null) left.push(one);
      else {
        taken.add(at);
        own.push(at);
      }
    }
    for (const one of left) if (!counted(one, own, measure, taken, side, room)) hidden += one.n;
    placed.push(...own);
  }
  return { placed, hidden };
}

/* ---- names: {key, choices: [box]}, the most important first, each with its best choice first ---- */

/**
 * Place names inside `room` where nothing in `taken` (boxes) is. A name stays at the choice it has
 * in `held` (key → its number) while that is free. Returns {placed: key → number, hidden: [key]}.
 */
export function nameable(items, taken, room, side, held = new Map()) {
  const found = new Boxes(side);
  for (const box of taken) found.add({ box });
  const inside = (box) =>
    box.x >= room.x &&
    box.y >= room.y &&
    box.x + box.w <= room.x + room.w &&
    box.y + box.h <= room.y + room.h;
  const placed = new Map();
  const hidden = [];
  for (const { key, choices } of items) {
    const fits = (n) => n in choices && inside(choices[n]) && found.hit(choices[n]) === null;
    const before = held.get(key);
    const n = fits(before) ? before : choices.findIndex((_, index) => fits(index));
    if (n < 0) hidden.push(key);
    else {
      found.add({ box: choices[n] });
      placed.set(key, n);
    }
  }
  return { placed, hidden };
}
