/* The style guide (layouts/styleguide). In a frame: the real renderers, fed with one fixed frame
 * and its sign of life instead of the stream. On the guide's page: frames are loaded when they
 * come near the view and removed when they are far, for each is a page of its own.
 */

import { stream } from "../stream/page.mjs";
import { names } from "../wall/names.mjs";
import { state } from "../wall/state.mjs";

const BEAT_MS = 1000;
const NEAR = "300px";
const FAR = "2500px";
const { connect } = stream;

function feed(frame) {
  /* The style guide has no stream that could lag behind or be asked again. */
  stream.heldVersion = () => 1;
  stream.refresh = () => {};
  if (frame.dataset.beat === "") return;
  const beat = JSON.parse(frame.dataset.beat);
  state.beat(beat, 0);
  state.framed(1);
  if (frame.dataset.beating === "") return;
  setInterval(() => state.beat(beat, 0), BEAT_MS);
}

stream.connect = function () {
  const frame = document.getElementById("gw-guide");
  if (frame === null) connect();
  else if (names !== null) feed(frame);
};

function load(slot) {
  if (slot.firstChild !== null) return;
  const frame = document.createElement("iframe");
  frame.src = slot.dataset.frame;
  frame.title = slot.title;
  slot.appendChild(frame);
}

function watch(slots) {
  const each = (act) => (entries) => {
    for (const entry of entries) act(entry.target, entry.isIntersecting);
  };
  const near = new IntersectionObserver(
    each((slot, seen) => {
      if (seen) load(slot);
    }),
    { rootMargin: NEAR },
  );
  const far = new IntersectionObserver(
    each((slot, seen) => {
      if (!seen) slot.replaceChildren();
    }),
    { rootMargin: FAR },
  );
  for (const slot of slots) {
    near.observe(slot);
    far.observe(slot);
  }
}

if (/\/styleguide\/?$/.test(window.location.pathname)) {
  const wait = new MutationObserver(() => {
    const slots = document.querySelectorAll("[data-frame]");
    if (slots.length === 0) return;
    wait.disconnect();
    document.documentElement.lang = document.querySelector(".guide").lang;
    watch(slots);
  });
  wait.observe(document, { childList: true, subtree: true });
}
