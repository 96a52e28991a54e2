/* The field for a time that is typed: read, and led to, or what is wrong with it. */

import { byId, run } from "./run.mjs";
import { time, word } from "./time.mjs";
import { typed } from "./typed.mjs";

const MINUTE = 60000;
const DAY = 86400000;

export function wrongTime(words) {
  run.typed.setAttribute("aria-invalid", String(words !== ""));
  byId("gw-past-wrong").textContent = words;
}

/** Go to what was typed, or show what is wrong with it next to the field. */
function goTo(text, go) {
  const today = time.startOf(time.dayOf(run.now));
  const found = typed(text, run.day, (n) => time.dayOf(today - (n - 0.5) * DAY));
  const at = found && time.moment(found.day, found.clock);
  let wrong = "";
  if (found === null) wrong = word("review.past.unreadable", { text: text.trim().slice(0, 40) });
  else if (at === null) wrong = word("review.past.no_such_time", { text: text.trim().slice(0, 40) });
  else if (at < run.setup.first - MINUTE || at > run.now) {
    const [first, last] = [time.full(run.setup.first), time.full(run.now)];
    wrong = word("review.past.beyond", { first, last });
  }
  wrongTime(wrong);
  if (wrong) return;
  run.typed.blur();
  go(found.day, at);
}

/** Makes the field; `go(day, at)` leads to what was typed. */
export function makeTyped(go) {
  const form = byId("gw-past-typed");
  form.replaceChildren();
  run.typed = form.appendChild(document.createElement("input"));
  Object.assign(run.typed, { type: "text", autocomplete: "off", spellcheck: false });
  run.typed.setAttribute("aria-label", word("review.past.typed"));
  run.typed.setAttribute("aria-describedby", "gw-past-wrong");
  run.typed.addEventListener("focus", () => run.typed.select());
  run.typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter") goTo(run.typed.value, go);
    if (event.key === "Escape") run.typed.blur();
  });
  run.typed.addEventListener("blur", () => run.draw());
}
