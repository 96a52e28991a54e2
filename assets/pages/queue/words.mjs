/* The queue's words: numbers, times and units in the page's language. Filled when the page begins. */

import { duration } from "../../durations.mjs";
import { twice } from "../../twice.mjs";
import { say } from "../../words.mjs";
import { queue } from "./state.mjs";

const DAY = 86400000;

/** The domain's time, carried on since the server last sent it. */
let serverNow = 0, heard = 0;
export const setNow = (now) => {
  serverNow = now;
  heard = performance.now();
};
export const now = () => serverNow + Math.min(performance.now() - heard, 10000);

export const word = (key, values) =>
  (queue.setup && say(queue.setup.text, queue.setup.locale, key, values)) ?? "";

/** A length of time in one or two units. */
export const length = (ms) => duration(ms, (name, n) => word("unit." + name, { n }));

const shapes = new Map();
/* half a year back, a day without its year could be taken for another */
export const timeWords = (ms, shape) => {
  const old = shape === "day" && now() - ms > 180 * DAY;
  const key = shape + old + queue.setup.locale + queue.setup.zone;
  if (!shapes.has(key)) {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const day = { month: "2-digit", day: "2-digit", ...(old ? { year: "numeric" } : clock) };
    const options = shape === "clock" ? clock : day;
    const zoned = { ...options, timeZone: queue.setup.zone };
    shapes.set(key, new Intl.DateTimeFormat(queue.setup.locale, zoned));
  }
  return shapes.get(key).format(ms) + (old ? "" : twice(ms, queue.setup.zone));
};

/** A role or a unit, as an action's actor has it: its kind in words, its code after it. */
export const actorName = (actor) => {
  const [role, code] = actor.split(":");
  const name = word("review.queue.unit_" + (role || "source")) || role;
  return code ? `${name} ${code}` : name;
};

export const ownerName = (unit) => (unit ? word("owner." + unit) || unit : "");

/** An element with a class and its content; texts are only ever text. */
export const make = (tag, name, ...content) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...content.filter((one) => one !== null && one !== undefined));
  return made;
};

export const element = (name) => document.getElementById(queue.setup.ids[name]);
