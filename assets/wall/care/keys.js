/* Keys for whoever stands at the wall, and the pointer, seen only while it moves. */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const POINTER_MS = 3000;
  const KEYS = ["space", "arrows", "full", "mute", "help", "escape"];
  let help = null;
  let timer = null;

  function row(list, key) {
    const line = gw.make("div", "row", list);
    gw.put(gw.make("kbd", "", line), gw.text("keys." + key + "_key"));
    gw.put(gw.make("span", "", line), gw.text("keys." + key));
  }

  function show(open) {
    if (help === null) {
      help = gw.make("section", "keys-help", gw.byId("gw-wall"));
      help.hidden = true;
      help.setAttribute("role", "dialog");
      help.setAttribute("aria-label", gw.text("keys.title"));
      gw.put(gw.make("h2", "", help), gw.text("keys.title"));
      const list = gw.make("div", "rows", help);
      for (const key of KEYS) row(list, key);
    }
    help.hidden = !open;
  }

  const open = () => help !== null && !help.hidden;

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  }

  const DO = {
    " ": () => gw.scenes.toggle(),
    ArrowLeft: () => gw.scenes.turn(-1),
    ArrowRight: () => gw.scenes.turn(1),
    f: full,
    m: () => gw.sound.mute(),
    "?": () => show(!open()),
    /* the same key while Chinese is typed */
    "\uff1f": () => show(!open()),
    Escape: () => show(false),
  };

  /** Keys meant for what has the focus stay its own. */
  const taken = (event) =>
    event.ctrlKey || event.altKey || event.metaKey ||
    (event.target.closest && event.target.closest("input, select, textarea, [role=dialog] button")) ||
    ((event.key === " " || event.key.startsWith("Arrow")) && event.target !== document.body);

  document.addEventListener("keydown", function (event) {
    if (gw.names === null || gw.names === undefined || taken(event)) return;
    const act = DO[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    if (event.key !== "Escape") event.preventDefault();
    act();
  });

  document.addEventListener("mousemove", function () {
    const wall = gw.byId("gw-wall");
    if (wall === null) return;
    if (timer === null) gw.set(wall, "data-pointer", "yes");
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      gw.set(wall, "data-pointer", null);
    }, POINTER_MS);
  });
})();
