/* The unacknowledged red events, in the footer: they stay in sight there after they left the stage.
 * The strip has the room of the last actions, so it covers nothing; it names as many
 * as that room has place for, the most pressing first, and counts the others.
 */

import { byId, cut, make, put, rows, set, unit } from "../base.mjs";
import { nameOf, text } from "../names.mjs";
import { where } from "../panels/queue.mjs";
import { every, onLayout, onStart } from "../registry.mjs";
import { time } from "../time.mjs";
import { pressing } from "./attention.mjs";

/* The stream carries so many red events at most: there may be more than that. */
const CARRIED = 20;
/* In px of the design: what an event needs, and what the number of them does. */
const ITEM = 440;
const TITLE = 230;
/* What the last actions need, and between the footer's parts. */
const ACTION = 640;
const GAP = 24;
/* The strip's share of the footer: alone, and next to a warning. */
const SHARE = { alone: 0.72, warned: 0.5 };

let all = [];
let onstage = new Set();
let key = null;

const counted = (n) => (all.length >= CARRIED ? n + "+" : String(n));

export const unanswered = {
  /** The alerts as they are now. */
  take(alerts) {
    all = alerts.filter((row) => row.level === "red").sort(pressing);
    key = null;
  },

  /** Leave out those on stage; returns how many others there are, "" for none. */
  without(ids) {
    onstage = ids;
    draw();
    const others = all.filter((row) => !ids.has(row.event_id)).length;
    return others === 0 ? "" : counted(others);
  },
};

function makeItem() {
  const item = make("span", "item");
  item.gw = {};
  for (const name of ["mark", "what", "where", "ago"]) {
    item.gw[name] = make(name === "mark" ? "i" : "span", name, item);
  }
  item.gw.mark.className = "mark red";
  set(item.gw.mark, "aria-hidden", "true");
  for (const name of ["what", "where"]) item.gw[name].classList.add("clip");
  return item;
}

/** How many events the strip has room to name. */
function room() {
  const foot = document.querySelector(".foot-line");
  const screens = getComputedStyle(byId("gw-wall")).getPropertyValue("--screens") || 1;
  const share = byId("gw-surge").hidden ? SHARE.alone : SHARE.warned;
  const most = (foot.clientWidth / Math.max(1, Number(screens) || 1)) * share;
  const named = Math.floor((most / unit() - TITLE) / ITEM);
  return { most, named: Math.max(0, named) };
}

function draw() {
  const node = byId("gw-unanswered");
  if (node === null) return;
  const others = all.filter((row) => !onstage.has(row.event_id));
  const { most, named } = room();
  const shown = others.slice(0, named);
  const next = [most, counted(all.length), others.length, ...shown.map((row) => row.event_id)].join();
  if (next === key) return;
  key = next;
  node.hidden = others.length === 0;
  set(document.body, "data-unanswered", node.hidden ? null : "yes");
  if (node.hidden) return;
  node.style.maxWidth = most + "px";
  const list = node.querySelector(".items");
  put(node.querySelector(".count"), text("unanswered.count", { n: counted(all.length) }));
  rows(list, shown.map((row) => row.event_id), makeItem, (item, id, index) => {
    const row = shown[index];
    item.gwRow = row;
    set(item, "data-event", id);
    cut(item.gw.what, nameOf("categories", row.category));
    cut(item.gw.where, where(row));
  });
  const more = others.length - shown.length;
  const rest = node.querySelector(".rest");
  put(rest, more > 0 && shown.length > 0 ? text("unanswered.more", { n: counted(more) }) : "");
  tick(time.now());
}

/** Whether an action of the last ones still has room next to the strip and a warning. */
function crowd() {
  const foot = document.querySelector(".foot-line");
  const before = [...foot.children].filter((one) => !one.matches("h2, .recent") && one.offsetWidth > 0);
  const used = before.reduce((sum, one) => sum + one.offsetWidth + GAP * unit(), 0);
  set(foot, "data-crowded", foot.clientWidth - used < ACTION * unit() ? "yes" : null);
}

function tick(now) {
  const nodes = byId("gw-unanswered").querySelector(".items").gwNodes;
  if (now === null || nodes === undefined) return;
  for (const item of nodes.values()) put(item.gw.ago, time.span(now - item.gwRow.ts));
}

onStart(function () {
  const node = byId("gw-unanswered");
  make("span", "count", node);
  make("span", "items", node);
  make("span", "rest", node);
  const sizes = new ResizeObserver(() => {
    draw();
    crowd();
  });
  const foot = document.querySelector(".foot-line");
  for (const one of [foot, node, byId("gw-surge"), byId("gw-sound")]) sizes.observe(one);
});

onLayout(draw);
every(tick);
