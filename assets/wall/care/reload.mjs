/* Loading the page again without anybody noticing: spread over time, at a calm moment, and only
 * once the server answers. `reload.soon(reason, spread)`; a second wish while one is pending
 * changes nothing. What keeps being wished for is granted ever more rarely.
 */

import { attention } from "../stage/onstage.mjs";

const LOOK_MS = 1000;
/* However busy the wall is, it is not put off for longer. */
const PATIENCE_MS = 600000;
const ANSWER_MS = 5000;
/* reason → at most once in so many ms, kept over reloads */
const AT_MOST = { version: 120000, errors: 600000, stuck: 600000, canvas: 600000 };
export const reload = { SPREAD_MS: 60000, pending: null };

/** Whether nothing is going on that a new page would tear away: no red is on stage. */
export function calm() {
  return !(attention.busy());
}

function mayFor(reason) {
  const least = AT_MOST[reason];
  if (least === undefined) return true;
  const key = "gw-reload-" + reason;
  try {
    const last = Number(sessionStorage.getItem(key)) || 0;
    if (Date.now() >= last && Date.now() - last < least) return false;
    sessionStorage.setItem(key, String(Date.now()));
  } catch {
    /* No storage here: the page's own age has to do. */
    return performance.now() > least;
  }
  return true;
}

async function answers() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    return (await fetch("/healthz", { signal: stop.signal, cache: "no-store" })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(since) {
  const urgent = reload.pending === "unpaired" || performance.now() - since > PATIENCE_MS;
  if ((urgent || calm()) && (await answers())) window.location.reload();
  else setTimeout(attempt, LOOK_MS, since);
}

reload.soon = function (reason, spread) {
  if (reload.pending !== null || !mayFor(reason)) return;
  reload.pending = reason;
  setTimeout(attempt, Math.random() * spread, performance.now());
};
