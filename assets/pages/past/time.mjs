/* The city's time and the page's words, for the time machine. */

import { twice } from "../../twice.mjs";
import { say } from "../../words.mjs";

const HOUR = 3600000;
let setup = null;

/** Times in the city's zone and the page's language; null before `settle`. */
export let time = null;

/** Take zone, locale and words from what the page came with. */
export function settle(given) {
  setup = given;
  time = timeOf(given.zone, given.locale);
}

export const word = (key, values) => say(setup.text, setup.locale, key, values) ?? key;

function timeOf(zone, locale) {
  const plain = { timeZone: zone, hourCycle: "h23" };
  const clock = { hour: "2-digit", minute: "2-digit" };
  const date = { year: "numeric", month: "2-digit", day: "2-digit" };
  const full = new Intl.DateTimeFormat("en-CA", { ...plain, ...date, ...clock, second: "2-digit" });
  const minute = new Intl.DateTimeFormat(locale, { ...plain, ...clock });
  const second = new Intl.DateTimeFormat(locale, { ...plain, ...clock, second: "2-digit" });

  function parts(ms) {
    const out = {};
    for (const { type, value } of full.formatToParts(ms)) out[type] = value;
    return out;
  }

  /** YYYY-MM-DD of a moment. */
  function dayOf(ms) {
    const p = parts(ms);
    return `${p.year}-${p.month}-${p.day}`;
  }

  /** HH:MM:SS of a moment, as the address has it. */
  function stamp(ms) {
    const p = parts(ms);
    return `${p.hour}:${p.minute}:${p.second}`;
  }

  /** When a day of the city begins, ms. */
  function startOf(day) {
    const wanted = Date.parse(`${day}T00:00:00Z`);
    let at = wanted;
    for (let n = 0; n < 2; n++) at += wanted - Date.parse(`${dayOf(at)}T${stamp(at)}Z`);
    return at;
  }

  /** The moment of a day and a time of the clock there; of two, the first; null if there is none. */
  function moment(day, clock) {
    const wanted = Date.parse(`${day}T${clock}Z`);
    const shownAt = (ms) => Date.parse(`${dayOf(ms)}T${stamp(ms)}Z`);
    let at = wanted;
    for (let n = 0; n < 3; n++) at += wanted - shownAt(at);
    if (shownAt(at) !== wanted) return null;
    return shownAt(at - HOUR) === wanted ? at - HOUR : at;
  }

  return {
    dayOf,
    stamp,
    startOf,
    moment,
    /* YYYY-MM-DD HH:MM, as it is typed */
    full: (ms) => `${dayOf(ms)} ${stamp(ms).slice(0, 5)}`,
    minute: (ms) => minute.format(ms) + twice(ms, zone),
    second: (ms) => second.format(ms) + twice(ms, zone),
  };
}
