/* What was typed and not sent: it survives Escape, a closed dialog and another page, in this tab's
 * session only, for the user who typed it. A field takes part by `data-draft` (its name); what it is
 * about is `data-about` of a dialog around it, else the page's path.
 */

const PREFIX = "gw-draft:";

/* the account in the page's head: another user of this tab finds no draft of the one before */
function who() {
  const name = document.querySelector(".r-who .r-name");
  return name ? name.textContent : "";
}

function key(field) {
  const around = field.closest("[data-about]");
  const about = around ? around.dataset.about : window.location.pathname;
  return PREFIX + JSON.stringify([who(), field.dataset.draft, about]);
}

/* a browser may forbid storage: then a draft lives as long as its page */
function storing(work) {
  try {
    return work(window.sessionStorage);
  } catch {
    return null;
  }
}

/** The draft of a field into the field; empty if there is none. */
export const restoreDraft = (field) => {
  field.value = storing((store) => store.getItem(key(field))) || "";
};

/** Forget a field's draft: it was sent. */
export const forgetDraft = (field) => {
  storing((store) => store.removeItem(key(field)));
};

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset || !field.dataset.draft) return;
  if (field.value.trim()) storing((store) => store.setItem(key(field), field.value));
  else forgetDraft(field);
});
