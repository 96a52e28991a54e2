/* Which red events are on the stage: rules over plain numbers; no page, no clock of its own.
 *
 * A red event is called to the stage when it is news, and again at each step of its escalation.
 * What appears is news. What is already there when a page comes, or comes back after it could not
 * see for a while, is none, but for a red one that is young. As many share the stage as there is
 * room for; one that was not shown since its call comes before one that was, then the newest, then
 * by id. Each keeps its place for `least`, and has `most` altogether for a call, or until it leaves
 * the alerts; that is shown for `farewell`. `at` is a steady clock in ms, `now` the domain's.
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

/** Newest first, ties by id. */
const newest = (a, b) => b.ts - a.ts || (a.id < b.id ? -1 : 1);

/** Unanswered events by how much they press: the highest step, then the longest wait, then the id. */
export const pressing = (a, b) =>
  (b.step || 0) - (a.step || 0) || a.ts - b.ts || (a.event_id < b.event_id ? -1 : 1);

export class Attention {
  constructor(limits) {
    this.limits = { ...LIMITS, ...limits };
    /* event → {level, step} as last seen */
    this.known = new Map();
    /* those called: {id, ts, step, spent, since (null: not on stage), shown, gone} */
    this.called = [];
    this.orange = new Map();
    this.seen = null;
    this.blind = 0;
    this.places = 1;
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

  /** The alerts as they are now. */
  take(rows, at, now) {
    const catching = this.catching(at);
    const last = {};
    const count = {};
    for (const row of rows) {
      last[row.level] = Math.min(row.ts, last[row.level] === undefined ? row.ts : last[row.level]);
      count[row.level] = (count[row.level] || 0) + 1;
    }
    for (const row of rows) {
      const step = row.step || 0;
      const before = this.known.get(row.event_id);
      this.known.set(row.event_id, { level: row.level, step });
      if (before !== undefined) {
        const worse = before.level !== "red" || step > before.step;
        if (row.level === "red" && worse && !catching) this.call(row, step, at);
        continue;
      }
      const young = row.level === "red" && now - row.ts < this.limits.young;
      const slid = count[row.level] >= this.limits.room && row.ts === last[row.level];
      if (catching ? !young : slid && !young) continue;
      if (row.level === "red") this.call(row, 0, at);
      else this.orange.set(row.event_id, at + this.limits.lit);
    }
    const here = new Map(rows.map((row) => [row.event_id, row.level]));
    for (const id of this.known.keys()) if (!here.has(id)) this.known.delete(id);
    for (const id of this.orange.keys()) if (here.get(id) !== "orange") this.orange.delete(id);
    for (const one of this.called) if (one.gone === null && here.get(one.id) !== "red") one.gone = at;
    /* who leaves without having been seen needs no farewell */
    this.called = this.called.filter((one) => one.gone === null || one.since !== null);
  }

  /** Call an event to the stage: as news (step 0), or at a step of its escalation. */
  call({ event_id: id, ts }, step, at) {
    const before = this.called.find((one) => one.id === id);
    const since = before === undefined || before.since === null ? null : at;
    const fresh = { id, ts, step, spent: 0, since, shown: false, gone: null };
    if (before === undefined) this.called.push(fresh);
    else Object.assign(before, fresh);
  }

  /** Who is on stage at `at`, of at most `places`: [{id, step, first, gone}], unanswered first. */
  look(at, places = 1) {
    const { most, least, farewell } = this.limits;
    this.places = places;
    const used = (one) => one.spent + (one.since === null ? 0 : at - one.since);
    this.called = this.called.filter((one) =>
      one.gone === null ? used(one) < most : at - one.gone < farewell,
    );
    const rank = (one) => {
      if (one.since !== null && (one.gone !== null || at - one.since < least)) return 0;
      if (!one.shown) return 1;
      return one.since !== null ? 2 : 3;
    };
    const order = [...this.called].sort((a, b) => rank(a) - rank(b) || newest(a, b));
    const on = order.slice(0, places);
    for (const one of order.slice(places)) {
      one.spent = used(one);
      one.since = null;
    }
    const left = (one) => (one.gone === null ? 0 : 1);
    on.sort((a, b) => left(a) - left(b) || newest(a, b));
    return on.map((one) => {
      const first = !one.shown;
      one.shown = true;
      if (one.since === null) one.since = at;
      return { id: one.id, step: one.step, first, gone: one.gone !== null };
    });
  }

  /** When the stage is free again if nothing else happens; null if it is free. */
  free(at) {
    const left = this.called.map(({ gone, spent, since }) =>
      gone === null
        ? this.limits.most - spent - (since === null ? 0 : at - since)
        : gone + this.limits.farewell - at,
    );
    if (left.length === 0) return null;
    const all = left.reduce((sum, one) => sum + one, 0);
    return at + Math.max(...left, all / this.places);
  }

  /** The orange events that are lit at `at`. */
  lit(at) {
    for (const [id, until] of this.orange) if (until <= at) this.orange.delete(id);
    return [...this.orange.keys()];
  }
}
