/* One stream for all of a browser's tabs that show the same.
 *
 * Over HTTP/1.1 a browser opens six connections to a host at most: the seventh wall in one
 * browser would hang without a word. This shared worker holds one connection for each address
 * that tabs follow and hands its frames and beats to them; a tab that joins gets what is held as
 * a full frame. It also notices a tab whose page does not answer any more and reports it to the
 * server.
 */

import { Source } from "./stream/source.mjs";

const GONE_MS = 150000;
const FROZEN_MS = 30000;
/* port → {url, seen, visible, reported} */
const ports = new Map();
/* url → {source, beat} */
const topics = new Map();

function all(url, message) {
  message.url = url;
  for (const [port, tab] of ports) if (tab.url === url) port.postMessage(message);
}

function topic(url) {
  let found = topics.get(url);
  if (found !== undefined) return found;
  found = { source: null, beat: null };
  topics.set(url, found);
  found.source = new Source(url, {
    frame: (frame) => all(url, { frame }),
    beat: (beat) => {
      found.beat = { beat, at: performance.now() };
      all(url, { beat, late: 0 });
    },
    down: () => all(url, { down: true }),
    refused: (status) => all(url, { refused: status }),
  });
  return found;
}

/** What is held, as a full frame. */
function tell(port, url) {
  const full = topic(url).source.held.full();
  if (full !== null) port.postMessage({ url, frame: full });
}

/** End the streams that no tab follows. */
function sweep() {
  const wanted = new Set([...ports.values()].map((tab) => tab.url));
  for (const [url, one] of topics) {
    if (wanted.has(url)) continue;
    one.source.end();
    topics.delete(url);
  }
}

function follow(port, tab, url) {
  tab.url = url;
  sweep();
  const { beat } = topic(url);
  tell(port, url);
  if (beat !== null) {
    port.postMessage({ url, beat: beat.beat, late: performance.now() - beat.at });
  }
}

function leave(port) {
  ports.delete(port);
  sweep();
}

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  const tab = { url: null, seen: performance.now(), visible: false, reported: false };
  ports.set(port, tab);
  port.onmessage = ({ data }) => {
    if (data.bye) {
      leave(port);
      return;
    }
    tab.seen = performance.now();
    tab.reported = false;
    if (data.visible !== undefined) tab.visible = data.visible;
    if (data.follow) follow(port, tab, data.follow);
    if (data.full && tab.url !== null) tell(port, tab.url);
  };
  port.postMessage({ hello: true });
});

/* A page that hangs can't say so, and no script can revive it; the reader of the log can. */
function report(ms) {
  const body = JSON.stringify({ what: "frozen", message: Math.round(ms / 1000) + " s", count: 1 });
  const headers = { "Content-Type": "application/json" };
  fetch("/api/v1/wall-errors", { method: "POST", body, headers }).catch(() => {});
}

setInterval(() => {
  const now = performance.now();
  for (const [port, tab] of ports) {
    const silent = now - tab.seen;
    if (silent > FROZEN_MS && tab.visible && !tab.reported) {
      tab.reported = true;
      report(silent);
    }
    /* A tab that crashed never sends its bye. */
    if (silent > GONE_MS) leave(port);
  }
}, 10000);
