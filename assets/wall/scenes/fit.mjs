/* Lists that show as many whole rows as their place has room for, never a cut one.
 *
 * `fit(list, shape)` makes a list know its room: `shape.least` is a row's height in px of the
 * design, `shape.grow` how many times that at most, `shape.wide` the width from which a second column
 * is worth it, `shape.draw` is called when the room has changed. `room(total)` answers how many rows to show and sets the height they
 * get: they grow a little to fill the place. Sizes come from an observer, so that drawing a frame
 * never asks the browser for its layout.
 */

import { unit } from "../base.mjs";
import { names } from "../names.mjs";

/* So much taller than needed a row may get; more would look like a form. */
const GROW = 1.34;
const GAP = 26;

/** `total` rows in `height` px: how many fit in each column, and how tall they are. */
function whole(height, least, total, columns, grow) {
  const fit = Math.max(0, Math.floor((height + 0.5) / least));
  const shown = Math.min(total, fit * columns);
  const lines = Math.min(fit, Math.max(1, Math.ceil(shown / columns)));
  const row = shown === 0 ? 0 : Math.min(height / lines, least * (grow || GROW));
  return { shown, lines, row: Math.floor(row * 100) / 100 };
}

export function fit(list, shape) {
  if (list.gwFit) return list.gwFit;
  const fit = { width: list.clientWidth, height: list.clientHeight, asleep: false };
  list.gwFit = fit;

  fit.room = function (total) {
    if (fit.height === 0) {
      fit.width = list.clientWidth;
      fit.height = list.clientHeight;
    }
    if (fit.height === 0) return 0;
    const u = unit();
    const columns = shape.wide && fit.width >= shape.wide * u && total > 1 ? 2 : 1;
    const least = (typeof shape.least === "function" ? shape.least(fit.width / u) : shape.least) * u;
    const { shown, lines, row } = whole(fit.height, least, total, columns, shape.grow);
    const rows = list.querySelector(".rows");
    if (fit.asleep) rows.gwDrawn = false;
    fit.asleep = false;
    const style = columns + "/" + lines + "/" + row;
    if (rows.gwShape !== style) {
      rows.gwShape = style;
      /* Rows that come because there is room for them are no news. */
      rows.gwDrawn = false;
      rows.style.display = "grid";
      rows.style.gridAutoFlow = "column";
      rows.style.columnGap = GAP * u + "px";
      rows.style.gridTemplateColumns = "repeat(" + columns + ", minmax(0, 1fr))";
      rows.style.gridTemplateRows = "repeat(" + Math.max(1, lines) + ", " + row + "px)";
    }
    return shown;
  };

  new ResizeObserver(function (entries) {
    const box = entries[entries.length - 1].contentRect;
    /* A hidden list keeps the size it had: shown again it most often has it again. */
    if (box.height === 0) fit.asleep = true;
    if (box.height === 0 || (box.width === fit.width && box.height === fit.height)) return;
    fit.width = box.width;
    fit.height = box.height;
    if (names !== null) shape.draw();
  }).observe(list);
  return fit;
}
