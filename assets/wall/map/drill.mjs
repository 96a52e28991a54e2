/* Which place the map shows: the one the stream is about. A click on a shape, or Enter on a
 * focused one, follows the stream of the place below; Backspace and the crumbs lead back. What
 * is in a place (centres and reaches, where there are no outlines) is asked for once.
 */

import { stream } from "../../stream/page.mjs";
import { byId, make, put, rows, set } from "../base.mjs";
import { names, text, unlisted } from "../names.mjs";
import { options } from "../options.mjs";
import { listen, shown } from "../registry.mjs";
import { areas } from "./areas.mjs";
import { map } from "./map.mjs";
import { byHand, fitMap } from "./view.mjs";

const AGAIN_MS = 5000;

const known = new Map();
const foundNames = new Map();
let place = null;
let inside = null;

export const drill = { area: "" };

drill.name = (code) => names.places[code] || foundNames.get(code) || unlisted(code);
drill.inside = (code) => inside === null || inside.has(code);
drill.bounds = () => (place === null ? null : place.bounds);
drill.can = () => !options.device;

/** What is known of a place: its path, its bounds and what is in it. */
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
          foundNames.set(one.code, one[names.lang] || one.zh || one.en);
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
  fitMap();
}

function circle() {
  const path = place === null ? [] : place.path;
  areas.circle(place === null ? [] : [path[path.length - 1], ...place.children]);
}

/* ---- the way there and back ---- */

function crumbs() {
  const node = byId("gw-crumbs");
  node.hidden = place === null;
  if (place === null) return;
  const path = [{ code: "" }, ...place.path];
  const makeCrumb = () => {
    const one = make("button", "crumb");
    one.type = "button";
    return one;
  };
  const codes = path.map((one) => one.code);
  rows(node, codes, makeCrumb, (one, code, index) => {
    put(one, code === "" ? text("map.whole_city") : drill.name(code));
    const last = index === codes.length - 1;
    set(one, "aria-current", last ? "true" : null);
    one.disabled = last || !drill.can();
    one.onclick = () => stream.follow(code);
  });
}

/** The room the crumbs take, for the labels. */
drill.box = function () {
  const node = byId("gw-crumbs");
  if (node === null || node.hidden) return null;
  return { x: 0, y: 0, w: node.offsetLeft + node.offsetWidth, h: node.offsetHeight };
};

/** One step down towards a place, or to one of the same tier next to the one shown. */
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
      if (goal !== undefined) stream.follow(goal);
    },
    () => {},
  );
}

function up() {
  const above = place.path[place.path.length - 2];
  stream.follow(above === undefined ? "" : above.code);
}

function keyed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !shown("map")) return;
  const node = event.target;
  if (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName)) return;
  if (event.key === "Backspace" && place !== null && drill.can()) {
    event.preventDefault();
    up();
  } else if (event.key === "Enter" && map.leaflet !== null) {
    down(areas.focused(node));
  }
}

listen("head", (head) => to(head.area || ""));

map.part("drill", {
  attach(leaflet) {
    if (place !== null) circle();
    leaflet.on("click", (event) => {
      if (byHand()) down(areas.hit(event.latlng, event.containerPoint));
    });
    leaflet.on("mousemove", (event) => {
      if (!byHand() || !drill.can()) return;
      const over = areas.hit(event.latlng, event.containerPoint);
      const goes = over !== null && over !== drill.area;
      leaflet.getContainer().classList.toggle("over", goes);
    });
  },
});

document.addEventListener("keydown", keyed);
