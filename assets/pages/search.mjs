/* The search field: asks while one types, shows the groups, and leads to what is chosen.
 * Keys: / reaches the field, arrows choose, Enter opens, Escape closes. Words are written as text.
 */
import { grouped } from "../words.mjs";
import { visit } from "./shell.mjs";

const FIELD = "gw-search";
const FOUND = "gw-found";
const WAIT_MS = 150;

let timer = 0;
let asking = null;

const field = () => document.getElementById(FIELD);
const list = () => document.getElementById(FOUND);
const options = () => [...list().querySelectorAll("a")];
const chosen = () => list().querySelector("[aria-selected=true]");

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/* ---- asking ---- */

function plan() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
}

async function ask() {
  const text = field()?.value.trim() || "";
  asking?.abort();
  if (!text) return close();
  const own = new AbortController();
  asking = own;
  const words = field().closest(".r-find").dataset;
  const query = new URLSearchParams(words.look);
  query.set("q", text);
  try {
    const answer = await fetch(`/api/v1/search?${query}`, { signal: own.signal });
    if (asking !== own) return;
    if (answer.ok) show((await answer.json()).groups, words);
    else note(answer.status === 429 ? words.busy : words.failed);
  } catch (error) {
    if (error.name !== "AbortError") note(words.failed);
  }
}

/* ---- the list ---- */

function show(groups, words) {
  if (!list()) return;
  if (!groups.length) return note(words.none);
  let number = 0;
  const drawn = groups.map((group) => {
    const box = element("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words[group.id]);
    const kind = element("p", "kind", words[group.id]);
    kind.setAttribute("role", "presentation");
    box.append(kind);
    for (const item of group.items) {
      const link = element("a");
      link.href = item.href;
      link.id = `${FOUND}-${number++}`;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      link.tabIndex = -1;
      link.append(element("span", "", item.words));
      if (item.note) link.append(element("span", "note", item.note));
      box.append(link);
    }
    if (group.more) {
      const more = element("p", "more", words.more.replace("{n}", grouped(group.more)));
      more.setAttribute("role", "presentation");
      box.append(more);
    }
    return box;
  });
  list().replaceChildren(...drawn);
  open(true);
}

function note(text) {
  if (!list()) return;
  const line = element("p", "none", text);
  line.setAttribute("role", "status");
  list().replaceChildren(line);
  open(true);
}

function open(shown) {
  list().hidden = !shown;
  const input = field();
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", FOUND);
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) input.removeAttribute("aria-activedescendant");
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  if (list()) open(false);
}

function choose(step) {
  const all = options();
  if (!all.length) return;
  const before = chosen();
  const start = step > 0 ? -1 : all.length;
  const place = before ? all.indexOf(before) : start;
  const next = all[(place + step + all.length) % all.length];
  before?.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", next.id);
}

function go(link) {
  close();
  field().blur();
  visit(link.getAttribute("href"));
}

/* ---- keys and presses ---- */

document.addEventListener("input", (event) => {
  if (event.target.id === FIELD) plan();
});

document.addEventListener("focusin", (event) => {
  if (event.target.id === FIELD && event.target.value.trim()) plan();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
  if (event.target.id !== FIELD) {
    if (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (!field()) return;
    field().focus();
    field().select();
  } else if (event.key === "ArrowDown") choose(1);
  else if (event.key === "ArrowUp") choose(-1);
  else if (event.key === "Enter") {
    const link = chosen() || options()[0];
    if (!list().hidden && link) go(link);
  } else if (event.key === "Escape") {
    close();
    field().blur();
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!list()) return;
  const link = event.target.closest(`#${FOUND} a`);
  if (link && !(event.metaKey || event.ctrlKey || event.shiftKey)) {
    event.preventDefault();
    go(link);
  } else if (!event.target.closest(".r-find")) close();
});
