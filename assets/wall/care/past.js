/* A wall that plays the past: no stream, no alarms; whoever embeds it hands it frames.
 *
 * `/wall?past=1` in a frame of the same origin. `gridwallPast.show(frame, speed)` takes what
 * /api/v1/past/frames gives, draws it with the wall's own renderers, and runs the clock on from
 * the frame's moment at `speed` domain seconds a second. `ready` is called when it can.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  if (!new URLSearchParams(window.location.search).has("past")) return;

  const AGAIN_MS = 1000;
  const held = new window.gridwallMerge.Held();
  const player = (window.gridwallPast = { ready: null, started: false, at: null });
  let beat = null;

  gw.past = { words: () => gw.text("past.banner", { at: gw.time.date(gw.time.now()) }) };

  /** The same beat again, so that nobody takes the silence for a lost link. */
  function again() {
    if (beat === null || gw.time.now() === null) return;
    tell(gw.time.now());
  }

  function tell(now) {
    beat.now = now;
    gw.state.beat({ ...beat }, 0);
  }

  player.show = function (frame, speed) {
    if (held.take(frame) === null) return false;
    player.at = frame.at;
    beat = { speed, age: 0, health: { state: "live" }, wall: Date.now(), checked: {}, parts: {} };
    tell(frame.at);
    window.dash_clientside.gridwall.draw({ v: held.version, panels: held.panels });
    return true;
  };

  /** Hold the clock where it is. */
  player.hold = function () {
    if (beat === null) return;
    const now = gw.time.now();
    beat.speed = 0;
    tell(now);
  };

  /* No stream, nothing to come back to, and no reason to load the page anew. */
  gw.connect = () => {
    player.started = true;
    if (player.ready !== null) player.ready();
  };
  gw.refresh = () => {};
  gw.follow = () => {};
  gw.heldVersion = () => held.version;

  gw.onStart(function () {
    document.body.dataset.past = "yes";
    gw.reload.soon = () => {};
    /* nothing comes on stage and nothing sounds: what was news is none now */
    gw.listeners.delete("alerts");
    setInterval(again, AGAIN_MS);
  });
})();
