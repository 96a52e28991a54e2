/* The content of the queue's cells. React elements made of text; a row that is still on its way has
 * no data yet and shows a quiet bar.
 */

import { isPicked, pick } from "./bulk.mjs";
import { eventAddress, openEvent } from "./queue.mjs";
import { queue } from "./state.mjs";
import { length, now, ownerName, timeWords, word } from "./words.mjs";

export const cells = {};
const h = (...given) => window.React.createElement(...given);

/** Two lines, the second quieter; a class if there is something to say with it. */
function lines(first, second, more) {
  return h("span", { className: "q-cell" + (more ? " " + more : "") },
    h("span", { className: "q-first" }, first),
    second ? h("span", { className: "q-second" }, second) : null);
}

const cell = (draw) => (props) =>
  props.data ? draw(props.data) : h("span", { className: "q-wait", "aria-hidden": "true" });

/** The tick for doing something to several rows; only for who may act. */
function tick(row) {
  if (!queue.setup.acts) return null;
  const on = isPicked(row.id);
  const press = (event) => {
    event.stopPropagation();
    pick(row.id, event.shiftKey);
  };
  return h("span", { className: "q-tick", role: "checkbox", "aria-checked": String(on),
    "aria-label": `${word("review.queue.pick")} ${row.id}`, onClick: press }, on ? h("i", { className: "sign s-tick" }) : "");
}

cells.QueueLevel = cell((row) =>
  h("span", { className: "q-level" },
    tick(row),
    h("i", { className: "mark " + row.level, "aria-hidden": "true" }),
    h("span", { className: "q-first" }, word("review.queue.level_" + row.level))));

function link(row) {
  const go = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openEvent(row.id);
  };
  return h("a", { href: eventAddress(row.id), tabIndex: -1, onClick: go }, row.id);
}

/* on a phone this cell is the whole card */
cells.QueueWhat = cell((row) =>
  h("span", { className: "q-cell" },
    h("span", { className: "q-first" }, row.what,
      h("span", { className: "q-card-status" }, state(row))),
    h("span", { className: "q-card" }, [row.where, row.whose].filter(Boolean).join(" · ")),
    h("span", { className: "q-second" }, link(row)),
    h("span", { className: "q-card" + (late(row) ? " late" : "") }, clock(row))));

cells.QueueWhere = cell((row) => {
  const [wide, fine] = (row.where || "–").split(" · ");
  return lines(wide, fine);
});
cells.QueueWhose = cell((row) => lines(row.whose || "–"));

function state(row) {
  if (row.left || row.over) return word(row.over ? "status." + row.status : "review.queue.left");
  return word("status." + row.status);
}

cells.QueueStatus = cell((row) => {
  const parts = [];
  if (row.alarm) parts.push(word("review.queue.unanswered"));
  else if (row.acknowledged) parts.push(word("review.queue.acknowledged"));
  if (row.urges) parts.push(word("review.queue.urged", { n: row.urges }));
  return lines(state(row), parts.join(" · "), row.alarm ? "loud" : "");
});

cells.QueueStep = cell((row) =>
  lines(ownerName(row.owner) || "–",
    row.step ? word("review.queue.step", { n: row.step }) : ""));

const late = (row) => Boolean(row.clock) && row.due < now();

/** The clock in words: how long is left, over by how much, or why none runs. */
function clock(row) {
  if (!row.clock) return word("review.queue." + (row.status === "suspended" ? "paused" : "no_clock"));
  const t = length(row.due - now());
  return word(`review.queue.${late(row) ? "over" : "due"}_${row.clock}`, { t });
}

/** Time left or over, and how much of the limit is used; over is drawn, not only coloured. */
cells.QueueClock = cell((row) => {
  if (!row.clock) return lines(clock(row), "", "faint");
  const used = row.used || 0;
  const share = Math.min(used, 1.5) / 1.5;
  return h("span", { className: "q-cell q-clock" + (late(row) ? " over" : used >= 0.8 ? " near" : "") },
    h("span", { className: "q-first" }, clock(row)),
    h("svg", { className: "q-used", viewBox: "0 0 150 6", preserveAspectRatio: "none",
      role: "img", "aria-label": word("review.queue.used", { n: Math.round(used * 100) }) },
      h("rect", { className: "track", x: 0, y: 1, width: 150, height: 4 }),
      h("rect", { className: "fill", x: 0, y: 1, width: 150 * share, height: 4 }),
      h("rect", { className: "limit", x: 99.25, y: 0, width: 1.5, height: 6 })));
});

cells.QueueReported = cell((row) => lines(timeWords(row.reported, "day")));
