/* The name under which a tab takes one of the few seats for looking back. */

const KEY = "gw-past-player";

/** One a tab: who opens the page ten times looks back once. */
export function playerName() {
  let name = sessionStorage.getItem(KEY);
  if (!name) {
    name = Math.random().toString(36).slice(2) + Date.now().toString(36);
    sessionStorage.setItem(KEY, name);
  }
  return name;
}
