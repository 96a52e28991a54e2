/* Saved views: a name for an address. One's own, and those that managers share. */

import { address, visit } from "../shell.mjs";
import { queue } from "./state.mjs";
import { element, make, word } from "./words.mjs";

const HEAD = { "Content-Type": "application/json", "X-Gridwall": "1" };

function own(query) {
  const kept = {};
  for (const name of ["lang", "theme"]) if (queue.view.query[name]) kept[name] = queue.view.query[name];
  return address("/queue", { ...Object.fromEntries(new URLSearchParams(query)), ...kept });
}

async function show() {
  const dialog = element("saved");
  const field = make("input", "q-field");
  field.maxLength = 40;
  field.setAttribute("aria-label", word("review.queue.saved_name"));
  dialog.querySelector(".q-name").replaceChildren(field);
  dialog.querySelector(".q-wrong").textContent = "";
  if (!dialog.open) dialog.showModal();
  const answer = await fetch("/api/v1/views", { cache: "no-store" });
  const { views = [] } = answer.ok ? await answer.json() : {};
  dialog.querySelector(".q-list").replaceChildren(
    ...(views.length ? views.map(line) : [make("li", "q-hint", word("review.queue.saved_none"))]),
  );
}

function line(view) {
  const link = make("a", "", view.name);
  link.href = own(view.query);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    element("saved").close();
    visit(link.href);
  });
  const note = view.shared ? make("span", "q-hint", word("review.queue.saved_shared", { by: view.by })) : null;
  const mine = !view.shared || queue.setup.shares;
  const gone = mine ? make("button", "q-plain", word("review.queue.saved_remove")) : null;
  if (gone) {
    gone.type = "button";
    gone.addEventListener("click", async () => {
      const asked = new URLSearchParams({ name: view.name, shared: String(view.shared) });
      await fetch(`/api/v1/views?${asked}`, { method: "DELETE", headers: HEAD });
      show();
    });
  }
  return make("li", "", link, note, gone);
}

async function save() {
  const dialog = element("saved");
  const share = dialog.querySelector("[data-share]");
  const kept = { ...queue.view.query };
  for (const name of ["lang", "theme"]) delete kept[name];
  const body = {
    name: dialog.querySelector(".q-field").value,
    query: new URLSearchParams(kept).toString(),
    shared: Boolean(share && share.getAttribute("aria-checked") === "true"),
  };
  const answer = await fetch("/api/v1/views", { method: "POST", headers: HEAD, body: JSON.stringify(body) });
  if (answer.ok) return show();
  const key = answer.status === 409 ? "saved_full" : answer.status === 422 ? "saved_ill" : "no_other";
  dialog.querySelector(".q-wrong").textContent = word("review.queue." + key);
}

document.addEventListener("click", (event) => {
  if (!queue.api || !event.target.closest) return;
  const on = (selector) => event.target.closest(selector);
  const share = on("[data-share]");
  if (share) share.setAttribute("aria-checked", String(share.getAttribute("aria-checked") !== "true"));
  if (on("#" + queue.setup.ids.views)) show();
  if (on("[data-does=save]")) save();
});
