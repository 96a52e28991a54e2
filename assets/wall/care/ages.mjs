/* How old each panel is, from the parts of the engine it depends on; a beat holds `parts`, ms since
 * each was last seen, null for one that never was.
 *
 * A panel younger than 5 s shows nothing. Then a mark at its title shows how old it is, after 15 s
 * the panel greys as well; `data-late` on <body> names the parts that are late, for what depends on
 * one of them elsewhere. What stops the whole page is the banner's to say (state.mjs).
 */

import { byId, put, set } from "../base.mjs";
import { text } from "../names.mjs";
import { time } from "../time.mjs";

const MARK_MS = 5000;
const OLD_MS = 15000;
/* How long a part may be quiet in its ordinary work. */
const USUAL_MS = { watcher: 10000 };
/* Every panel depends on the projector: its counts are as old as the views, by the beat. */
const ALSO = {
  trend: ["feed"],
  recent: ["feed"],
  queue: ["clock"],
  surges: ["watcher"],
};

export const ages = {};
let parts = {};
let views = 0;
/* When the views' age and the parts' were sent; a server that can't ask sends no parts. */
let viewsAt = null;
let partsAt = null;

/** A beat: the age of the views and of the parts, heard `late` ms ago. */
ages.beat = function (beat, late) {
  viewsAt = performance.now() - late;
  views = beat.age;
  if (!beat.parts) return;
  partsAt = viewsAt;
  parts = beat.parts;
};

/** Ms since a part was seen, beyond its usual pause; Infinity if never, 0 if not reported. */
ages.of = function (part) {
  if (viewsAt === null) return 0;
  if (part === "projector") return views + performance.now() - viewsAt;
  const ms = parts[part];
  if (ms === undefined) return 0;
  if (ms === null) return Infinity;
  const since = ms + performance.now() - partsAt;
  return since > (USUAL_MS[part] || 0) + MARK_MS ? since : 0;
};

/** Which part makes a panel old, and by how much. */
ages.panel = function (name) {
  let worst = { part: "projector", ms: ages.of("projector") };
  for (const part of ALSO[name] || []) {
    const ms = ages.of(part);
    if (ms > worst.ms) worst = { part, ms };
  }
  return worst;
};

function words({ part, ms }) {
  if (part === "projector") return text("age.old", { t: time.length(ms) });
  if (ms === Infinity) return text("age.never_" + part);
  return text("age.stopped_" + part, { t: time.length(ms) });
}

function mark(section, worst) {
  const late = worst.ms >= MARK_MS;
  const node = section.querySelector(".aged");
  set(section, "data-age", !late ? null : worst.ms >= OLD_MS ? "old" : "ageing");
  if (node === null || (!late && node.hidden)) return;
  put(node, late ? words(worst) : "");
  node.hidden = !late;
  const title = node.parentNode;
  const tight = late && (title.dataset.tight || title.scrollWidth > title.clientWidth + 1);
  set(title, "data-tight", tight ? "yes" : null);
}

/** Looked at twice a second; only what changed is written. */
ages.look = function () {
  const late = ["projector", "clock", "feed", "watcher"].filter((part) => ages.of(part) >= MARK_MS);
  set(document.body, "data-late", late.length > 0 ? late.join(" ") : null);
  for (const section of document.querySelectorAll("[data-panel]")) {
    mark(section, ages.panel(section.dataset.panel));
  }
  const unwatched = byId("gw-unwatched");
  if (unwatched === null) return;
  const watcher = { part: "watcher", ms: ages.of("watcher") };
  unwatched.hidden = watcher.ms < MARK_MS;
  put(unwatched, unwatched.hidden ? "" : words(watcher));
};
