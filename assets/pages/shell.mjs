/* The shell: the menu of small screens, filters that become addresses, the look that is remembered.
 * No data passes here; every address is answered by the server as a whole page.
 */
const WHOLE = "."; // means "no value", which a list cannot hold
const DEFAULTS = { range: "month", compare: "previous" };
/* what belongs to one view of a page only */
const PASSING = ["page", "cursor"];

export function address(path, query) {
  const search = new URLSearchParams(query).toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
  return search ? `${path}?${search}` : path;
}

/** As a link does it: no reload, and Back works. */
export function visit(href) {
  window.history.pushState({}, "", href);
  window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
}

/** The same address again, rendered by the server. */
function again() {
  window.dash_clientside.set_props("_pages_location", { search: window.location.search });
}

export const menu = (opened, navbar) => ({ ...navbar, collapsed: { mobile: !opened } });

const address_of = (href) =>
  typeof href === "string" && href.startsWith("/") ? href : window.dash_clientside.no_update;

/** The address behind the point of the course that was pressed. */
export const opens = (pressed) => address_of((pressed?.points?.[0]?.customdata || []).at(-1));

/** The address behind the point of a line chart that was pressed. */
export function opensLine(pressed, lines) {
  const inputs = window.dash_clientside.callback_context.inputs_list[0] || [];
  const changed = window.dash_clientside.callback_context.triggered[0]?.prop_id || "";
  const number = inputs.findIndex((one) => changed.includes(`"name":"${one.id.name}"`));
  const row = pressed[number] || {};
  const line = lines[number]?.name || lines[number];
  return address_of(row[`to_${line}`] || Object.entries(row).find(([key]) => key.startsWith("to_"))?.[1]);
}

/** A filter was set: the address it leads to. */
export function go(values, ask) {
  const none = window.dash_clientside.no_update;
  const inputs = window.dash_clientside.callback_context.inputs_list[0] || [];
  const query = { ...ask.query };
  for (const one of inputs) {
    const field = one.id.field;
    let value = Array.isArray(one.value) ? one.value.join(",") : one.value;
    if (value === undefined || value === null) continue;
    if (value === WHOLE || value === DEFAULTS[field]) value = "";
    if (value === (query[field] || "")) continue;
    if (value) query[field] = value;
    else delete query[field];
    for (const name of PASSING) delete query[name];
  }
  const href = address(ask.path, query);
  return href === address(ask.path, ask.query) ? none : href;
}

/* ---- the look: an address without one gets what this person chose last ---- */

const KEPT = "gridwall.review";

function kept() {
  try {
    return JSON.parse(window.localStorage.getItem(KEPT)) || {};
  } catch {
    return {};
  }
}

function keep(pair) {
  const [name, value] = pair.split("=");
  try {
    window.localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [name]: value }));
  } catch {
    /* a browser that keeps nothing: the address still holds it */
  }
}

function remember() {
  const query = new URLSearchParams(window.location.search);
  const wanted = kept();
  let changed = false;
  for (const name of ["theme", "lang"]) {
    if (wanted[name] && !query.has(name)) {
      query.set(name, wanted[name]);
      changed = true;
    }
  }
  if (!changed) return;
  const href = address(window.location.pathname, Object.fromEntries(query));
  window.history.replaceState({}, "", href + window.location.hash);
}

remember();

/* ---- presses that are no links ---- */

function days(button) {
  const box = button.closest(".r-days");
  const [first, from, last, until] = [...box.querySelectorAll("input")].map((one) => one.value);
  const wrong = box.querySelector(".wrong");
  const timed = from || until;
  const ends = timed ? [`${first}T${from || "00:00"}`, `${last}T${until || "24:00"}`] : [first, last];
  wrong.hidden = Boolean(first && last && (timed ? ends[0] < ends[1] : first <= last));
  if (!wrong.hidden) return;
  const query = Object.fromEntries(new URLSearchParams(window.location.search));
  query.range = ends[0] === ends[1] ? first : ends.join("..");
  visit(address(window.location.pathname, query));
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const keeps = on("[data-keep]");
  if (keeps) keep(keeps.dataset.keep);
  const toggle = on("[data-toggles]");
  if (toggle) {
    const box = document.getElementById(toggle.dataset.toggles);
    const open = box.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  }
  const apply = on("[data-days]");
  if (apply) days(apply);
  if (on(".r-old")) again();
  if (on("[data-print]")) window.print();
  // one open list at a time, and none after a press elsewhere
  for (const open of document.querySelectorAll(".review details.r-down[open], .review details.r-custom[open]")) {
    if (!open.contains(event.target) || event.target.closest("a")) open.open = false;
  }
  if (on(".r-nav a")) {
    const burger = document.querySelector(".r-head .mantine-Burger-root");
    if (burger && burger.offsetParent && document.querySelector(".mantine-Burger-burger[data-opened]")) burger.click();
  }
  const skip = on(".r-skip");
  if (skip) {
    event.preventDefault();
    const main = document.getElementById("gw-main");
    main.tabIndex = -1;
    main.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll(".review details.r-down[open], .review details.r-custom[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

/* ---- a page that is not ready asks again ---- */

setInterval(() => {
  const box = document.querySelector("[data-again]");
  if (!box) return;
  const asked = Number(box.dataset.asked || 0) + 1;
  box.dataset.asked = String(asked);
  if (asked % Number(box.dataset.again) !== 0) return;
  again();
}, 1000);

/* ---- a page that is some minutes old shows so, and is rendered again when asked ---- */

const OLD_MS = 60_000;
const made = new WeakMap();

// a page that follows what happens is never old
document.addEventListener("gw:current", () => {
  const button = document.querySelector(".r-old");
  if (button) made.set(button, Date.now());
});

setInterval(() => {
  const button = document.querySelector(".r-old");
  if (!button) return;
  if (!made.has(button)) made.set(button, Date.now());
  const age = Date.now() - made.get(button);
  button.hidden = age < OLD_MS;
  if (!button.hidden) button.textContent = button.dataset.old.replace("{n}", String(Math.floor(age / OLD_MS)));
}, 1000);

/* ---- the page's language: the document's, and that of a map's buttons ---- */

function zoomWords() {
  const map = document.querySelector("[data-zoom-in]");
  for (const way of map ? ["in", "out"] : []) {
    const button = map.querySelector(".leaflet-control-zoom-" + way);
    const words = map.getAttribute("data-zoom-" + way);
    if (!button || button.title === words) continue;
    button.title = words;
    button.setAttribute("aria-label", words);
  }
}

new MutationObserver(() => {
  zoomWords();
  const page = document.querySelector(".review[lang]");
  if (page && document.documentElement.lang !== page.lang) document.documentElement.lang = page.lang;
}).observe(document.documentElement, { childList: true, subtree: true });
