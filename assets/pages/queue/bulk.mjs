/* Several rows at once: ticks that stay while rows come and go, one action for each, and what
 * became of each. A few at a time, so that the server answers others in between.
 */

import { attempt, heldRow, remember, say } from "./acts.mjs";
import { look, showChosen } from "./live.mjs";
import { queue } from "./state.mjs";
import { element, make, word } from "./words.mjs";

const MOST = 100, AT_ONCE = 4;
const ticks = new Map();
let last = "";

export const isPicked = (id) => ticks.has(id);
/** The ticked rows, each as it was last seen. */
export const picked = () => [...ticks.values()];
export const unpick = () => set([...ticks.values()], false);

function set(rows, on) {
  for (const row of rows) {
    if (!on) ticks.delete(row.id);
    else if (ticks.size < MOST) ticks.set(row.id, row);
    else say(word("review.queue.pick_most", { n: MOST }));
  }
  const nodes = rows.map((row) => queue.api.getRowNode(row.id)).filter(Boolean);
  queue.api.refreshCells({ rowNodes: nodes, columns: ["level", "category"], force: true });
  showChosen();
}

/** Tick or untick; with `range` all held rows between the last one and this. */
export const pick = (id, range = false) => {
  const row = heldRow(id);
  if (!row || !queue.setup.acts) return;
  const from = range && last ? queue.api.getRowNode(last) : null;
  if (from && from.rowIndex !== null) {
    const ends = [from.rowIndex, queue.api.getRowNode(id).rowIndex].sort((a, b) => a - b);
    const between = [];
    for (let n = ends[0]; n <= ends[1]; n += 1) {
      const node = queue.api.getDisplayedRowAtIndex(n);
      if (node && node.data) between.push(node.data);
    }
    set(between, true);
  } else {
    set([row], !ticks.has(id));
  }
  last = id;
};

/** A ticked row changed: what is sent for it must say what was seen last. */
export const repick = (row) => {
  if (ticks.has(row.id)) ticks.set(row.id, row);
};
export const dropPicks = () => ticks.clear();

export const confirmMany = (kind) => {
  const dialog = element("bulk");
  const rows = picked();
  const values = { n: rows.length, kind: word("review.queue.act_" + kind) };
  begin(dialog, word("review.queue.bulk_words", values));
  const go = dialog.querySelector("[data-does=bulk]");
  go.hidden = false;
  go.textContent = word("review.queue.bulk_go", values);
  go.onclick = () => actOnMany(rows.map((row) => ({ row, kind, more: {} })));
  if (!dialog.open) dialog.showModal();
  go.focus();
};

function begin(dialog, words) {
  dialog.querySelector(".q-words").textContent = words;
  dialog.querySelector(".q-results").replaceChildren();
  dialog.querySelector("[data-does=bulk]").hidden = true;
}

/** Do all of them; the dialog shows the outcome of each. */
export const actOnMany = async (items, { undoing = false, before = [] } = {}) => {
  const dialog = element("bulk");
  const words = (key, values) => (dialog.querySelector(".q-words").textContent = word("review.queue." + key, values));
  begin(dialog, "");
  if (!dialog.open) dialog.showModal();
  const list = dialog.querySelector(".q-results");
  const results = [...before], undone = [];
  const show = ({ row, done, words: outcome }) => {
    const mark = make("i", done ? "q-yes sign s-tick" : "q-no sign s-cross");
    list.append(make("li", "", mark, make("b", "", row.what), make("span", "", row.id), make("em", "", outcome)));
  };
  before.forEach(show);
  const all = items.length + before.length;
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item; item = rest.shift()) {
      const answer = await attempt(item.row, item.kind, item.more);
      if (!answer) continue;
      const outcome = answer.status === 200 && answer.done ? word("review.queue.bulk_ok") : answer.words;
      results.push({ row: item.row, done: answer.done, words: outcome });
      show(results[results.length - 1]);
      if (answer.done && answer.undo && !undoing) undone.push({ row: item.row, undo: answer.undo });
      if (answer.done) ticks.delete(item.row.id);
      words("bulk_running", { done: results.length, n: all });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  remember(undone);
  const done = results.filter((one) => one.done).length;
  words("bulk_done", { n: done, no: results.length - done });
  say("");
  if (!queue.api || queue.api.isDestroyed()) return;
  queue.api.refreshCells({ columns: ["level", "category"], force: true });
  showChosen();
  look();
};
