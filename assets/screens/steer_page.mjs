/* The steering page (layouts/screens/steer.py): shows what holds and what was done, sends what is
 * pressed. One press is one request with a name of its own, so that one that is sent twice is done once.
 */
import { duration } from "../durations.mjs";
import { twice } from "../twice.mjs";
import { say as fillIn } from "../words.mjs";

const LOOK_MS = 5000;
/* While a wall has not confirmed that it shows an order. */
const SOON_MS = 1000;
const EVENTS_MS = 30000;
const EVENTS = 12;
const TOKEN = "gw-admin";

let names = null;
let seconds = 300;
let shownAt = 0;
let soon = null;
/* the order that was given last from this page */
let last = null;

const byId = (id) => document.getElementById(id);

const text = (key, values) => fillIn(names.text, names.locale, key, values) ?? key;

function make(tag, className, parent, words) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (words !== undefined) node.textContent = words;
  if (parent) parent.appendChild(node);
  return node;
}

const name = (kind, code) => (code ? names[kind][code] || code : "");

function where(row) {
  const near = name("places", row.area);
  const wide = row.county && row.county !== row.area ? name("places", row.county) : "";
  if (!wide) return near;
  return names.lang === "zh" ? wide + " " + near : near + ", " + wide;
}

function clock(ms) {
  const plain = { timeZone: names.zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(names.locale, plain).format(ms) + twice(ms, names.zone);
}

const length = (ms) => duration(ms, (word, n) => text("unit." + word, { n }));

/* ---- the server ---- */

async function ask(path, method = "GET", body) {
  const headers = { "X-Gridwall": "1" };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = "Bearer " + token;
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, cache: "no-store", body: body && JSON.stringify(body) });
  } catch {
    say(text("steering.unreachable"), true);
    return null;
  }
  const asks = names.token && [401, 403, 429].includes(answer.status);
  if (path.startsWith("/api/v1/steer")) byId("gw-steer-sign-in").hidden = !asks;
  if (answer.ok) return answer.json();
  const found = await answer.json().catch(() => ({}));
  if (asks) place.at = byId("gw-steer-enter");
  say(why(answer.status, found.error, token), true);
  if (answer.status === 401 && !names.token) {
    make("a", "", byId("gw-steer-said"), text("steering.sign_in_again")).href = "/sign-in?next=/steer";
  }
  return null;
}

/** Why the server refuses, in words: a token is asked for only where it opens anything. */
function why(status, error, token) {
  if (status === 429) return text("steering.wait");
  if (error === "no admin token") return text("steering.no_token");
  if (error === "other area") return text("steering.other_area");
  if (status === 403) return text("steering.not_allowed");
  if (status === 401 && names.token) return text(token ? "steering.wrong" : "steering.who");
  if (status === 401) return text("steering.signed_out");
  if (status === 422) return text("steering.unknown");
  return text("steering.failed", { n: status });
}

/* The message is right under what was pressed and covers nothing; a list that is filled again keeps
 * it under the same row. */
const place = { at: null, event: "" };

function near(node, event = "") {
  Object.assign(place, { at: node, event });
}

