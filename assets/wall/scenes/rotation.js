/* The rotation through the scenes. Time is counted down while nothing holds it: looked at each
 * second by a timer, and by each beat as well, so that a timer that died is noticed and the wall
 * goes on. A scene that can't be drawn does not stop it either: the next one comes in its time.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const LOOK_MS = 1000;
  /* A timer silent for so long is dead. */
  const DEAD_MS = 5000;
  /* Longer than any steering; a hold that was forgotten ends by itself. A hand's never does. */
  const LONGEST_MS = 3700 * 1000;
  const HAND = "hand";

  const holds = new Map();
  let left = null;
  let looked = null;
  let ticked = 0;
  let timer = null;
  let said = "";

  const on = () => gw.options.rotate > 0 && gw.scenes.list().length > 1;

  function held(now) {
    for (const [reason, until] of holds) if (now > until) holds.delete(reason);
    return holds.size > 0 || gw.scenes.steered();
  }

  function look() {
    const now = performance.now();
    const passed = looked === null ? 0 : now - looked;
    looked = now;
    if (!on()) {
      left = null;
    } else if (left === null) {
      left = gw.options.rotate * 1000;
    } else if (!held(now) && !document.hidden) {
      left -= passed;
      if (left <= 0) next();
    }
    say();
  }

  function next() {
    left = gw.options.rotate * 1000;
    try {
      gw.scenes.step(1);
    } catch (error) {
      console.error(error);
    }
  }

  function wind() {
    clearInterval(timer);
    ticked = performance.now();
    timer = setInterval(() => {
      ticked = performance.now();
      look();
    }, LOOK_MS);
  }

  gw.onBeat(function () {
    if (performance.now() - ticked < DEAD_MS || document.hidden) return;
    wind();
    look();
  });

  /** Nothing changes by itself while somebody holds; `seconds` is how long at most. */
  gw.scenes.hold = function (reason, seconds) {
    const most = seconds ? seconds * 1000 : LONGEST_MS;
    holds.set(reason, reason === HAND ? Infinity : performance.now() + most);
    say();
  };

  gw.scenes.release = function (reason) {
    holds.delete(reason);
    say();
  };

  gw.scenes.held = () => held(performance.now());

  /** The space bar. */
  gw.scenes.toggle = () => (holds.has(HAND) ? gw.scenes.release(HAND) : gw.scenes.hold(HAND));

  /** A hand changed the scene: it has its full time. */
  gw.scenes.turn = function (by) {
    gw.scenes.step(by);
    left = null;
    look();
  };

  /* ---- the header's mark: the scene's name, where it is in the round, whether it is held ---- */

  function dots(node, list) {
    const at = list.indexOf(gw.scenes.name);
    while (node.children.length > list.length) node.lastChild.remove();
    while (node.children.length < list.length) gw.make("i", "", node);
    [...node.children].forEach((dot, i) => gw.set(dot, "data-now", i === at ? "yes" : null));
  }

  /** Said where there is more than one scene to see, or another than the usual one. */
  function say() {
    const node = gw.byId("gw-scene");
    const list = gw.scenes.list();
    const told = on() || gw.scenes.name !== list[0];
    const stopped = told && on() && held(performance.now());
    const now = [told, stopped, gw.scenes.name, gw.scenes.title(gw.scenes.name), ...list].join("|");
    if (now === said) return;
    said = now;
    if (node.gw === undefined) {
      const name = gw.make("span", "name", node);
      const round = gw.make("span", "round", node);
      round.setAttribute("aria-hidden", "true");
      node.gw = { name, round, held: gw.make("span", "held", node) };
    }
    node.hidden = !told;
    gw.put(node.gw.name, gw.scenes.title(gw.scenes.name));
    gw.put(node.gw.held, stopped ? gw.text("scene.held") : "");
    node.gw.round.hidden = !on() || stopped;
    dots(node.gw.round, list);
  }

  gw.onLayout(say);
  gw.onStart(wind);
})();
