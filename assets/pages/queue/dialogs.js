/* What the queue asks: to whom, which words, what to do when somebody else was faster. */
(function () {
  "use strict";

  const queue = (window.gwQueue = window.gwQueue || {});

  /** Which event a dialog is about, or how many. */
  queue.about = (dialog, rows) => {
    dialog.rows = rows;
    const place = dialog.querySelector(".q-about");
    if (rows.length > 1) {
      return place.replaceChildren(queue.make("b", "", queue.word("review.queue.picked", { n: rows.length })));
    }
    const [row] = rows;
    const mark = queue.make("i", "q-mark " + row.level);
    const where = [row.where, row.id].filter(Boolean).join(" · ");
    place.replaceChildren(mark, queue.make("b", "", row.what), queue.make("span", "", where));
  };

  /** Somebody else acted in between: what, and whether to do it all the same. */
  queue.conflict = (row, kind, more, answer) => {
    const dialog = queue.element("conflict");
    const now = answer.row || row;
    queue.about(dialog, [now]);
    dialog.querySelector(".q-since").replaceChildren(
      ...answer.since.map((one) => queue.make("li", "", queue.since([one]))),
    );
    const again = dialog.querySelector("[data-does=again]");
    again.textContent = queue.word("review.queue.conflict_go", { kind: queue.word("review.queue.act_" + kind) });
    again.onclick = () => {
      dialog.close();
      queue.do(now, kind, more);
    };
    queue.said("");
    if (!dialog.open) dialog.showModal();
    return false;
  };

  queue.ask = (which) => {
    const picked = queue.picked();
    const rows = picked.length ? picked : [queue.row()];
    const dialog = queue.element(which);
    queue.about(dialog, rows);
    if (which === "hand") {
      for (const unit of dialog.querySelectorAll("[data-to]")) {
        unit.disabled = rows.length === 1 && unit.dataset.to === rows[0].owner;
      }
    } else {
      dialog.querySelector(".q-wrong").textContent = "";
      dialog.querySelector("textarea").value = "";
    }
    dialog.showModal();
  };

  function handOver(dialog, to) {
    dialog.close();
    const [row] = dialog.rows;
    if (dialog.rows.length === 1) return queue.do(row, "hand_over", { to });
    return queue.several(dialog.rows.map((one) => ({ row: one, kind: "hand_over", more: { to } })));
  }

  queue.comment = async (dialog) => {
    const text = dialog.querySelector("textarea").value;
    const wrong = dialog.querySelector(".q-wrong");
    const say = (reason) => {
      const which = /identity/.test(reason) ? "identity" : /telephone/.test(reason) ? "phone" : "other";
      wrong.textContent = queue.word("review.queue.comment_" + which);
    };
    if (!text.trim()) return void (wrong.textContent = queue.word("review.queue.comment_empty"));
    const [first, ...rest] = dialog.rows;
    // the words are judged with the first; the others follow if they are good
    const done = await queue.do(first, "comment", { text }, { wrong: say });
    if (!done) return;
    dialog.close();
    if (rest.length) {
      const before = [{ row: first, done, words: queue.word("review.queue.bulk_ok") }];
      await queue.several(rest.map((row) => ({ row, kind: "comment", more: { text } })), { before });
    }
  };

  document.addEventListener("click", (event) => {
    if (!queue.api || !event.target.closest) return;
    const on = (selector) => event.target.closest(selector);
    const button = on(".q-act"), to = on("[data-to]"), close = on("[data-close]");
    if (button) queue.act(button.dataset.act);
    if (on("[data-dialog]")) document.getElementById(on("[data-dialog]").dataset.dialog).showModal();
    if (close) close.closest("dialog").close();
    if (to && on("dialog")) handOver(on("dialog"), to.dataset.to);
    if (on("[data-does=comment]")) queue.comment(on("dialog"));
  });
})();
