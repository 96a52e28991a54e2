/* Live updates without losing one's place: rows that changed are changed where they stand, new ones
 * wait behind a button, and what left the view stays, greyed, until the list is loaded again.
 */

import { setStanding, undoable } from "./acts.mjs";
import { picked, repick } from "./bulk.mjs";
import { end, parameters, refresh, reload, tellTotal } from "./queue.mjs";
import { queue } from "./state.mjs";
import { element, make, setNow, word } from "./words.mjs";

const EVERY = 2500, AFTER_MANY = 10000;
let timer = 0, asking = false, eager = 0;

export const watch = () => {
  unwatch();
  timer = window.setInterval(look, EVERY);
};
export const unwatch = () => window.clearInterval(timer);

export async function look() {
  const view = queue.view;
  if (asking || document.hidden || !queue.api || !view.cursor) return;
  if (queue.api.isDestroyed() || !document.getElementById(queue.setup.ids.grid)) {
    return end();
  }
  asking = true;
  const run = view.run;
  try {
    const asked = parameters();
    asked.set("since", view.cursor);
    asked.set("at", view.at);
    const answer = await fetch(`/api/v1/queue/changes?${asked}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (run === view.run) take(found);
    stale(false);
  } catch {
    stale(true);
  } finally {
    asking = false;
  }
}

function take(found) {
  queue.view.cursor = found.cursor;
  setNow(found.now);
  showTruth(found.truth);
  const left = new Set(found.left);
  for (const row of found.rows) {
    if (left.has(row.id)) row.left = true;
    putRow(row);
  }
  tellTotal(found.total, found.counts);
  showFresh(found.fresh);
  if (found.many && Date.now() - eager > AFTER_MANY) {
    eager = Date.now();
    refresh();
  } else {
    // time has passed for all the others, too
    queue.api.refreshCells({ columns: ["used"], force: true });
  }
}

/** A row as it is now, at its place; nothing if the browser does not hold it. */
export const putRow = (row) => {
  const node = queue.api && queue.api.getRowNode(row.id);
  /* an answer to a press may be newer than what the list knows yet */
  if (node && node.data && row.seen < node.data.seen) return;
  repick(row);
  if (!node || !node.data) return;
  if (JSON.stringify(node.data) === JSON.stringify(row)) return;
  node.setData(row);
  queue.api.refreshCells({ rowNodes: [node], force: true });
  queue.api.flashCells({ rowNodes: [node], flashDuration: 300, fadeDuration: 700 });
  if (row.id === queue.selected) showChosen();
};

export const showFresh = (n) => {
  const place = element("news");
  if (!place || place.dataset.n === String(n)) return;
  place.dataset.n = String(n);
  if (!n) return place.replaceChildren();
  const words = word("review.queue.fresh", { n });
  const button = make("button", "q-fresh", words);
  button.type = "button";
  button.addEventListener("click", showNews);
  place.replaceChildren(button);
};
export const showNews = () => {
  showFresh(0);
  reload();
  look();
};

/** The page's truth line, which without this would be that of its beginning. */
export const showTruth = (told) => {
  line(told);
  document.dispatchEvent(new Event("gw:current"));
};

function line([of, age, late]) {
  const places = [".r-of", ".r-age"].map((name) => document.querySelector(".r-truth " + name));
  if (!places.every(Boolean)) return;
  places.forEach((place, i) => (place.textContent = i ? age : of));
  places[1].classList.toggle("late", late);
}

function stale(is) {
  const box = element("box");
  if (!box || box.classList.contains("stale") === is) return;
  box.classList.toggle("stale", is);
  const words = word("review.queue.stale");
  setStanding(is ? words : "");
  /* the line's words were true when they came; the next answer puts its own */
  const of = document.querySelector(".r-truth .r-of");
  if (is && of) line([of.textContent, words, true]);
}

/* ---- what is looked at ---- */

/** The row under the grid's focus, at once: its events come a moment later. */
export const followFocus = () => {
  const cell = queue.api.getFocusedCell();
  const node = cell && queue.api.getDisplayedRowAtIndex(cell.rowIndex);
  if (node && node.data) queue.selected = node.data.id;
};

export const onFocus = (event) => {
  const node = event.rowIndex === null ? null : queue.api.getDisplayedRowAtIndex(event.rowIndex);
  if (node && node.data && !node.isSelected()) node.setSelected(true, true);
};

/** After a block came: the selection is put back where it was. */
export const onLoaded = () => {
  if (!queue.selected) return;
  const node = queue.api.getRowNode(queue.selected);
  if (node && node.data && !node.isSelected()) node.setSelected(true, true);
};

export const currentRow = () => {
  const node = queue.selected && queue.api && queue.api.getRowNode(queue.selected);
  return node && node.data ? node.data : null;
};

const LETTERS = { acknowledge: "a", urge: "u", hand_over: "h", comment: "c" };

/** Shows what the buttons act on, and which of them can be pressed. */
export const showChosen = () => {
  const [row] = queue.api.getSelectedRows();
  if (row) queue.selected = row.id;
  const now = row || currentRow();
  const ticked = picked();
  element("chosen").replaceChildren(...about(now, ticked));
  const can = ticked.length ? "auhc" : now ? now.can || "" : "";
  for (const button of document.querySelectorAll(".q-act")) {
    const name = button.dataset.act;
    if (name === "undo") button.disabled = !undoable();
    else if (name === "clear") button.hidden = !ticked.length;
    else if (name === "open") button.disabled = !now || ticked.length > 0;
    else button.disabled = !can.includes(LETTERS[name]);
  }
};

function about(now, picked) {
  if (picked.length) return [make("b", "", word("review.queue.picked", { n: picked.length }))];
  if (!now) return [make("span", "q-hint", word("review.queue.choose"))];
  const where = [now.where, now.id].filter(Boolean).join(" · ");
  return [make("i", "mark " + now.level), make("b", "", now.what), make("span", "", where)];
}
