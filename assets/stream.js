/* The page's end of the stream: keeps the merged state and has it drawn.
 *
 * Starts once; draws from when the wall's names catalogue is there (callbacks/wall.py). What is
 * held is drawn at most every PACE_MS, all panels together, so that totals on one screen agree; a
 * hidden tab merges but draws nothing, and draws once when it is seen again.
 *
 * Drawing is called straight from here: a change of a store costs Dash some 20 ms before the
 * renderer is reached, five times what drawing costs. For callbacks that want to listen, the
 * store of the page is told every STORE_MS.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const PACE_MS = 200;
  const STORE_MS = 5000;
  const HELLO_MS = 3000;
  const ALIVE_MS = 25000;
  const CALM_MS = 5000;
  /* For the worker: the same fingerprint as this script, so that a new build gets a new one. */
  const here = document.currentScript ? document.currentScript.src : "/assets/stream.js";

  let held = null;
  let gap = false;
  let flushed = -PACE_MS;
  let told = -STORE_MS;
  let timer = null;
  let build = null;
  let started = false;
  let reconnect = () => {};

  function flush() {
    timer = null;
    if (document.hidden || held === null || gw.names === null) return;
    flushed = performance.now();
    const frame = { v: held.version, panels: held.panels };
    const dash = window.dash_clientside;
    dash.gridwall.draw(frame);
    if (flushed - told < STORE_MS) return;
    told = flushed;
    dash.set_props("gw-frame", { data: frame });
  }

  function soon() {
    if (timer !== null || document.hidden) return;
    const wait = flushed + PACE_MS - performance.now();
    timer = setTimeout(flush, Math.max(0, wait));
  }

  function onFrame(frame) {
    if (held === null) held = new window.gridwallMerge.Held();
    const names = held.take(frame);
    if (names === null) {
      /* Only a tab that missed a message gets here: ask for everything anew, once. */
      if (!gap) reconnect();
      gap = true;
      return;
    }
    gap = false;
    soon();
  }

  function onBeat(beat, late) {
    gw.state.beat(beat, late);
    if (build === null) build = beat.build;
    if (beat.build !== build) {
      build = beat.build;
      /* A moment's patience: the new server should be up before a thousand walls ask for it. */
      setTimeout(() => window.location.reload(), CALM_MS * (1 + Math.random()));
    }
  }

  const on = { frame: onFrame, beat: (beat) => onBeat(beat, 0), down: () => gw.state.down() };

  function direct() {
    const source = new window.gridwallSource.Source("/stream", on);
    reconnect = () => source.again();
    window.addEventListener("pagehide", () => source.end(), { once: true });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
    });
  }

  /** Through the shared worker; calls `instead` once if it does not answer. */
  function shared(instead) {
    let said = false;
    let given = false;
    const giveUp = () => {
      if (said || given) return;
      given = true;
      instead();
    };
    let worker;
    try {
      worker = new SharedWorker(here.replace("stream.js", "stream.worker.js"), "gridwall");
    } catch {
      giveUp();
      return;
    }
    worker.onerror = giveUp;
    const port = worker.port;
    port.onmessage = (event) => {
      if (given) return;
      const message = event.data;
      said = true;
      if (message.frame) onFrame(message.frame);
      else if (message.beat) onBeat(message.beat, message.late);
      else if (message.down) on.down();
    };
    port.start();
    setTimeout(giveUp, HELLO_MS);
    setInterval(() => port.postMessage("here"), ALIVE_MS);
    window.addEventListener("pagehide", () => port.postMessage("bye"), { once: true });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
    });
    reconnect = () => port.postMessage("full");
  }

  /** Open the stream; if it is open, draw what has come. */
  gw.connect = function () {
    if (started) {
      flush();
      return;
    }
    started = true;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      gw.points.quiet();
      soon();
    });
    if (typeof SharedWorker === "function") shared(direct);
    else direct();
  };

  /* The stream needs nothing of the page: on a wall it opens while Dash still asks for the layout. */
  document.addEventListener("DOMContentLoaded", () => {
    if (/\/wall\/?$/.test(window.location.pathname)) gw.connect();
  });
})();
