/* The last hour of the trend: a bar a minute, its own height and times; only what changed is touched. */

import { byId, kpi, number, put, set } from "../base.mjs";
import { time } from "../time.mjs";

const MINUTE = 60_000;
const COUNT = 60;
/* a full bar has at least so many, so that a single report does not fill the panel */
const LEAST = 5;
/* where there is room for a time in full: in a narrow panel, in a wide one */
const ROOM = [11, 3];

/** The last 60 minutes, oldest first; the count is null where none is kept. */
export function lastHour(state) {
  const first = Math.round(state.minute / MINUTE) - (COUNT - 1);
  const found = state.minutes || {};
  return Array.from({ length: COUNT }, (_, n) => {
    const count = found[String((first + n) % COUNT)];
    return { at: (first + n) * MINUTE, count: count === undefined ? null : count };
  });
}

/** Where the local quarter hours are among the minutes: [number of the minute, HH:MM]. */
export function quarters(minutes) {
  const found = [];
  minutes.forEach(({ at }, n) => {
    if (time.parts(at).minute % 15 === 0) found.push([n, time.minute(at)]);
  });
  return found;
}

let shownAt = null;

function times(minutes) {
  if (shownAt === minutes[0].at) return;
  shownAt = minutes[0].at;
  const marks = quarters(minutes);
  byId("gw-trend-hour").querySelectorAll(".times > span").forEach((node, n) => {
    node.hidden = marks[n] === undefined;
    if (node.hidden) return;
    const [place, words] = marks[n];
    put(node, words);
    node.style.left = `${(100 * (place + 0.5)) / COUNT}%`;
    const edge = Math.min(place, COUNT - 1 - place);
    const names = ["near", "nearest"].filter((_, size) => edge < ROOM[size]);
    if (time.parts(minutes[place].at).minute % 30) names.push("quarter");
    node.className = names.join(" ");
  });
}

export function drawHour(state) {
  const box = byId("gw-trend-hour");
  if (box === null) return;
  const minutes = state.minute ? lastHour(state) : [];
  box.hidden = !minutes.some((one) => one.count !== null);
  if (box.hidden) return;
  const most = Math.max(...minutes.map((one) => one.count || 0));
  byId("gw-trend-minutes").querySelectorAll("i").forEach((bar, n) => {
    const height = `${Math.round((1000 * (minutes[n].count || 0)) / Math.max(most, LEAST)) / 10}%`;
    if (bar.style.height !== height) bar.style.height = height;
    set(bar, "class", n === COUNT - 1 ? "running" : null);
  });
  number(kpi("last_hour.most"), most);
  times(minutes);
}
