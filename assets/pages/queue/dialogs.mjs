/* What the queue asks: to whom, which words, what to do when another user was faster. */

import { forgetDraft, restoreDraft } from "../drafts.mjs";
import { act, actOn, say, sinceWords } from "./acts.mjs";
import { actOnMany, picked } from "./bulk.mjs";
import { currentRow } from "./live.mjs";
import { queue } from "./state.mjs";
import { element, make, word } from "./words.mjs";

/** Which event a dialog is about, or how many. */
const setAbout = (dialog, rows) => {
  dialog.rows = rows;
  dialog.dataset.about = JSON.stringify(rows.map((row) => row.id).sort());
  const place = dialog.querySelector(".q-about");
  if (rows.length > 1) {
    return place.replaceChildren(make("b", "", word("review.queue.picked", { n: rows.length })));
  }
  const [row] = rows;
  const mark = make("i", "mark " + row.level);
  const where = [row.where, row.id].filter(Boolean).join(" · ");
  place.replaceChildren(mark, make("b", "", row.what), make("span", "", where));
};

/** Another user acted in between: what, and whether to do it all the same. */
export const showConflict = (row, kind, more, answer) => {
  const dialog = element("conflict");
  const now = answer.row || row;
  setAbout(dialog, [now]);
  dialog.querySelector(".q-since").replaceChildren(
    ...answer.since.map((one) => make("li", "", sinceWords([one]))),
  );
  const again = dialog.querySelector("[data-does=again]");
  again.textContent = word("review.queue.conflict_go", { kind: word("review.queue.act_" + kind) });
  again.onclick = () => {
    dialog.close();
    actOn(now, kind, more);
  };
  say("");
  if (!dialog.open) dialog.showModal();
  return false;
};

export const askFor = (which) => {
  const ticked = picked();
  const rows = ticked.length ? ticked : [currentRow()];
  const dialog = element(which);
  setAbout(dialog, rows);
  if (which === "hand") {
    for (const unit of dialog.querySelectorAll("[data-to]")) {
      unit.disabled = rows.length === 1 && unit.dataset.to === rows[0].owner;
    }
  } else {
    dialog.querySelector(".q-wrong").textContent = "";
    restoreDraft(dialog.querySelector("textarea"));
  }
  dialog.showModal();
};

function handOver(dialog, to) {
  dialog.close();
  const [row] = dialog.rows;
  if (dialog.rows.length === 1) return actOn(row, "hand_over", { to });
  return actOnMany(dialog.rows.map((one) => ({ row: one, kind: "hand_over", more: { to } })));
}

export const sendComment = async (dialog) => {
  const text = dialog.querySelector("textarea").value;
  const wrong = dialog.querySelector(".q-wrong");
  const say = () => {
    wrong.textContent = word("review.queue.comment_other");
  };
  if (!text.trim()) return void (wrong.textContent = word("review.queue.comment_empty"));
  const [first, ...rest] = dialog.rows;
  // the words are judged with the first; the others follow if they are good
  const done = await actOn(first, "comment", { text }, { wrong: say });
  if (!done) return;
  forgetDraft(dialog.querySelector("textarea"));
  dialog.close();
  if (rest.length) {
    const before = [{ row: first, done, words: word("review.queue.bulk_ok") }];
    await actOnMany(rest.map((row) => ({ row, kind: "comment", more: { text } })), { before });
  }
};

document.addEventListener("click", (event) => {
  if (!queue.api || !event.target.closest) return;
  const on = (selector) => event.target.closest(selector);
  const button = on(".q-act"), to = on("[data-to]"), close = on("[data-close]");
  if (button) act(button.dataset.act);
  if (on("[data-dialog]")) document.getElementById(on("[data-dialog]").dataset.dialog).showModal();
  if (close) close.closest("dialog").close();
  if (to && on("dialog")) handOver(on("dialog"), to.dataset.to);
  if (on("[data-does=comment]")) sendComment(on("dialog"));
});
