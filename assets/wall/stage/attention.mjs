/* Which red event is on the stage: rules over plain numbers; no page, no clock of its own.
 *
 * What appears is news. What is already there when a page comes, or comes back after it could not
 * see for a while, is none, but for a red one that is young. Newest first; who has not been on
 * stage yet comes before who has, and the one before it keeps its place for `least`. Each has
 * `most` altogether, or until it leaves the alerts; that is shown for `farewell`, then the next.
 * `at` is a steady clock in ms, `now` the domain's.
 */

const LIMITS = {
  most: 60000,
  least: 8000,
  farewell: 3000,
  lapse: 60000,
  young: 600000,
  lit: 10000,
  settle: 2000,
  /* a list this long may have been cut: what slides in at its end is old */
  room: 20,
};

export class Attention {
  constructor(limits) {
    this.limits = { ...LIMITS, ...limits };
    this.known = new Map();
    this.waiting = [];
    this.orange = new Map();
    this.on = null;
    this.seen = null;
    this.blind = 0;
  }

  /** The page is seen and linked: call it about every second. */
  alive(at) {
    /* what was missed comes a moment after the link does */
    if (this.lapsed(at)) this.elsewhere(at);
    this.seen = at;
  }

  lapsed(at) {
    return this.seen === null || at - this.seen > this.limits.lapse;
  }

  /** Whether what comes now is a catching-up. */
  catching(at) {
    return this.lapsed(at) || at < this.blind;
  }

  /** The page shows another place from now on: what comes with it is a catching-up. */
  elsewhere(at) {
    this.blind = at + this.limits.settle;
  }

  /** The alerts as they stand now. */
  take(rows, at, now) {
    const catching = this.catching(at);
    const last = {};
    const count = {};
    for (const row of rows) {
      last[row.level] = Math.min(row.ts, last[row.level] === undefined ? row.ts : last[row.level]);
      count[row.level] = (count[row.level] || 0) + 1;
    }
    for (const row of rows) {
      if (this.known.has(row.event_id)) continue;
      this.known.set(row.event_id, true);
      const young = row.level === "red" && now - row.ts < this.limits.young;
      const slid = count[row.level] >= this.limits.room && row.ts === last[row.level];
      if (catching ? !young : slid && !young) continue;
      if (row.level === "red") this.waiting.push({ id: row.event_id, ts: row.ts, spent: 0 });
      else this.orange.set(row.event_id, at + this.limits.lit);
    }
    const here = new Set(rows.map((row) => row.event_id));
    for (const id of this.known.keys()) if (!here.has(id)) this.known.delete(id);
    for (const id of this.orange.keys()) if (!here.has(id)) this.orange.delete(id);
    this.waiting = this.waiting.filter((one) => here.has(one.id));
    if (this.on !== null && this.on.gone === null && !here.has(this.on.id)) this.on.gone = at;
  }

  /** Who is on stage at `at`: {id, first, gone, waiting}, or null. */
  look(at) {
    this.leave(at);
    let first = false;
    if (this.on === null && this.waiting.length > 0) {
      const fresh = (one) => (one.spent === 0 ? 1 : 0);
      this.waiting.sort((a, b) => fresh(b) - fresh(a) || b.ts - a.ts || (a.id < b.id ? -1 : 1));
      const { id, ts, spent } = this.waiting.shift();
      first = spent === 0;
      this.on = { id, ts, spent, since: at, gone: null };
    }
    if (this.on === null) return null;
    return { id: this.on.id, first, gone: this.on.gone !== null, waiting: this.waiting.length };
  }

  leave(at) {
    const { most, least, farewell } = this.limits;
    const on = this.on;
    if (on === null) return;
    if (on.gone !== null) {
      if (at - on.gone >= farewell) this.on = null;
      return;
    }
    const spent = on.spent + at - on.since;
    if (spent >= most) this.on = null;
    else if (at - on.since >= least && this.waiting.some((one) => one.spent === 0)) {
      this.waiting.push({ id: on.id, ts: on.ts, spent });
      this.on = null;
    }
  }

  /** The orange events that are lit at `at`. */
  lit(at) {
    for (const [id, until] of this.orange) if (until <= at) this.orange.delete(id);
    return [...this.orange.keys()];
  }
}
