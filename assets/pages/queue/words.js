/* The queue's words: numbers, times and units in the page's language. Filled when the page begins. */
(function () {
  "use strict";

  const queue = (window.gwQueue = window.gwQueue || {});
  const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

  queue.setup = null;
  /** The domain's time, carried on since the server last told it. */
  let told = 0, heard = 0;
  queue.tell = (now) => {
    told = now;
    heard = performance.now();
  };
  queue.now = () => told + Math.min(performance.now() - heard, 10000);

  queue.word = (key, values) => {
    const text = (queue.setup && queue.setup.text[key]) || "";
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : text;
  };

  /** A whole number; both languages group by thousands with a comma. */
  queue.number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  /** A stretch of time in its two largest units, in words. */
  queue.stretch = (ms) => {
    const unit = (name, n) => queue.word("unit." + name, { n });
    const left = Math.abs(ms);
    if (left >= 2 * DAY) return unit("day", Math.floor(left / DAY));
    const parts = [];
    const hours = Math.floor(left / HOUR), minutes = Math.floor((left % HOUR) / MINUTE);
    if (hours) parts.push(unit("hour", hours));
    if (minutes || !hours) parts.push(unit("minute", minutes));
    return parts.join(queue.setup.lang === "zh" ? "" : " ");
  };

  const shapes = new Map();
  /* half a year back, a day without its year could be taken for another */
  queue.time = (ms, shape) => {
    const old = shape === "day" && queue.now() - ms > 180 * DAY;
    const key = shape + old + queue.setup.locale + queue.setup.zone;
    if (!shapes.has(key)) {
      const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const day = { month: "2-digit", day: "2-digit", ...(old ? { year: "numeric" } : clock) };
      const options = shape === "clock" ? clock : day;
      const zoned = { ...options, timeZone: queue.setup.zone };
      shapes.set(key, new Intl.DateTimeFormat(queue.setup.locale, zoned));
    }
    return shapes.get(key).format(ms);
  };

  /** A role or a unit, as an action's actor has it: its kind in words, its code after it. */
  queue.unit = (actor) => {
    const [role, code] = actor.split(":");
    const name = queue.word("review.queue.unit_" + (role || "source")) || role;
    return code ? `${name} ${code}` : name;
  };

  queue.owner = (unit) => (unit ? queue.word("owner." + unit) || unit : "");

  /** An element with a class and what stands in it; texts are only ever text. */
  queue.make = (tag, name, ...content) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...content.filter((one) => one !== null && one !== undefined));
    return made;
  };

  queue.element = (name) => document.getElementById(queue.setup.ids[name]);
})();
