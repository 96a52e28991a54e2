/* One stream for all of a browser's tabs.
 *
 * Over HTTP/1.1 a browser opens six connections to a host at most: the seventh wall in one
 * browser would hang without a word. This shared worker holds the one connection and hands
 * its frames and beats to every tab; a tab that joins gets what is held as a full frame.
 * As a plain script in a page (Dash includes every script of the folder) it does nothing.
 */
(function (root) {
  "use strict";

  if (typeof SharedWorkerGlobalScope === "undefined") return;

  const query = root.location.search;
  root.importScripts("stream/merge.js" + query, "stream/source.js" + query);

  const GONE_MS = 150000;
  const ports = new Map();
  let source = null;
  let lastBeat = null;

  function all(message) {
    for (const port of ports.keys()) port.postMessage(message);
  }

  function connect() {
    lastBeat = null;
    source = new root.gridwallSource.Source("/stream", {
      frame: (frame) => all({ frame }),
      beat: (beat) => {
        lastBeat = { beat, at: performance.now() };
        all({ beat, late: 0 });
      },
      down: () => all({ down: true }),
    });
  }

  /** What is held, as a full frame. */
  function tell(port) {
    const full = source === null ? null : source.held.full();
    if (full !== null) port.postMessage({ frame: full });
  }

  function leave(port) {
    ports.delete(port);
    if (ports.size === 0 && source !== null) {
      source.end();
      source = null;
    }
  }

  root.addEventListener("connect", (event) => {
    const port = event.ports[0];
    ports.set(port, performance.now());
    port.onmessage = (message) => {
      if (message.data === "bye") leave(port);
      else ports.set(port, performance.now());
      if (message.data === "full") tell(port);
    };
    port.postMessage({ hello: true });
    if (source === null) {
      connect();
      return;
    }
    tell(port);
    if (lastBeat !== null) {
      port.postMessage({ beat: lastBeat.beat, late: performance.now() - lastBeat.at });
    }
  });

  /* A tab that crashed never says bye. */
  setInterval(() => {
    const now = performance.now();
    for (const [port, seen] of ports) if (now - seen > GONE_MS) leave(port);
  }, 30000);
})(self);
