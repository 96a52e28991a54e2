/* Against burn-in: the whole wall moves by a pixel or two, one pixel of the design
 * further every three minutes. Too little and too rarely to be seen; what hangs over at an edge is
 * its padding. Starts where the design has it. `shift=0` turns it off.
 */

import { byId, unit } from "../base.mjs";
import { onLayout, onStart } from "../registry.mjs";

const EVERY_MS = 180000;
const REACH = 2;

/* There and back along a snake's way over the small square, from its middle. */
function path() {
  const places = [];
  for (let y = -REACH; y <= REACH; y += 1) {
    for (let x = -REACH; x <= REACH; x += 1) places.push([y % 2 ? -x : x, y]);
  }
  const round = [...places, ...places.slice(1, -1).reverse()];
  const middle = round.findIndex(([x, y]) => x === 0 && y === 0);
  return [...round.slice(middle), ...round.slice(0, middle)];
}

const round = path();
let step = 0;

function place() {
  const [x, y] = round[step % round.length];
  const dots = window.devicePixelRatio || 1;
  /* Whole dots of the screen, or every letter would be blurred. */
  const px = (n) => Math.round(n * unit() * dots) / dots + "px";
  byId("gw-wall").style.translate = x === 0 && y === 0 ? "" : px(x) + " " + px(y);
}

export const shift = { path: round, next: () => ((step += 1), place()) };

onStart(() => {
  if (new URLSearchParams(window.location.search).get("shift") === "0") return;
  setInterval(shift.next, EVERY_MS);
  onLayout(place);
});
