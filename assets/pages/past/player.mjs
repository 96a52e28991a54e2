/* The time machine's player: which moment, how fast, and the frames that the wall in the page gets.
 *
 * Frames are asked for a few at a time, each a patch on the one before, and handed over when their
 * moment comes; when they are late the clock waits for them. The address always holds day and
 * moment, so a link is the view. Marks, list and figures: track.mjs; times and words: time.mjs.
 */

import { address, visit } from "../shell.mjs";
import { playerName } from "./seat.mjs";
import { settle, time, word } from "./time.mjs";
import { clearMarks, loadMarks, makeSlider, moveHead, nextMark, showFigures } from "./track.mjs";
import { typed } from "./typed.mjs";

const TICK_MS = 100;
/* a frame so often, in time of the viewer; asked for so many at once, so many held */
const EVERY_MS = 1000;
const SHARE = 4;
const AHEAD = 6;
const ADDRESS_MS = 2000;
const MINUTE = 60000;
const DAY = 86400000;
let run = null;
let timer = 0;

const byId = (id) => document.getElementById(id);

/* ---- frames ---- */

const wall = () => byId("gw-past-wall").contentWindow;
const ready = () => wall() && wall().gridwallPast && wall().gridwallPast.started;
const step = () => (run.speed * EVERY_MS) / 1000;
const last = () => Math.min(run.end - 1000, run.now);

function showState(key, values) {
  byId("gw-past-said").textContent = key ? word(`review.past.${key}`, values) : "";
  byId("gw-past").dataset.state = key || "";
}

async function ask(from, count, base) {
  const query = new URLSearchParams({
    from: String(Math.round(from)),
    step: String(count > 1 ? step() : 0),
    count: String(count),
    base: String(base || 0),
    player: run.player,
  });
  if (run.setup.area) query.set("area", run.setup.area);
  const answer = await fetch(`/api/v1/past/frames?${query}`);
  if (answer.ok) return answer.json();
  if (answer.status === 429) throw new Error("busy");
  throw new Error(answer.status === 403 || answer.status === 401 ? "refused" : "no_data");
}

/** Mark the figures as those of another time until they belong to the one on the label. */
function mark(state) {
  const { dataset } = byId("gw-past");
  const words = state === "reading" ? word("review.past.reading", { at: time.minute(run.at) }) : "";
  const node = byId("gw-past-reading");
  if (node.textContent !== words) node.textContent = words;
  if (dataset.waiting === state) return;
  dataset.waiting = state;
  for (const id of ["gw-past-stage", "gw-past-figures"]) {
    byId(id).setAttribute("aria-busy", String(state === "reading"));
  }
}

function show(frame) {
  const speed = run.playing ? run.speed : 0;
  if (!wall().gridwallPast.show(frame, speed)) return false;
  run.shown = frame;
  byId("gw-past").dataset.shown = String(frame.at);
  showFigures(wall().gridwall, behind);
  return true;
}

/** The address of the events behind a figure of the moment that is shown. */
function behind(of, n, more) {
  const { area, lang, theme } = run.setup.query;
  const at = run.shown.at;
  const bounds = { range: time.dayOf(at), until: String(at + 1), counted: String(n) };
  const query = { area, lang, theme, of, ...more, ...bounds };
  return address("/events", Object.fromEntries(Object.entries(query).filter(([, text]) => text)));
}

/** Show one moment; the newest wish wins. */
async function seek(at) {
  run.at = Math.max(run.start, Math.min(at, last()));
  run.queue = [];
  run.wish += 1;
  const same = run.shown !== null && run.shown.at === Math.round(run.at);
  mark(same && run.playing ? "" : "reading");
  draw();
  if (run.seeking || !ready()) return;
  run.seeking = true;
  try {
    for (let done = -1; done !== run.wish && run.root.isConnected; ) {
      done = run.wish;
      const wanted = Math.round(run.at);
      const held = run.shown ? run.shown.v : 0;
      const early = run.early !== null && run.early.at === wanted ? run.early.got : null;
      run.early = null;
      let got = await (early || ask(wanted, 1, held));
      if (got === null) got = await ask(wanted, 1, held);
      run.now = got.now;
      /* an answer for a time that is no longer the one shown is dropped */
      if (done !== run.wish || got.frames[0].at !== wanted) continue;
      if (!show(got.frames[0])) {
        const [full] = (await ask(wanted, 1, 0)).frames;
        if (done !== run.wish || full.at !== wanted) continue;
        show(full);
      }
    }
    mark("");
    showState("");
    /* the picture first: both ask the same store */
    if (run.marked !== run.day) loadMarks(run.setup, (run.marked = run.day), run.start, run.end);
  } catch (error) {
    trouble(error);
  } finally {
    run.seeking = false;
  }
}

