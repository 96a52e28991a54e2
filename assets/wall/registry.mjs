/* Where renderers and others register, and which panels are shown. Imports nothing, so that every
 * module may call it while it is being loaded. In which order the functions of one kind are called
 * depends on the imports: none may rely on another having been called before it.
 */

/** `past`: {words}, where this wall is not live but plays the past (care/past.mjs); else null. */
export const playing = { past: null };

/** Which panels of the page are part of the current layout; set by scenes/scenes.mjs. */
export const layout = { panels: new Set() };

export const shown = (panel) => layout.panels.has(panel);

/* name → {render, panels}; drawn by draw.mjs */
export const renderers = new Map();

/**
 * Register a stream panel's renderer: called with each new state, never before the names are
 * there. `panels`: the panels on the page that show it; it is not called while all of them are
 * hidden, and called at once when one is shown. Without `panels` it is always called.
 */
export function panel(name, render, ...panels) {
  renderers.set(name, { render, panels });
}

export const listeners = new Map();

/** Call `hear` with each new state of a stream's panel before it is drawn, shown or not. */
export function listen(name, hear) {
  listeners.set(name, [...(listeners.get(name) || []), hear]);
}

export const ticks = [];

/** Call `fn` with domain now about once a second (countdowns); not while `only` is hidden. */
export function every(fn, only) {
  ticks.push(
    only === undefined
      ? fn
      : (now) => {
          if (shown(only)) fn(now);
        },
  );
}

export const begins = [];

/** Call `fn` once the names and the page are there, before the first draw. */
export const onStart = (fn) => begins.push(fn);

export const beats = [];

/** Call `fn` with each beat of the server, about once a second. */
export const onBeat = (fn) => beats.push(fn);

export const changes = [];

/** Call `fn` after the scene, its layout or the size changed. */
export const onLayout = (fn) => changes.push(fn);
