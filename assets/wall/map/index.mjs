/* Which marks lie where: a fixed grid over the city in the world's own measure, so that neither
 * pan nor zoom has anything to rebuild.
 */

import { map } from "./map.mjs";

const SIDE = 160;

/** A mark needs mx and my; `slot` is the index's own. */
export class Index {
  constructor([[south, west], [north, east]]) {
    [this.x, this.y] = map.world(west, north);
    const [x, y] = map.world(east, south);
    this.w = (x - this.x) / SIDE;
    this.h = (y - this.y) / SIDE;
    this.slots = new Array(SIDE * SIDE);
    this.size = 0;
  }

  /* What is outside the city is kept at its edge, where a look beyond the edge finds it. */
  column(mx) {
    return Math.max(0, Math.min(SIDE - 1, Math.floor((mx - this.x) / this.w)));
  }

  row(my) {
    return Math.max(0, Math.min(SIDE - 1, Math.floor((my - this.y) / this.h)));
  }

  add(one) {
    one.slot = this.row(one.my) * SIDE + this.column(one.mx);
    const slot = this.slots[one.slot];
    if (slot === undefined) this.slots[one.slot] = new Set([one]);
    else slot.add(one);
    this.size += 1;
  }

  remove(one) {
    const slot = this.slots[one.slot];
    if (slot === undefined || !slot.delete(one)) return;
    this.size -= 1;
    /* Over weeks a mark has been everywhere: empty cells are dropped. */
    if (slot.size === 0) this.slots[one.slot] = undefined;
  }

  /** Call `fn` with each mark that may lie between two corners. */
  within(left, top, right, bottom, fn) {
    const [c1, c2] = [this.column(left), this.column(right)];
    const [r1, r2] = [this.row(top), this.row(bottom)];
    for (let r = r1; r <= r2; r += 1) {
      for (let c = c1; c <= c2; c += 1) {
        const slot = this.slots[r * SIDE + c];
        if (slot !== undefined) for (const one of slot) fn(one);
      }
    }
  }
}
