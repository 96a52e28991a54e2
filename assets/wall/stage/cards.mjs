/* The cards of the stage: one event each, side by side, with every word of it. A card is
 * {key, kind ("red" or "steered"), row, note, step, gone}; `room` returns how many there is room
 * for, who they are is the business of onstage.mjs.
 */

import { cut, make, put, rows, set, unit } from "../base.mjs";
import { steer } from "../care/steer.mjs";
import { nameOf, text } from "../names.mjs";
import { where } from "../panels/queue.mjs";
import { time } from "../time.mjs";

/* A card's least width in px of the design; below that its words would be cut. */
const WIDTH = 310;
const MOST = 4;
const PARTS = ["mark", "word", "clock", "what", "where", "who"];

/** How many cards `width` CSS px have room for, one at the least. */
export const room = (width) => Math.max(1, Math.min(MOST, Math.floor(width / (WIDTH * unit()))));

/** The area of the stage that holds cards, and the line with the number of the others. */
export function makeCards(node) {
  const list = make("div", "shared", node);
  return { list, more: make("div", "more", node) };
}

function makeCard(key) {
  const slot = make("div", "slot");
  const card = make("div", "card", slot);
  const parts = {};
  for (const name of PARTS) parts[name] = make(name === "mark" ? "i" : "div", name, card);
  set(parts.mark, "aria-hidden", "true");
  for (const name of ["ago", "since"]) parts[name] = make("span", name, parts.clock);
  for (const name of ["whose", "note"]) parts[name] = make("span", name, parts.who);
  slot.gw = parts;
  set(slot, "data-key", key);
  return slot;
}

function update(node, card) {
  const { kind, row, gone } = card;
  const parts = node.gw;
  node.gwCard = card;
  set(node, "data-event", row.event_id);
  set(node, "data-gone", gone ? "yes" : null);
  set(parts.mark, "class", "mark " + row.level);
  put(parts.word, text(kind === "red" ? "stage.red" : "level." + row.level));
  cut(parts.what, nameOf("categories", row.category));
  cut(parts.where, where(row));
  cut(parts.whose, row.department ? nameOf("departments", row.department) : text("stage.nobody"));
  cut(parts.note, card.note);
}

export function drawCards({ list, more }, cards, others) {
  set(list, "data-cards", String(cards.length));
  rows(list, cards.map((card) => card.key), makeCard, (node, key, index) => update(node, cards[index]));
  put(more, others);
  tickCards({ list });
}

/** The clock of each card: how long ago it was reported, to the second. */
export function tickCards({ list }) {
  const now = time.now();
  if (now === null || list.gwNodes === undefined) return;
  for (const node of list.gwNodes.values()) {
    const { kind, row } = node.gwCard;
    const own = kind === "steered" ? steer.clock(row, now) : null;
    put(node.gw.ago, own === null ? time.span(now - row.ts) : own);
    put(node.gw.since, text(kind === "red" ? "stage.since" : steer.clockWord(row, now)));
  }
}
