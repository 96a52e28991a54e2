/* One connection to /stream that never gives up.
 *
 * Out go `frame`, `beat` and `down`; a gap in the versions, an error or a silent link closes
 * the connection and opens a new one, whose first frame is full. Loaded by the page and by
 * the shared worker.
 */
(function (root) {
  "use strict";

  const FIRST_MS = 500;
  const LONGEST_MS = 5000;
  /* The server beats every second. */
  const SILENT_MS = 4000;

  class Source {
    constructor(url, on) {
      this.url = url;
      this.on = on;
      this.held = new root.gridwallMerge.Held();
      this.tries = 0;
      this.events = null;
      this.heard = performance.now();
      this.timer = null;
      this.watch = setInterval(() => this.check(), 1000);
      this.open();
    }

    open() {
      this.timer = null;
      this.heard = performance.now();
      this.held = new root.gridwallMerge.Held();
      const events = new EventSource(this.url);
      this.events = events;
      events.addEventListener("frame", (event) => this.frame(events, event));
      events.addEventListener("beat", (event) => this.beat(events, event));
      /* The browser's own retry keeps its interval to itself; ours is jittered and bounded. */
      events.onerror = () => {
        if (events === this.events) this.again();
      };
    }

    frame(events, event) {
      if (events !== this.events) return;
      this.heard = performance.now();
      const frame = JSON.parse(event.data);
      if (this.held.take(frame) === null) {
        this.again();
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
      if (this.events !== null && performance.now() - this.heard > SILENT_MS) this.again();
    }

    again() {
      this.shut();
      this.on.down();
      if (this.timer !== null) return;
      const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
      this.tries += 1;
      /* Jitter: a thousand walls must not come back in the same instant. */
      this.timer = setTimeout(() => this.open(), FIRST_MS + Math.random() * (most - FIRST_MS));
    }

    shut() {
      if (this.events === null) return;
      this.events.close();
      this.events = null;
    }

    end() {
      clearInterval(this.watch);
      clearTimeout(this.timer);
      this.shut();
    }
  }

  root.gridwallSource = { Source, SILENT_MS };
})(self);
