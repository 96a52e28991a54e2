/* The first script of a page: where the others register. It is loaded before them, so that
 * they may call these at once.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});

  /* {words}, where this wall is not live but plays the past (wall/care/past.js); else null */
  gw.past = null;

  /* name → {render, panels}; drawn by wall/base.js */
  gw.renderers = new Map();

  /**
   * Register a stream panel's renderer: called with each new state, never before the names are
   * there. `panels`: the panels on the page that show it; it is not called while all of them are
   * hidden, and called at once when one is shown. Without `panels` it is always called.
   */
  gw.panel = function (name, render, ...panels) {
    gw.renderers.set(name, { render, panels });
  };

  gw.listeners = new Map();

  /** Hear each new state of a stream's panel before it is drawn, shown or not; any number may. */
  gw.listen = function (name, hear) {
    gw.listeners.set(name, [...(gw.listeners.get(name) || []), hear]);
  };

  gw.ticks = [];

  /** Call `fn` with domain now about once a second (countdowns); not while `panel` is hidden. */
  gw.every = function (fn, panel) {
    gw.ticks.push(
      panel === undefined
        ? fn
        : (now) => {
            if (gw.shown(panel)) fn(now);
          },
    );
  };

  gw.begins = [];

  /** Call `fn` once the names and the page are there, before the first draw. */
  gw.onStart = (fn) => gw.begins.push(fn);

  gw.beats = [];

  /** Call `fn` with each beat of the server, about once a second. */
  gw.onBeat = (fn) => gw.beats.push(fn);

  gw.changes = [];

  /** Call `fn` after the scene, its layout or the size changed. */
  gw.onLayout = (fn) => gw.changes.push(fn);
})();
