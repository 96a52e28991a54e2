/* The queue's keyboard: arrows move (the grid's own), letters act, / finds, ? helps. */

import { act } from "./acts.mjs";
import { pick, picked, unpick } from "./bulk.mjs";
import { sendComment } from "./dialogs.mjs";
import { currentRow, followFocus, showNews } from "./live.mjs";
import { queue } from "./state.mjs";
import { element } from "./words.mjs";

const KEYS = { a: "acknowledge", u: "urge", h: "hand_over", c: "comment", z: "undo" };

document.addEventListener("keydown", (event) => {
  if (!queue.api || queue.api.isDestroyed()) return;
  if (!document.getElementById(queue.setup.ids.grid)) return;
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return inDialog(event, dialog);
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    const search = event.target.id === queue.setup.ids.search;
    if (search && (event.key === "Escape" || event.key === "Enter")) {
      event.target.blur();
      reach();
    }
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.target.closest(".ag-root")) followFocus();
  const pressing = event.target.closest("button, a, summary");
  const row = currentRow();
  if (KEYS[key]) act(KEYS[key]);
  else if (key === "n") showNews();
  else if (key === "/") element("search").focus();
  else if (key === "?") element("help").showModal();
  else if (key === "Escape" && picked().length) unpick();
  else if ((key === "x" || key === " ") && row && !pressing) pick(row.id);
  else if (key === "Enter" && !pressing) act("open");
  else if ((key === "ArrowDown" || key === "ArrowUp") && !event.target.closest(".ag-root, .q-bar, [role=combobox]")) reach();
  else return;
  event.preventDefault();
});

function inDialog(event, dialog) {
  if (dialog.id === queue.setup.ids.hand && /^[1-5]$/.test(event.key)) {
    const unit = dialog.querySelectorAll("[data-to]")[Number(event.key) - 1];
    if (unit && !unit.disabled) unit.click();
  } else if (dialog.id === queue.setup.ids.comment && event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    sendComment(dialog);
  }
}

/** The keyboard goes to the rows: to the one that was looked at, or the first in sight. */
function reach() {
  const node = queue.selected && queue.api.getRowNode(queue.selected);
  const index = node && node.rowIndex !== null ? node.rowIndex : queue.api.getFirstDisplayedRowIndex();
  queue.api.setFocusedCell(Math.max(0, index), queue.api.getAllDisplayedColumns()[0]);
}
