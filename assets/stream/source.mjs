/* One connection to a stream that never gives up.
 *
 * Out go `frame`, `beat` and `down`; a gap in the versions, an error or a silent link closes
 * the connection and opens a new one, whose first frame is full. Loaded by the page and by the
 * shared worker. When a server comes back, a thousand walls must not: each waits its own share of
 * SPREAD_MS, which grows to LONGEST_MS, so that all are back within 15 s of its return. An answer
 * other than a stream is looked at: its Retry-After is kept, and `refused` gets its status.
 */

import { Held } from "./merge.mjs";

const LEAST_MS = 500;
const SPREAD_MS = 5000;
const LONGEST_MS = 8000;
/* A gap concerns one client only: it need not wait for the others. */
const GAP_MS = 1000;
const LONGEST_RETRY_MS = 120000;
/* The server beats every second. */
const SILENT_MS = 4000;
const ANSWER_MS = 5000;

/** The rule: how long to wait before a try; `tries` since a frame came, `chance` in 0 … 1. */
export function pause(tries, chance, afterMs) {
  const most = Math.min(LONGEST_MS, SPREAD_MS * 2 ** tries);
  const own = LEAST_MS + chance * (most - LEAST_MS);
  if (!afterMs) return own;
  /* Never earlier than asked for, and not all at that very moment. */
  return Math.min(LONGEST_RETRY_MS, afterMs) + chance * SPREAD_MS;
}

/** Retry-After in ms: seconds or a date; 0 if there is none. */
export function retryAfter(value) {
  if (!value) return 0;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(value) - Date.now();
  return Math.max(0, ms) || 0;
}

export class Source {
  constructor(url, on) {
    this.url = url;
    this.on = on;
    this.held = new Held();
    this.tries = 0;
    this.events = null;
    this.ended = false;
    this.heard = performance.now();
    this.timer = null;
    this.watch = setInterval(() => this.check(), 1000);
    this.open();
  }

  open() {
    this.timer = null;
    this.heard = performance.now();
    this.held = new Held();
    const events = new EventSource(this.url);
    this.events = events;
    events.addEventListener("frame", (event) => this.frame(events, event));
    events.addEventListener("beat", (event) => this.beat(events, event));
    /* The browser's own retry keeps its interval to itself; ours is jittered and bounded. */
    events.onerror = () => {
      if (events !== this.events) return;
      /* Closed at once: there was an answer, and it was no stream. */
      const answered = events.readyState === EventSource.CLOSED;
      this.shut();
      this.on.down();
      if (answered) this.ask();
      else this.later(0);
    };
  }

  frame(events, event) {
    if (events !== this.events) return;
    this.heard = performance.now();
    const frame = JSON.parse(event.data);
    if (this.held.take(frame) === null) {
      this.again(this.tries === 0 ? Math.random() * GAP_MS : null);
      return;
    }
    this.tries = 0;
    this.on.frame(frame);
  }

  beat(events, event) {
    if (events !== this.events) return;
    this.heard = performance.now();
    this.on.beat(JSON.parse(event.data));
  }

  check() {
    if (this.events !== null && performance.now() - this.heard > SILENT_MS) this.again(null);
  }

  /** Close what is open and come back, after `wait` ms or by the rule. */
  again(wait) {
    this.shut();
    this.on.down();
    this.later(0, wait);
  }

  /** What the server answers instead of a stream. */
  async ask() {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ANSWER_MS);
    let after = 0;
    let status = 0;
    try {
      const answer = await fetch(this.url, { signal: stop.signal, cache: "no-store" });
      status = answer.status;
      after = retryAfter(answer.headers.get("Retry-After"));
    } catch {
      /* Gone again: the rule holds. */
    }
    clearTimeout(timer);
    stop.abort();
    if (this.ended) return;
    this.later(after);
    if (status >= 400 && status < 500 && this.on.refused) this.on.refused(status);
  }

  later(afterMs, wait) {
    if (this.timer !== null || this.ended) return;
    const own = pause(this.tries, Math.random(), afterMs);
    this.tries += 1;
    this.timer = setTimeout(() => this.open(), wait === null || wait === undefined ? own : wait);
  }

  shut() {
    if (this.events === null) return;
    this.events.close();
    this.events = null;
  }

  end() {
    this.ended = true;
    clearInterval(this.watch);
    clearTimeout(this.timer);
    this.shut();
  }
}
