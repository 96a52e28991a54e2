/* The style guide (layouts/styleguide). In a frame: the real renderers, fed with one fixed frame
 * and its sign of life instead of the stream. On the guide's page: frames are loaded when they
 * come near the view and let go when they are far, for each is a page of its own.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const BEAT_MS = 1000;
  const NEAR = "300px";
  const FAR = "2500px";
  const connect = gw.connect;

  function feed(frame) {
    /* Nothing is behind, and there is nothing to ask anew. */
    gw.heldVersion = () => 1;
    gw.refresh = () => {};
    if (frame.dataset.beat === "") return;
    const beat = JSON.parse(frame.dataset.beat);
    gw.state.beat(beat, 0);
    gw.state.framed(1);
    if (frame.dataset.beating === "") return;
    setInterval(() => gw.state.beat(beat, 0), BEAT_MS);
  }

  gw.connect = function () {
    const frame = document.getElementById("gw-guide");
    if (frame === null) connect();
    else if (gw.names !== null) feed(frame);
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
})();
