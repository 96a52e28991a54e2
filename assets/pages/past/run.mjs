/* What the time machine's player holds: the moment, how fast, what was shown and what waits. */

/** null before the page's first setup. Its fields are set where the player begins. */
export let run = null;

export function hold(held) {
  run = held;
}

/** An answer belongs to this page as long as its root is on it. */
export const alive = () => run !== null && run.root.isConnected;
export const byId = (id) => document.getElementById(id);
export const wall = () => byId("gw-past-wall").contentWindow;
export const ready = () => wall() && wall().gridwallPast && wall().gridwallPast.started;
/** The last moment that can be shown, ms. */
export const last = () => Math.min(run.end - 1000, run.now);