function say(words, bad) {
  const node = byId("gw-steer-said");
  if (place.at !== null && place.at.isConnected && place.at.nextSibling !== node) place.at.after(node);
  if (node.textContent !== words) node.textContent = words;
  node.dataset.bad = bad ? "yes" : "";
  shownAt = Date.now();
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function show(wish) {
  const device = byId("gw-steer-device").value;
  const order = await ask("/api/v1/steer", "POST", { id: fresh(), device, seconds, ...wish });
  if (order === null) return;
  last = order.id;
  say(text("steering.done", { what: what(order), at: clock(order.until) }));
  look();
}

async function end(order) {
  near(byId("gw-steer-now"));
  const query = new URLSearchParams({ id: order.id });
  if ((await ask("/api/v1/steer?" + query, "DELETE")) === null) return;
  say(text("steering.ended"));
  look();
}

/* ---- where an order is: what the walls have answered ---- */

/** "Shown", or "Sent, not yet shown" and what is before it; in words for the eye and the ear. */
function whereIs({ state, before, until, shown, waiting, gone }) {
  const all = shown + waiting + gone;
  if (state === "gone") return text("steering.gone");
  const some = all > 1 ? text("steering.shown_by", { n: shown, all }) : "";
  if (state === "shown") return some || text("steering.shown");
  const why = before ? text("steering.before_" + before, { at: clock(until) }) : "";
  const first = some && shown > 0 ? some : text("steering.sent");
  return [first, why].filter(Boolean).join(text("steering.and"));
}

/* ---- what it shows ---- */

function what(order) {
  const scene = order.scene ? names.scenes[order.scene] || order.scene : "";
  const event = order.event ? text("steering.event", { id: order.event }) : "";
  return [scene, name("places", order.area), event].filter(Boolean).join(" · ");
}

const wall = (order) => order.device || text("steering.all");
const by = (who) => ({ demo: text("steer.by_demo"), admin: text("steer.by_admin") })[who] || who;

async function look() {
  if (document.hidden) return;
  const found = await ask("/api/v1/steer");
  if (found === null) return;
  if (byId("gw-steer-said").dataset.bad && Date.now() - shownAt > LOOK_MS) say("");
  fill("gw-steer-device", [["", text("steering.all")], ...found.devices.map((one) => [one, one])]);
  const now = byId("gw-steer-now");
  now.replaceChildren();
  for (const order of found.active) {
    const row = make("div", "row", now);
    const words = make("div", "words", row);
    make("div", "what", words, what(order));
    make("div", "more", words, [
      wall(order),
      text("steer.line", { by: by(order.by), back: text("steer.at", { at: clock(order.until) }) }),
    ].join(" · "));
    const state = make("div", "state", words, whereIs(order.answer));
    state.dataset.state = order.answer.state;
    const others = order.answer.walls.filter((one) => one.state !== "shown" && one.device);
    if (!order.device && others.length > 0) {
      make("div", "more", words, others.map((one) => one.device).join(text("steering.list")));
    }
    make("button", "end", row, text("steering.end")).onclick = () => end(order);
  }
  if (found.active.length === 0) make("p", "none", now, text("steering.none"));
  const own = found.active.find((order) => order.id === last);
  if (own && own.answer.state === "shown") {
    last = null;
    say([whereIs(own.answer), what(own)].join(text("steering.and")));
  }
  clearTimeout(soon);
  const open = found.active.some((order) => order.answer.state !== "shown");
  if (open) soon = setTimeout(look, SOON_MS);
  const log = byId("gw-steer-log");
  log.replaceChildren();
  for (const line of found.log) {
    const row = make("li", "row", log);
    make("span", "at", row, clock(line.at));
    const words = { by: by(line.by), wall: wall(line.order), what: what(line.order) };
    make("span", "what", row, text("steering.log_" + line.what, words));
  }
  if (found.log.length === 0) make("p", "none", log, text("steering.no_record"));
}

async function events() {
  if (document.hidden) return;
  const found = await ask("/api/v1/wall");
  if (found === null) return;
  const list = byId("gw-steer-events");
  const message = byId("gw-steer-said");
  const inside = list.contains(message);
  if (inside) list.before(message);
  list.replaceChildren();
  for (const row of found.queue.slice(0, EVENTS)) {
    const button = make("button", "row event", list);
    button.type = "button";
    button.dataset.event = row.event_id;
    const mark = make("i", "mark " + row.level, button);
    mark.setAttribute("aria-hidden", "true");
    const words = make("span", "words", button);
    make("span", "what", words, name("categories", row.category));
    make("span", "more", words, [where(row), name("departments", row.department)].filter(Boolean).join(" · "));
    const over = row.due !== null && row.due < found.now_ms;
    const late = row.clock === "respond" ? "queue.over_respond" : "queue.over_handle";
    const left = row.due === null ? "" : text(over ? late : "queue.left", { t: length(row.due - found.now_ms) });
    make("span", over ? "time over" : "time", button, left);
    button.onclick = () => {
      near(button, row.event_id);
      show({ event: row.event_id });
    };
    if (inside && row.event_id === place.event) {
      place.at = button;
      button.after(message);
    }
  }
  if (found.queue.length === 0) make("p", "none", list, text("queue.empty"));
}

/* ---- choices ---- */

/** A select with these choices; what was chosen stays chosen. */
function fill(id, choices) {
  let select = byId(id);
  const key = JSON.stringify(choices);
  if (select === null) {
    select = make("select", "", document.querySelector('[data-select="' + id + '"]'));
    select.id = id;
  }
  if (select.dataset.key === key) return select;
  const before = select.value;
  select.dataset.key = key;
  select.replaceChildren();
  for (const [value, words] of choices) make("option", "", select, words).value = value;
  if (choices.some(([value]) => value === before)) select.value = before;
  return select;
}

function below(code) {
  return (names.tree[code] || []).map((one) => [one, names.places[one]]);
}

function towns() {
  const county = byId("gw-steer-county").value;
  fill("gw-steer-township", [["", text("steering.whole")], ...(county ? below(county) : [])]);
  byId("gw-steer-township").disabled = below(county).length === 0 || !county;
}

function area() {
  const code = byId("gw-steer-township").value || byId("gw-steer-county").value;
  if (!code) return;
  near(byId("gw-steer-area"));
  show(names.scenes.area ? { scene: "area", area: code } : { area: code });
}

/** The page has come: fill it, and look again now and then. */
export function steering(given) {
  if (!given || names !== null) return true;
  names = given;
  document.documentElement.lang = names.lang === "zh" ? "zh-CN" : "en";
  fill("gw-steer-device", [["", text("steering.all")]]);
  fill("gw-steer-county", [["", text("steering.choose")], ...below("")]).onchange = towns;
  towns();
  const page = byId("gw-steer-page");
  const times = [...page.querySelectorAll(".time[data-seconds]")];
  for (const button of times) {
    button.onclick = () => {
      seconds = Number(button.dataset.seconds);
      for (const one of times) one.setAttribute("aria-pressed", String(one === button));
    };
  }
  for (const button of page.querySelectorAll("[data-scene]")) {
    button.onclick = () => {
      near(button.parentElement);
      show({ scene: button.dataset.scene });
    };
  }
  byId("gw-steer-area").onclick = area;
  byId("gw-steer-enter").onclick = () => {
    sessionStorage.setItem(TOKEN, byId("gw-steer-token").value.trim());
    look();
    events();
  };
  look();
  events();
  setInterval(look, LOOK_MS);
  setInterval(events, EVENTS_MS);
  document.addEventListener("visibilitychange", look);
  return true;
}
