/* Which place the map shows: the one the stream is about. A click on a shape, or Enter on a
 * focused one, follows the stream of the place below; Backspace and the crumbs lead back. What
 * lies in a place (centres and reaches, where there are no outlines) is asked for once.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const map = gw.map;
  const AGAIN_MS = 5000;

  const known = new Map();
  const names = new Map();
  let place = null;
  let inside = null;

  const drill = (map.drill = { area: "" });

  drill.name = (code) => gw.names.places[code] || names.get(code) || code;
  drill.inside = (code) => inside === null || inside.has(code);
  drill.bounds = () => (place === null ? null : place.bounds);
  drill.can = () => typeof gw.follow === "function" && !gw.options.device;

  /** What is known of a place: its path, its bounds and what lies in it. */
  function ask(code) {
    if (!known.has(code)) {
      const asked = fetch("/api/v1/places/" + encodeURIComponent(code)).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      });
      known.set(code, asked);
      asked.then(
        (found) => {
          for (const one of [...found.path, ...found.children]) {
            names.set(one.code, one[gw.names.lang] || one.zh || one.en);
          }
        },
        () => known.delete(code),
      );
    }
    return known.get(code);
  }

  /* ---- the stream is about another place ---- */

  function to(code) {
    if (code === drill.area) return;
    drill.area = code;
    if (code === "") show(null);
    else follow(code);
  }

  function follow(code) {
    ask(code).then(
      (found) => {
        if (drill.area === code) show(found);
      },
      () => {
        if (drill.area === code) setTimeout(() => drill.area === code && follow(code), AGAIN_MS);
      },
    );
  }

  function show(found) {
    place = found;
    inside = found === null ? null : new Set([found.code, ...found.children.map((c) => c.code)]);
    if (map.leaflet !== null) circle();
    crumbs();
    map.fit();
  }

  function circle() {
    const path = place === null ? [] : place.path;
    map.areas.circle(place === null ? [] : [path[path.length - 1], ...place.children]);
  }

  /* ---- the way there and back ---- */

  function crumbs() {
    const node = gw.byId("gw-crumbs");
    node.hidden = place === null;
    if (place === null) return;
    const path = [{ code: "" }, ...place.path];
    const make = () => {
      const one = gw.make("button", "crumb");
      one.type = "button";
      return one;
    };
    const codes = path.map((one) => one.code);
    gw.rows(node, codes, make, (one, code, index) => {
      gw.put(one, code === "" ? gw.text("map.whole_city") : drill.name(code));
      const last = index === codes.length - 1;
      gw.set(one, "aria-current", last ? "true" : null);
      one.disabled = last || !drill.can();
      one.onclick = () => gw.follow(code);
    });
  }

  /** The room the crumbs take, for the labels. */
  drill.box = function () {
    const node = gw.byId("gw-crumbs");
    if (node === null || node.hidden) return null;
    return { x: 0, y: 0, w: node.offsetLeft + node.offsetWidth, h: node.offsetHeight };
  };

  /** One step down towards a place, or to its like beside the one shown. */
  function next(path) {
    const codes = path.map((one) => one.code);
    const at = codes.indexOf(drill.area);
    const depth = place === null ? 1 : place.path.length;
    if (drill.area === "") return codes[0];
    return at >= 0 ? codes[at + 1] : codes[Math.min(depth, codes.length) - 1];
  }

  function down(code) {
    if (code === null || code === drill.area || !drill.can()) return;
    ask(code).then(
      (found) => {
        const goal = next(found.path);
        if (goal !== undefined) gw.follow(goal);
      },
      () => {},
    );
  }

  function up() {
    const above = place.path[place.path.length - 2];
    gw.follow(above === undefined ? "" : above.code);
  }

  function keyed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !gw.shown("map")) return;
    const node = event.target;
    if (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName)) return;
    if (event.key === "Backspace" && place !== null && drill.can()) {
      event.preventDefault();
      up();
    } else if (event.key === "Enter" && map.leaflet !== null) {
      down(map.areas.focused(node));
    }
  }

  gw.listen("head", (head) => to(head.area || ""));

  map.part({
    attach(leaflet) {
      if (place !== null) circle();
      leaflet.on("click", (event) => {
        if (map.byHand()) down(map.areas.hit(event.latlng, event.containerPoint));
      });
      leaflet.on("mousemove", (event) => {
        if (!map.byHand() || !drill.can()) return;
        const over = map.areas.hit(event.latlng, event.containerPoint);
        const goes = over !== null && over !== drill.area;
        leaflet.getContainer().classList.toggle("over", goes);
      });
    },
  });

  document.addEventListener("keydown", keyed);
})();
