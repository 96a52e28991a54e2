/* The time machine's player: which day and moment, and how fast.
 *
 * The address always holds day and moment, so a link is the view. What the wall in the page is
 * shown: frames.mjs; marks, list and figures: track.mjs; times and words: time.mjs.
 */

import { address, visit } from "../shell.mjs";
import { makeTyped, wrongTime } from "./field.mjs";
import { advance, ask, seek, showState } from "./frames.mjs";
import { alive, byId, hold, last, ready, run, wall } from "./run.mjs";
import { playerName } from "./seat.mjs";
import { settle, time, word } from "./time.mjs";
import { clearMarks, makeSlider, moveHead, nextMark } from "./track.mjs";

export { alive };

const TICK_MS = 100;
const ADDRESS_MS = 2000;
const MINUTE = 60000;
const DAY = 86400000;
let timer = 0;

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
    field.value = time.full(run.at);
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

function jump(at) {
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
  hold({ root, setup, player: playerName(), at: setup.at });
  Object.assign(run, { draw, pause: (still) => play(false, still) });
  Object.assign(run, { speed: setup.speed, now: setup.now, start: setup.at, end: setup.at + 1 });
  Object.assign(run, { early: null, typed: null, beyond: "" });
  Object.assign(run, { queue: [], shown: null, playing: false, wish: 0, told: 0, ticked: 0 });
  const day = String(setup.day).replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
  run.date = byId("gw-past-day").appendChild(document.createElement("input"));
  Object.assign(run.date, { type: "date", min: time.dayOf(setup.first), max: time.dayOf(setup.now) });
  run.date.setAttribute("aria-label", word("review.past.day"));
  run.date.addEventListener("change", () => turn(run.date.value));
  makeTyped((day, at) => (day === run.day ? jump(at) : turn(day, at)));
  makeSlider((at) => seek(at), () => tell(), jump);
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
  turn(day, setup.asked, false);
  /* the wall reports when it can; it may have done so before this page's script began */
  const knock = setInterval(() => {
    if (run.root !== root || !root.isConnected) clearInterval(knock);
    else if (ready()) {
      clearInterval(knock);
      seek(run.wanted);
    }
  }, TICK_MS);
  clearInterval(timer);
  timer = setInterval(tick, TICK_MS);
}

export function start(setup) {
  if (setup) begin(setup);
  return true;
}
