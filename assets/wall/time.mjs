/* The wall's time: the domain clock as the server beats it, never this computer's clock. */

import { duration } from "../durations.mjs";
import { twice } from "../twice.mjs";
import { DASH, names, text } from "./names.mjs";

let base = null;
let stopped = null;
let shapes = null;

export const time = {};

/** A beat: domain time `now`, running `speed` domain seconds a second, heard `late` ms ago. */
time.beat = function (now, speed, late) {
  base = { now, speed, at: performance.now() - late };
  stopped = null;
};

/** Hold the clock at the last beat: nothing has shown since that time goes on. */
time.stop = function () {
  if (stopped === null && base !== null) stopped = base.now;
};

/** Domain time in ms, or null before the first beat. */
time.now = function () {
  if (base === null) return null;
  if (stopped !== null) return stopped;
  return base.now + base.speed * (performance.now() - base.at);
};

function get() {
  if (shapes !== null) return shapes;
  const { locale, zone } = names;
  const plain = { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
  shapes = {
    clock: new Intl.DateTimeFormat(locale, { ...plain, second: "2-digit" }),
    minute: new Intl.DateTimeFormat(locale, plain),
    hour: new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      hour: "numeric",
      minute: "numeric",
    }),
    date: new Intl.DateTimeFormat(locale, {
      timeZone: zone,
      year: "numeric",
      month: locale.startsWith("zh") ? "long" : "short",
      day: "numeric",
      weekday: locale.startsWith("zh") ? "long" : "short",
    }),
    zone: new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" }),
  };
  return shapes;
}

/** Hours, minutes and seconds, where the zone is next to it. */
time.reading = (ms) => (Number.isFinite(ms) ? get().clock.format(ms) : DASH);
time.clock = (ms) =>
  Number.isFinite(ms) ? get().clock.format(ms) + twice(ms, names.zone) : DASH;
time.minute = (ms) => get().minute.format(ms) + twice(ms, names.zone);
time.date = (ms) => get().date.format(ms);

let calendar = null;

/** A day or a month of the calendar in words, of YYYYMMDD or "YYYY-MM"; it has no zone. */
time.named = function (date) {
  const [, year, month, day] = /^(\d{4})-?(\d\d)-?(\d\d)?$/.exec(String(date || "")) || [];
  if (year === undefined) return DASH;
  if (calendar === null) {
    const { locale } = names;
    const plain = { timeZone: "UTC", month: "long" };
    calendar = {
      day: new Intl.DateTimeFormat(locale, { ...plain, day: "numeric", weekday: "long" }),
      month: new Intl.DateTimeFormat(locale, { ...plain, year: "numeric" }),
    };
  }
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day || 1));
  return calendar[day ? "day" : "month"].format(at);
};

/** The zone as an offset: UTC+8, UTC−08:00 → UTC−8. */
time.zone = function (ms) {
  const part = get()
    .zone.formatToParts(ms)
    .find((p) => p.type === "timeZoneName");
  const found = /([+-])(\d\d):(\d\d)/.exec(part ? part.value : "");
  if (found === null) return "UTC";
  const minutes = found[3] === "00" ? "" : ":" + found[3];
  return "UTC" + (found[1] === "-" ? "−" : "+") + Number(found[2]) + minutes;
};

/** Hour and minute of day in the city's zone. */
time.parts = function (ms) {
  const out = {};
  for (const part of get().hour.formatToParts(ms)) out[part.type] = Number(part.value);
  return out;
};

/** How long something has lasted, to the second; from a day on in one or two units. */
time.span = function (ms) {
  if (ms >= 86400000) return time.length(ms);
  const two = (n) => String(n).padStart(2, "0");
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const hours = Math.floor(seconds / 3600);
  const rest = two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
  return hours > 0 ? hours + ":" + rest : rest;
};

/** A length of time in one or two units. */
time.length = (ms) => duration(ms, (word, n) => text("unit." + word, { n }));
