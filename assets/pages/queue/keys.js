/* The queue's keyboard: arrows move (the grid's own), letters act, / finds, ? helps. */
(function () {
  "use strict";

  const queue = (window.gwQueue = window.gwQueue || {});
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
    if (event.target.closest(".ag-root")) queue.follow();
    const pressing = event.target.closest("button, a, summary");
    const row = queue.row();
    if (KEYS[key]) queue.act(KEYS[key]);
    else if (key === "n") queue.showNews();
    else if (key === "/") queue.element("search").focus();
    else if (key === "?") queue.element("help").showModal();
    else if (key === "Escape" && queue.picked().length) queue.unpick();
    else if ((key === "x" || key === " ") && row && !pressing) queue.pick(row.id);
    else if (key === "Enter" && !pressing) queue.act("open");
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
      queue.comment(dialog);
    }
  }

  /** The keyboard goes to the rows: to the one that was looked at, or the first in sight. */
  function reach() {
    const node = queue.selected && queue.api.getRowNode(queue.selected);
    const index = node && node.rowIndex !== null ? node.rowIndex : queue.api.getFirstDisplayedRowIndex();
    queue.api.setFocusedCell(Math.max(0, index), queue.api.getAllDisplayedColumns()[0]);
  }
})();