function trouble(error) {
  const known = ["busy", "refused", "no_data"].includes(error.message);
  showState(known ? error.message : "no_data");
  mark("failed");
  if (run.playing) play(false, true);
}

/** Ask for the frames to come. */
async function fill() {
  if (run.filling || run.seeking || run.queue.length > AHEAD - SHARE || run.shown === null) return;
  const tail = run.queue.length > 0 ? run.queue[run.queue.length - 1] : run.shown;
  const from = tail.at + 1000 * step();
  if (from > last()) return;
  run.filling = true;
  const wish = run.wish;
  try {
    const got = await ask(from, SHARE, tail.v);
    run.now = got.now;
    if (wish === run.wish) run.queue.push(...got.frames);
  } catch (error) {
    trouble(error);
  } finally {
    run.filling = false;
  }
}

function advance(passed) {
  const tail = run.queue.length > 0 ? run.queue[run.queue.length - 1] : run.shown;
  if (tail === null || run.seeking) return;
  const reach = Math.min(tail.at + 1000 * step(), last());
  const next = run.at + passed * run.speed;
  const waits = next > reach && reach < last();
  run.at = Math.min(next, reach);
  while (run.queue.length > 0 && run.queue[0].at <= run.at) {
    if (!show(run.queue.shift())) {
      seek(run.at);
      return;
    }
  }
  if (waits && !run.waits) wall().gridwallPast.hold();
  run.waits = waits;
  if (run.at >= last()) play(false);
  else fill();
}

function tick() {
  if (run === null || !run.root.isConnected) {
    clearInterval(timer);
    return;
  }
  /* the wall's page was loaded again, and holds nothing */
  if (run.shown !== null && ready() && wall().gridwallPast.at === null) seek(run.at);
  const now = performance.now();
  const passed = now - run.ticked;
  run.ticked = now;
  if (run.playing && !document.hidden) {
    advance(passed);
    draw();
    if (now - run.told > ADDRESS_MS) tell();
  }
}

/* ---- what is shown around it ---- */

function draw() {
  byId("gw-past-time").textContent = time.second(run.at);
  const field = run.typed;
  if (document.activeElement !== field && field.getAttribute("aria-invalid") !== "true") {
    field.value = `${time.dayOf(run.at)} ${time.stamp(run.at).slice(0, 5)}`;
  }
  moveHead(run.at, run.start, run.end);
}

/** The address of what is shown; the look and the filters must lead back here as well. */
function tell(fresh) {
  run.told = performance.now();
  const at = time.stamp(run.at);
  const query = { ...run.setup.query, day: run.day, at, speed: String(run.speed) };
  const href = address("/past", query);
  window.history[fresh ? "pushState" : "replaceState"](window.history.state, "", href);
  window.dash_clientside.set_props("gw-ask", { data: { path: "/past", query } });
}

function play(on, still = false) {
  run.playing = on;
  run.ticked = performance.now();
  const button = run.root.querySelector("[data-past=play]");
  button.setAttribute("aria-pressed", String(on));
  button.setAttribute("aria-label", word(on ? "review.past.pause" : "review.past.play"));
  if (on && run.at >= last()) run.at = run.start;
  /* what could not be read is not asked for at once again */
  if (!still) seek(run.at);
  if (!on) tell();
}

export function jump(at) {
  wrongTime("");
  seek(at);
  tell();
}

function speed(n) {
  if (!run.setup.speeds.includes(n)) return;
  run.speed = n;
  for (const one of run.root.querySelectorAll("[data-speed]")) {
    one.setAttribute("aria-pressed", String(Number(one.dataset.speed) === n));
  }
  seek(run.at);
  tell();
}

/** Turn to a day (YYYY-MM-DD), to the same time of it unless another is given. */
function turn(day, at, fresh = true) {
  const least = time.dayOf(run.setup.first);
  const most = time.dayOf(run.now);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || day < least || day > most) {
    showState("out_of_range", { first: least, last: most });
    run.date.value = run.day;
    return;
  }
  const into = run.at - run.start;
  run.day = day;
  run.start = time.startOf(day);
  run.end = time.startOf(time.dayOf(run.start + 1.5 * DAY));
  run.date.value = day;
  clearMarks(run.start, run.end);
  run.marked = "";
  seek(at === undefined ? run.start + into : at);
  if (fresh) tell(true);
}

/* ---- a time that is typed ---- */

function wrongTime(words) {
  run.typed.setAttribute("aria-invalid", String(words !== ""));
  byId("gw-past-wrong").textContent = words;
}

