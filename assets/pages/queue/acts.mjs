/* What is done to an event: each press is one action with a name of its own, sent again under that
 * name if the answer was lost, so that it happens once. What can be taken back is remembered here.
 */

import { actOnMany, confirmMany, picked, unpick } from "./bulk.mjs";
import { askFor, showConflict } from "./dialogs.mjs";
import { currentRow, look, putRow, showChosen } from "./live.mjs";
import { openEvent } from "./queue.mjs";
import { queue } from "./state.mjs";
import { actorName, element, make, ownerName, timeWords, word } from "./words.mjs";

const RETRIES = [600, 2500];
/* one press each: the actions that take it back */
const undos = [];
const busy = new Set();
export const undoable = () => undos.length > 0;

/* crypto.randomUUID is only there with https */
function name() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(12));
  return "desk-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let quiet = 0;
let standing = "";
export const say = (words, more) => {
  const place = queue.setup && element("said");
  if (!place) return;
  window.clearTimeout(quiet);
  const shown = words || standing;
  place.replaceChildren(...(shown ? [make("span", "", shown), more].filter(Boolean) : []));
  place.classList.toggle("shown", Boolean(shown));
  place.classList.toggle("standing", !words);
  if (words) quiet = window.setTimeout(() => say(""), 12000);
};

/* what holds for long gives way to the answer to a press, and comes back after it */
export const setStanding = (words) => {
  standing = words;
  const place = element("said");
  if (!place.classList.contains("shown") || place.classList.contains("standing")) say("");
};

async function send(id, body) {
  const path = `/api/v1/events/${encodeURIComponent(id)}/act?lang=${queue.setup.lang}`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Gridwall": "1" },
        body: JSON.stringify(body),
      });
      if (answer.status === 503 && attempt < RETRIES.length) throw new Error("away");
      return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
    } catch {
      if (attempt >= RETRIES.length) return { status: 0 };
      await new Promise((done) => window.setTimeout(done, RETRIES[attempt]));
    }
  }
}

/** One action; the answer with `done`, and `words` that say what became of it. Null: still busy. */
export const attempt = async (row, kind, more = {}) => {
  if (busy.has(row.id)) return null;
  busy.add(row.id);
  const answer = await send(row.id, { action_id: name(), kind, seen: row.seen, ...more });
  busy.delete(row.id);
  if (answer.row) putRow(answer.row);
  answer.done = answer.status === 202 || (answer.status === 200 && answer.result !== "refused");
  answer.words = outcome(row, kind, answer, more);
  return answer;
};

/** What can be taken back together. */
export const remember = (items) => {
  if (items.length) undos.push(items);
};

/** Do it to one row; what is wrong with a field goes to `wrong`. */
export const actOn = async (row, kind, more = {}, { wrong = null, undoing = false } = {}) => {
  say(word("review.queue.sending"));
  const answer = await attempt(row, kind, more);
  if (!answer) return false;
  if (answer.status === 409) return showConflict(row, kind, more, answer);
  if (answer.status === 422 && answer.field && wrong) {
    wrong(answer.detail);
    say("");
    return false;
  }
  const undo = answer.done && answer.undo && !undoing;
  if (undo) remember([{ row, undo: answer.undo }]);
  say(answer.words, undo ? undoButton() : null);
  showChosen();
  if (answer.done) look();
  return answer.done;
};

function outcome(row, kind, answer, more) {
  if (answer.status === 202) return word("review.queue.waiting");
  if (answer.status === 409) return word("review.queue.no_conflict", { who: sinceWords(answer.since) });
  if (answer.status !== 200 || answer.result === "refused") return refusal(row, kind, answer);
  if (answer.result === "forwarded") return word("review.queue.forwarded");
  if (answer.result === "waiting") return word("review.queue.waiting");
  const of = { what: row.what, id: row.id, to: ownerName(more.to || "") };
  const others = answer.since || [];
  const also = others.length ? " " + word("review.queue.also", { who: sinceWords(others) }) : "";
  const masked = answer.masked ? " " + word("review.queue.comment_masked") : "";
  return word("review.queue.done_" + kind, of) + masked + also;
}

function refusal(row, kind, answer) {
  const status = word("status." + ((answer.row || row).status || ""));
  const values = { kind: word("review.queue.act_" + kind), status };
  if (answer.result === "refused") return word("review.queue.no_lifecycle", values);
  if (answer.code) return word("review.queue.no_" + answer.code, values);
  const codes = { 0: "lost", 401: "unknown", 403: "right", 404: "gone", 503: "lost" };
  return word("review.queue.no_" + (codes[answer.status] || "other"), values);
}

/** What others did, in words: when, who, what. */
export const sinceWords = (items) => {
  const sentence = (one) => {
    const to = one.to ? ownerName(one.to) : "";
    return word("review.queue.since", {
      at: timeWords(one.at, "clock"),
      who: actorName(one.actor),
      what: word("kind." + one.kind) + (to ? " → " + to : ""),
    });
  };
  return items.map(sentence).join(word("list.phrases"));
};

function undoButton() {
  const button = make("button", "q-undo", word("review.queue.act_undo") + " (Z)");
  button.type = "button";
  button.addEventListener("click", undo);
  return button;
}

/** Take the last press back, all that it did. */
const undo = async () => {
  const last = undos.pop();
  if (!last) return say(word("review.queue.no_undo"));
  const items = last.map(({ row, undo }) => ({
    row: heldRow(row.id) || { ...row, seen: 0 },
    kind: undo.kind,
    more: undo.to ? { to: undo.to } : {},
  }));
  if (items.length > 1) await actOnMany(items, { undoing: true });
  else await actOn(items[0].row, items[0].kind, items[0].more, { undoing: true });
  showChosen();
};

/** The row of an event as it is now, if the browser holds it. */
export const heldRow = (id) => {
  const node = queue.api && queue.api.getRowNode(id);
  return node && node.data;
};

export const act = (what) => {
  if (what === "undo") return undo();
  if (what === "clear") return unpick();
  const row = currentRow();
  const many = picked().length > 0;
  if (!row && (!many || what === "open")) return say(word("review.queue.choose"));
  if (what === "open") return openEvent(row.id);
  if (!queue.setup.acts) return say(word("review.queue.no_right"));
  if (what === "hand_over") return askFor("hand");
  if (what === "comment") return askFor("comment");
  return many ? confirmMany(what) : actOn(row, what);
};
