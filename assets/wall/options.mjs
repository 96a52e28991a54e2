/* What this screen was asked for: the address over the scene file's [wall] and [map].
 * `options` is read again when the scene file changed; a caller must not keep its values.
 */

import { names } from "./names.mjs";

const asked = new URLSearchParams(window.location.search);
const SLOWEST_S = 3600;
const FASTEST_S = 5;

const text = (name, otherwise) => (asked.has(name) ? asked.get(name).trim() : otherwise);

function number(name, otherwise, least, most) {
  const value = Number.parseFloat(text(name, ""));
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}

function list(name, otherwise) {
  const found = text(name, "").split(",").map((one) => one.trim());
  const given = found.filter((one) => one !== "");
  return given.length > 0 ? given : otherwise;
}

function yes(name, otherwise) {
  if (!asked.has(name)) return otherwise;
  return !["0", "no", "off", "false"].includes(text(name, "").toLowerCase());
}

export const options = {};

export function readOptions() {
  const { map, screens } = names.scenes;
  const device = text("device", "");
  /* what is set for this screen alone */
  const wall = (screens || {})[device] || names.scenes.wall;
  const rotate = number("rotate", wall.rotate, 0, SLOWEST_S);
  Object.assign(options, {
    scene: text("scene", ""),
    scenes: list("scenes", wall.scenes),
    rotate: rotate > 0 ? Math.max(FASTEST_S, rotate) : 0,
    area: text("area", wall.area || ""),
    lang: names.lang,
    wanted: text("lang", wall.lang || ""),
    theme: text("theme", wall.theme),
    shade: text("shade", map.shade),
    heat: yes("heat", map.heat),
    device,
    profile: text("profile", wall.profile),
    quiet: text("quiet", wall.quiet),
    volume: number("volume", wall.volume, 0, 1),
    voice: yes("voice", wall.voice),
  });
}

/** Whether the file now wants another language than the page was made in. */
export const otherLanguage = () => options.wanted !== "" && options.wanted !== names.lang && !asked.has("lang");
