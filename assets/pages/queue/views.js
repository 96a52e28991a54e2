/* Saved views: a name for an address. One's own, and those that managers share. */
(function () {
  "use strict";

  const queue = (window.gwQueue = window.gwQueue || {});
  const HEAD = { "Content-Type": "application/json", "X-Gridwall": "1" };

  function own(query) {
    const kept = {};
    for (const name of ["lang", "theme"]) if (queue.view.query[name]) kept[name] = queue.view.query[name];
    return window.review.address("/queue", { ...Object.fromEntries(new URLSearchParams(query)), ...kept });
  }

  async function show() {
    const dialog = queue.element("saved");
    const field = queue.make("input", "q-field");
    field.maxLength = 40;
    field.setAttribute("aria-label", queue.word("review.queue.saved_name"));
    dialog.querySelector(".q-name").replaceChildren(field);
    dialog.querySelector(".q-wrong").textContent = "";
    if (!dialog.open) dialog.showModal();
    const answer = await fetch("/api/v1/views", { cache: "no-store" });
    const { views = [] } = answer.ok ? await answer.json() : {};
    dialog.querySelector(".q-list").replaceChildren(
      ...(views.length ? views.map(line) : [queue.make("li", "q-hint", queue.word("review.queue.saved_none"))]),
    );
  }

  function line(view) {
    const link = queue.make("a", "", view.name);
    link.href = own(view.query);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      queue.element("saved").close();
      window.review.visit(link.href);
    });
    const note = view.shared ? queue.make("span", "q-hint", queue.word("review.queue.saved_shared", { by: view.by })) : null;
    const mine = !view.shared || queue.setup.shares;
    const gone = mine ? queue.make("button", "q-plain", queue.word("review.queue.saved_remove")) : null;
    if (gone) {
      gone.type = "button";
      gone.addEventListener("click", async () => {
        const asked = new URLSearchParams({ name: view.name, shared: String(view.shared) });
        await fetch(`/api/v1/views?${asked}`, { method: "DELETE", headers: HEAD });
        show();
      });
    }
    return queue.make("li", "", link, note, gone);
  }

  async function save() {
    const dialog = queue.element("saved");
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
    dialog.querySelector(".q-wrong").textContent = queue.word("review.queue." + key);
  }

  document.addEventListener("click", (event) => {
    if (!queue.api || !event.target.closest) return;
    const on = (selector) => event.target.closest(selector);
    const share = on("[data-share]");
    if (share) share.setAttribute("aria-checked", String(share.getAttribute("aria-checked") !== "true"));
    if (on("#" + queue.setup.ids.views)) show();
    if (on("[data-does=save]")) save();
  });
})();