/** Go to what was typed, or show what is wrong with it next to the field. */
function goTo(text) {
  const today = time.startOf(time.dayOf(run.now));
  const found = typed(text, run.day, (n) => time.dayOf(today - (n - 0.5) * DAY));
  const at = found && time.moment(found.day, found.clock);
  let wrong = "";
  if (found === null) wrong = word("review.past.unreadable", { text: text.trim().slice(0, 40) });
  else if (at === null) wrong = word("review.past.no_such_time", { text: text.trim().slice(0, 40) });
  else if (at < run.setup.first - MINUTE || at > run.now) {
    const stamp = (ms) => `${time.dayOf(ms)} ${time.stamp(ms).slice(0, 5)}`;
    wrong = word("review.past.beyond", { first: stamp(run.setup.first), last: stamp(run.now) });
  }
  wrongTime(wrong);
  if (wrong) return;
  run.typed.blur();
  if (found.day === run.day) jump(at);
  else turn(found.day, at);
}

function makeTyped() {
  const form = byId("gw-past-typed");
  form.replaceChildren();
  run.typed = form.appendChild(document.createElement("input"));
  Object.assign(run.typed, { type: "text", autocomplete: "off", spellcheck: false });
  run.typed.setAttribute("aria-label", word("review.past.typed"));
  run.typed.setAttribute("aria-describedby", "gw-past-wrong");
  run.typed.addEventListener("focus", () => run.typed.select());
  run.typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter") goTo(run.typed.value);
    if (event.key === "Escape") run.typed.blur();
  });
  run.typed.addEventListener("blur", draw);
}

/** The wall alone on the screen; the keys go on working. */
function full() {
  const stage = byId("gw-past-stage");
  if (document.fullscreenElement) document.exitFullscreen();
  else if (stage.requestFullscreen) stage.requestFullscreen();
}

export const doing = {
  full,
  type: () => run.typed.focus(),
  play: () => play(!run.playing),
  back: () => jump(run.at - MINUTE),
  on: () => jump(run.at + MINUTE),
  before: () => nextMark(run.at, -1),
  after: () => nextMark(run.at, 1),
  yesterday: () => turn(time.dayOf(run.start - DAY / 2)),
  tomorrow: () => turn(time.dayOf(run.end + DAY / 2)),
  by: (minutes) => jump(run.at + MINUTE * minutes),
  home: () => jump(run.start),
  end: () => jump(last()),
  faster: (way) => speed(run.setup.speeds[run.setup.speeds.indexOf(run.speed) + way]),
};

export const alive = () => run !== null && run.root.isConnected;

/* The links of the look were made for the moment the page came with. */
document.addEventListener(
  "click",
  (event) => {
    const link = run !== null && run.root.isConnected && event.target.closest("a.r-switch");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const query = Object.fromEntries(new URL(link.href).searchParams);
    Object.assign(query, { day: run.day, at: time.stamp(run.at), speed: String(run.speed) });
    visit(address("/past", query));
  },
  true,
);

window.addEventListener("popstate", () => {
  if (run === null || !run.root.isConnected || window.location.pathname !== "/past") return;
  const query = new URLSearchParams(window.location.search);
  const day = query.get("day");
  if (!day) return;
  const at = query.get("at") || "08:30:00";
  turn(day, time.moment(day, at.length === 5 ? `${at}:00` : at) || time.startOf(day), false);
});

function begin(setup) {
  const root = byId("gw-past");
  if (root === null || (run !== null && run.root === root)) return;
  settle(setup);
  run = { root, setup, player: playerName(), at: setup.at };
  Object.assign(run, { speed: setup.speed, now: setup.now, start: setup.at, end: setup.at + 1 });
  Object.assign(run, { early: null, typed: null });
  Object.assign(run, { queue: [], shown: null, playing: false, wish: 0, told: 0, ticked: 0 });
  const day = String(setup.day).replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
  run.date = byId("gw-past-day").appendChild(document.createElement("input"));
  Object.assign(run.date, { type: "date", min: time.dayOf(setup.first), max: time.dayOf(setup.now) });
  run.date.setAttribute("aria-label", word("review.past.day"));
  run.date.addEventListener("change", () => turn(run.date.value));
  makeTyped();
  makeSlider((at) => seek(at), () => tell());
  /* the first picture is made while the wall's page is still loading */
  const first = Math.round(setup.at);
  run.early = { at: first, got: ask(first, 1, 0).catch(() => null) };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button === null) return;
    /* pressed with a pointer: the keys are the player's again */
    if (event.detail > 0) button.blur();
    if (button.dataset.past) doing[button.dataset.past]();
    if (button.dataset.speed) speed(Number(button.dataset.speed));
  });
  showState("loading");
  turn(day, setup.at, false);
  /* the wall reports when it can; it may have done so before this page's script began */
  const knock = setInterval(() => {
    if (run.root !== root || !root.isConnected) clearInterval(knock);
    else if (ready()) {
      clearInterval(knock);
      seek(run.at);
    }
  }, TICK_MS);
  clearInterval(timer);
  timer = setInterval(tick, TICK_MS);
}

export function start(setup) {
  if (setup) begin(setup);
  return true;
}
