/* The entry of the screens' pages (/wall, /styleguide, /steer): loads every module, in the order
 * in which they register, and is the only one that writes to `window`.
 */

import "../plotly.mjs";
import { steering } from "../screens/steer_page.mjs";
import { stream } from "../stream/page.mjs";
import "../screens/styleguide.mjs";
import "./care/ages.mjs";
import "./panels/area.mjs";
import { unit, motion } from "./base.mjs";
import { draw, held, start } from "./draw.mjs";
import "./panels/brief.mjs";
import "./panels/departments.mjs";
import "./scenes/fit.mjs";
import "./care/keys.mjs";
import "./panels/kpi.mjs";
import "./panels/lists.mjs";
import { map } from "./map/map.mjs";
import { areas } from "./map/areas.mjs";
import "./map/drill.mjs";
import "./map/heat.mjs";
import { labels } from "./map/labels.mjs";
import { marks } from "./map/marks.mjs";
import "./map/overlays.mjs";
import "./map/stamps.mjs";
import { fly, flyHome } from "./map/view.mjs";
import "./care/steer_report.mjs";
import "./stage/attention.mjs";
import { attention } from "./stage/onstage.mjs";
import { count, names } from "./names.mjs";
import { options } from "./options.mjs";
import { draft } from "./care/draft.mjs";
import { player } from "./care/past.mjs";
import { points } from "./map/points.mjs";
import "./map/points_news.mjs";
import "./panels/queue.mjs";
import "./care/screen_reader.mjs";
import { onLayout, renderers } from "./registry.mjs";
import { calm, reload } from "./care/reload.mjs";
import { scenes } from "./scenes/scenes.mjs";
import "./scenes/rotation.mjs";
import "./panels/scores.mjs";
import "./scenes/seams.mjs";
import { shift } from "./scenes/shift.mjs";
import { chime, sound, voice } from "./stage/sound.mjs";
import "./panels/stage.mjs";
import "./state.mjs";
import "./care/steer.mjs";
import "./panels/surges.mjs";
import "./time.mjs";
import "./panels/trend.mjs";
import "./care/watchdog.mjs";
import { why } from "./care/why.mjs";

/* What Dash calls (callbacks/). */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.gridwall = { draw, start, steering };

/* What is reached from outside: old.js and the tests read `names`, dash-leaflet takes the map's
 * `style` and `each`, the time machine's page `held` and `count`. The rest is the tests'. */
window.gridwall = {
  get names() {
    return names;
  },
  map: {
    areas,
    each: areas.each,
    fly: (lat, lon) => fly([[lat, lon]]),
    home: flyHome,
    labels,
    get leaflet() {
      return map.leaflet;
    },
    marks,
    style: areas.style,
  },
  attention, calm, chime, count, held, motion, onLayout, options, points, reload,
  renderers, scenes, shift, sound, stream, unit, voice, why,
};

/* A wall that plays the past is driven by the page around it. */
if (player !== null) window.gridwallPast = player;
/* A wall that shows a draft gets it from the page that makes it. */
if (draft !== null) window.gridwallDraft = draft;
