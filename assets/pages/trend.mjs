/* The trend of a leaders' page: a span that is dragged over it becomes the page's range. */

import { address } from "./shell.mjs";

/** The range of the points from `from` to `until` on the axis, or "" if that is all of them. */
export function rangeOf(bounds, byDay, from, until) {
  const last = bounds.length - (byDay ? 1 : 2);
  const at = (place) => Math.min(last, Math.max(0, Math.round(place)));
  const [a, b] = [at(Math.min(from, until)), at(Math.max(from, until))];
  if (a === 0 && b === last) return "";
  if (!byDay) return `${bounds[a]}..${bounds[b + 1]}`;
  return a === b ? bounds[a] : `${bounds[a]}..${bounds[b]}`;
}

/** A span was dragged: the address that shows it as finely as there is room for. */
export function open(moved, figure, ask) {
  const none = window.dash_clientside.no_update;
  const [from, until] = [moved?.["xaxis.range[0]"], moved?.["xaxis.range[1]"]];
  if (from === undefined || until === undefined) return none;
  const { bounds, by_day: byDay } = figure.layout.meta;
  const range = rangeOf(bounds, byDay, from, until);
  return range ? address(ask.path, { ...ask.query, range }) : none;
}

/** Fingers scroll the page over the chart; a span is dragged with a mouse or a pen. */
export function plain(_, figure) {
  if (!window.matchMedia("(pointer: coarse)").matches) return window.dash_clientside.no_update;
  return { ...figure, layout: { ...figure.layout, dragmode: false } };
}
