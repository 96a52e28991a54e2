/* The time machine's keys: those of players everywhere, and [ ] from mark to mark. */

import { alive, doing } from "./player.mjs";

/* where keys mean something else */
const ELSEWHERE = "select, textarea, a, summary, [role=listbox], input:not([type=range])";
const KEYS = {
  " ": (doing) => doing.play(),
  k: (doing) => doing.play(),
  ArrowLeft: (doing, event) => doing.by(event.shiftKey ? -10 : -1),
  ArrowRight: (doing, event) => doing.by(event.shiftKey ? 10 : 1),
  "[": (doing) => doing.before(),
  "]": (doing) => doing.after(),
  PageUp: (doing) => doing.yesterday(),
  PageDown: (doing) => doing.tomorrow(),
  Home: (doing) => doing.home(),
  End: (doing) => doing.end(),
  f: (doing) => doing.full(),
  t: (doing) => doing.type(),
  "+": (doing) => doing.faster(1),
  "-": (doing) => doing.faster(-1),
};

document.addEventListener("keydown", (event) => {
  if (alive === undefined || !alive()) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(ELSEWHERE)) return;
  if (event.key === " " && event.target.closest("button")) return;
  const does = KEYS[event.key];
  if (does === undefined) return;
  event.preventDefault();
  does(doing, event);
});
