/* The frames of the time machine: asked for a few at a time, each a patch on the one before, and
 * handed to the wall in the page when their moment comes. When they are late the clock waits.
 */

import { address } from "../shell.mjs";
import { byId, last, ready, run, wall } from "./run.mjs";
import { time, word } from "./time.mjs";
import { loadMarks, showFigures } from "./track.mjs";

/* a frame so often, in time of the viewer; asked for so many at once, so many held */
const EVERY_MS = 1000;
const SHARE = 4;
const AHEAD = 6;
const MINUTE = 60000;

const step = () => (run.speed * EVERY_MS) / 1000;

export function showState(key, values) {
  byId("gw-past-said").textContent = key ? word(`review.past.${key}`, values) : "";
  byId("gw-past").dataset.state = key || "";
}

export async function ask(from, count, base) {
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
export function mark(state) {
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

/** What to say of a moment outside the records: "" inside them. */
function outside(at) {
  if (at > run.now) return "after_last";
  return at < run.setup.first - MINUTE ? "before_first" : "";
}

function showBeyond() {
  const [first, last] = [time.full(run.setup.first), time.full(run.now)];
  showState(run.beyond, { first, last });
}

/** Show one moment; the newest wish wins. One after the last record leads to that, in words. */
export async function seek(at) {
  run.wanted = at;
  run.beyond = outside(at);
  if (run.beyond) showBeyond();
  run.at = Math.max(run.start, Math.min(at, last()));
  run.queue = [];
  run.wish += 1;
  const same = run.shown !== null && run.shown.at === Math.round(run.at);
  mark(same && run.playing ? "" : "reading");
  run.draw();
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
    showBeyond();
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
  if (run.playing) run.pause(true);
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

export function advance(passed) {
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
  if (run.at >= last()) run.pause(false);
  else fill();
}
