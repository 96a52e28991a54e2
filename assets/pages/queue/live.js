/* Live updates without losing one's place: rows that changed are changed where they stand, new ones
 * wait behind a button, and what left the view stays, greyed, until the list is made anew.
 */
(function () {
  "use strict";

  const queue = (window.gwQueue = window.gwQueue || {});
  const EVERY = 2500, AFTER_MANY = 10000;
  let timer = 0, asking = false, eager = 0;
  /** The event that is looked at: kept while blocks come and go. */
  queue.selected = "";

  queue.watch = () => {
    queue.unwatch();
    timer = window.setInterval(look, EVERY);
  };
  queue.unwatch = () => window.clearInterval(timer);

  async function look() {
    const view = queue.view;
    if (asking || document.hidden || !queue.api || !view.cursor) return;
    if (queue.api.isDestroyed() || !document.getElementById(queue.setup.ids.grid)) {
      return queue.end();
    }
    asking = true;
    const run = view.run;
    try {
      const asked = queue.parameters();
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
  queue.look = look;

  function take(found) {
    queue.view.cursor = found.cursor;
    queue.tell(found.now);
    queue.truth(found.truth);
    const left = new Set(found.left);
    for (const row of found.rows) {
      if (left.has(row.id)) row.left = true;
      queue.put(row);
    }
    queue.tellTotal(found.total);
    queue.fresh(found.fresh);
    if (found.many && Date.now() - eager > AFTER_MANY) {
      eager = Date.now();
      queue.again();
    } else {
      // time has passed for all the others, too
      queue.api.refreshCells({ columns: ["used"], force: true });
    }
  }

  /** A row as it is now, where it stands; nothing if the browser does not hold it. */
  queue.put = (row) => {
    const node = queue.api && queue.api.getRowNode(row.id);
    /* an answer to a press may be newer than what the list knows yet */
    if (node && node.data && row.seen < node.data.seen) return;
    queue.repick(row);
    if (!node || !node.data) return;
    if (JSON.stringify(node.data) === JSON.stringify(row)) return;
    node.setData(row);
    queue.api.refreshCells({ rowNodes: [node], force: true });
    queue.api.flashCells({ rowNodes: [node], flashDuration: 300, fadeDuration: 700 });
    if (row.id === queue.selected) queue.chosen();
  };

  queue.fresh = (n) => {
    const place = queue.element("news");
    if (!place || place.dataset.n === String(n)) return;
    place.dataset.n = String(n);
    if (!n) return place.replaceChildren();
    const words = queue.word("review.queue.fresh", { n: queue.number(n) });
    const button = queue.make("button", "q-fresh", words);
    button.type = "button";
    button.addEventListener("click", queue.showNews);
    place.replaceChildren(button);
  };
  queue.showNews = () => {
    queue.fresh(0);
    queue.anew();
    queue.look();
  };

  /** The page's truth line, which without this would be that of its beginning. */
  queue.truth = (told) => {
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
    const box = queue.element("box");
    if (!box || box.classList.contains("stale") === is) return;
    box.classList.toggle("stale", is);
    const words = queue.word("review.queue.stale");
    queue.standing(is ? words : "");
    /* the line's words were true when they came; the next answer puts its own */
    const of = document.querySelector(".r-truth .r-of");
    if (is && of) line([of.textContent, words, true]);
  }

  /* ---- what is looked at ---- */

  /** The row under the grid's focus, at once: its events come a moment later. */
  queue.follow = () => {
    const cell = queue.api.getFocusedCell();
    const node = cell && queue.api.getDisplayedRowAtIndex(cell.rowIndex);
    if (node && node.data) queue.selected = node.data.id;
  };

  queue.focused = (event) => {
    const node = event.rowIndex === null ? null : queue.api.getDisplayedRowAtIndex(event.rowIndex);
    if (node && node.data && !node.isSelected()) node.setSelected(true, true);
  };

  /** After a block came: the selection is put back where it was. */
  queue.loaded = () => {
    if (!queue.selected) return;
    const node = queue.api.getRowNode(queue.selected);
    if (node && node.data && !node.isSelected()) node.setSelected(true, true);
  };

  queue.row = () => {
    const node = queue.selected && queue.api && queue.api.getRowNode(queue.selected);
    return node && node.data ? node.data : null;
  };

  const LETTERS = { acknowledge: "a", urge: "u", hand_over: "h", comment: "c" };

  /** Says what the buttons act on, and which of them can be pressed. */
  queue.chosen = () => {
    const [row] = queue.api.getSelectedRows();
    if (row) queue.selected = row.id;
    const now = row || queue.row();
    const picked = queue.picked();
    queue.element("chosen").replaceChildren(...about(now, picked));
    const can = picked.length ? "auhc" : now ? now.can || "" : "";
    for (const button of document.querySelectorAll(".q-act")) {
      const name = button.dataset.act;
      if (name === "undo") button.disabled = !queue.undoable();
      else if (name === "clear") button.hidden = !picked.length;
      else if (name === "open") button.disabled = !now || picked.length > 0;
      else button.disabled = !can.includes(LETTERS[name]);
    }
  };

  function about(now, picked) {
    if (picked.length) return [queue.make("b", "", queue.word("review.queue.picked", { n: picked.length }))];
    if (!now) return [queue.make("span", "q-hint", queue.word("review.queue.choose"))];
    const where = [now.where, now.id].filter(Boolean).join(" · ");
    return [queue.make("i", "q-mark " + now.level), queue.make("b", "", now.what), queue.make("span", "", where)];
  }
})();
