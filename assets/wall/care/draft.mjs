/* A wall that shows a draft of the scene file: `/wall?draft=1` in a frame of the page that makes
 * scenes, which hands it the scenes to draw. Its data are live; orders to walls do not apply to it.
 */

import { begins } from "../registry.mjs";
import { scenes } from "../scenes/scenes.mjs";

let started = false;

/** What drives this wall from outside; null on a wall that shows the file in force. */
export const draft = new URLSearchParams(window.location.search).has("draft")
  ? { ready: () => started, show: scenes.draft }
  : null;

if (draft !== null) begins.push(() => setTimeout(() => (started = true)));
