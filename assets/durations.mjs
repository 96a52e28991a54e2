/* Written by scripts/durations_js.py from dashboard/config/words/durations.py; not by hand. */

const UNITS = [
  { word: "day", ms: 86400000, restWord: "hour", restMs: 3600000, restUntil: 864000000 },
  { word: "hour", ms: 3600000, restWord: "rest_minute", restMs: 60000, restUntil: 0 },
  { word: "minute", ms: 60000, restWord: "", restMs: 0, restUntil: 0 },
  { word: "second", ms: 1000, restWord: "", restMs: 0, restUntil: 0 },
];

/**
 * A length of `ms` milliseconds in one or two units, as pages, exports and briefs write it.
 * `unit(word, n)` returns the message `unit.<word>` for a number.
 */
export function duration(ms, unit) {
  const whole = Math.floor(Math.abs(ms));
  const used = UNITS.find((one) => whole >= one.ms) || UNITS[UNITS.length - 1];
  const first = unit(used.word, Math.floor(whole / used.ms));
  if (!used.restMs || (used.restUntil && whole >= used.restUntil)) return first;
  const rest = Math.floor((whole % used.ms) / used.restMs);
  return rest ? first + " " + unit(used.restWord, rest) : first;
}
