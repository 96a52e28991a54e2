/* The entry of the leaders' pages: loads every module, and is the only one that writes to `window`. */

import "../plotly.mjs";
import "./briefs.mjs";
import { weigh } from "./departments.mjs";
import { start as startPast } from "./past/player.mjs";
import "./past/keys.mjs";
import { start as startQueue } from "./queue/queue.mjs";
import { cells } from "./queue/cells.mjs";
import "./queue/keys.mjs";
import { showFresh } from "./queue/live.mjs";
import { queue } from "./queue/state.mjs";
import "./queue/views.mjs";
import "./search.mjs";
import { start as startScenes } from "./scenes/editor.mjs";
import { go, menu, opens, opensLine, visit } from "./shell.mjs";
import { open, plain } from "./trend.mjs";

/* What Dash calls (callbacks/pages.py). */
window.dash_clientside = window.dash_clientside || {};
Object.assign(window.dash_clientside, {
  past: { start: startPast },
  queue: { start: startQueue },
  scenes: { start: startScenes },
  review: { go, menu, opens, opensLine, weigh },
  trend: { open, plain },
});

/* The cells that the grid finds by name (layouts/pages/queue.py). */
window.dashAgGridComponentFunctions = Object.assign(
  window.dashAgGridComponentFunctions || {},
  cells,
);

/* What a test reaches for. */
window.review = { visit };
window.gwQueue = {
  get api() {
    return queue.api;
  },
  showFresh,
};
