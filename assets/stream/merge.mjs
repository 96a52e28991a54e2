/* Pure: what a client holds of the stream, and how a frame changes it.
 *
 * Loaded by the page and by the shared worker. Copy on write: a value that did not change
 * keeps its identity, so renderers find what changed by `!==`.
 */
function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** RFC 7396, without touching `target`. */
export function merge(target, patch) {
  if (!isObject(patch)) return patch;
  const out = isObject(target) ? Object.assign({}, target) : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete out[key];
    else out[key] = merge(out[key], patch[key]);
  }
  return out;
}

/** Everything held: a version and the merged state of each panel. */
export class Held {
  constructor() {
    this.version = null;
    this.panels = {};
  }

  /** Take a frame; the names of its panels, or null if it does not follow on what is held. */
  take(frame) {
    if (frame.base === null || frame.base === undefined) {
      this.panels = Object.assign({}, frame.panels);
    } else {
      if (frame.base !== this.version) return null;
      const next = Object.assign({}, this.panels);
      for (const name of Object.keys(frame.panels)) {
        next[name] = merge(next[name], frame.panels[name]);
      }
      this.panels = next;
    }
    this.version = frame.v;
    return Object.keys(frame.panels);
  }

  /** A full frame of what is held, for one who joins; null while nothing is held. */
  full() {
    if (this.version === null) return null;
    return { v: this.version, base: null, panels: this.panels };
  }
}
