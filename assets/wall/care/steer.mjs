/* A user points this wall at a scene, an area or an event for a while. The orders come in every
 * beat; the newest that is for this wall or for all holds until its time by the server's clock,
 * also while the link is lost. A quiet line shows who and until when.
 */

import { byId, put, set } from "../base.mjs";
import { names, text } from "../names.mjs";
import { options } from "../options.mjs";
import { onBeat, onStart, shown } from "../registry.mjs";
import { scenes } from "../scenes/scenes.mjs";
import { onstage } from "../stage/onstage.mjs";
import { time } from "../time.mjs";

const LOOK_MS = 500;

export const steer = {};
let orders = [];
let clock = null;
let applied = null;
let line = null;

/** The server's time now, ms; it goes on while nothing is heard. */
function server() {
  return clock === null ? null : clock.wall + performance.now() - clock.at;
}

function mine(order) {
  return !order.device || order.device === (options.device || "");
}

steer.server = server;

/** The orders in force that are for this wall. */
steer.mine = function () {
  const now = server();
  return now === null ? [] : orders.filter((order) => mine(order) && order.until > now);
};

/** The order that holds, or null: the newest. */
steer.current = function () {
  return steer.mine().reduce((best, one) => (best === null || one.at > best.at ? one : best), null);
};

onBeat(function (beat, late) {
  if (Number.isFinite(beat.wall)) clock = { wall: beat.wall, at: performance.now() - late };
  /* A server that can't read the orders sends none: those that are known hold. */
  if (Array.isArray(beat.steer)) orders = beat.steer;
  look();
});

function look() {
  const order = steer.current();
  if (order !== null && applied !== null && order.id === applied.id) {
    applied = order;
    say(order);
    onstage.look();
    return;
  }
  if (order === null && applied === null) return;
  applied = order;
  if (order === null) scenes.back();
  else scenes.show(steer.target(order));
  say(order);
  onstage.look();
}

/** An event wants a map: if none is shown and nothing else was asked for, the scene of that name. */
steer.target = function (order) {
  const scenes = (names.scenes || {}).scenes || {};
  const alone = order.event && !order.scene && !shown("map") && scenes.map;
  return { scene: order.scene || (alone ? "map" : ""), area: order.area || "" };
};

function say(order) {
  const by = order && ({ demo: text("steer.by_demo"), admin: text("steer.by_admin") }[order.by] || order.by);
  put(line, order === null ? "" : text("steer.line", { by, back: back(order) }));
  line.hidden = order === null;
  set(document.body, "data-steered", order === null ? null : order.id);
}

/** When it returns: by the city's clock, or how long that is where the wall shows another time. */
function back(order) {
  const now = server();
  const shown = time.now();
  if (shown !== null && Math.abs(shown - now) < 60000) {
    return text("steer.at", { at: time.minute(order.until) });
  }
  return text("steer.in", { t: time.length(order.until - now) });
}

/* ---- the event that is pointed at, as the stage shows it ---- */

steer.event = function () {
  const order = steer.current();
  if (order === null || !order.event || !order.told) return null;
  return { key: order.id, event_id: order.event, ...order.told };
};

/** How far it has come: its step on the ladder and who must act. */
steer.note = function (row) {
  const words = [text("status." + row.status)];
  if (row.acknowledged) words.push(text("stage.answered"));
  if (row.due !== null && row.due !== undefined) words.push(text("owner." + row.owner));
  return words.join(" · ");
};

/** Its clock: how long until it is due, or since; null where none runs. */
steer.clock = function (row, now) {
  if (row.due === null || row.due === undefined) return null;
  return time.span(Math.abs(row.due - now));
};

steer.clockWord = function ({ clock, due }, now) {
  if (due === null || due === undefined) return "stage.since";
  if (due >= now) return "stage.left";
  return clock === "respond" ? "stage.response_overdue" : "stage.overdue";
};

onStart(function () {
  line = byId("gw-steer");
  line.hidden = true;
  setInterval(look, LOOK_MS);
});
