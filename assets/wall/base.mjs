/* What every renderer uses: text that is written only when it changes, keyed lists, colours and
 * sizes. Text goes in by textContent only, never as markup.
 */

import { count, DASH, text } from "./names.mjs";

const CAME_MS = 1500;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export const motion = () => !calm.matches;

let pixels = null;

/** How many CSS px one px of the design is; the style sheet works it out. */
export function unit() {
  if (pixels === null) pixels = parseFloat(getComputedStyle(byId("gw-wall")).getPropertyValue("--u"));
  return pixels;
}

window.addEventListener("resize", () => {
  pixels = null;
});

export const byId = (id) => document.getElementById(id);

const colours = { dark: {}, light: {} };

/** A colour of the theme by its name in tokens.css, for canvas, Leaflet and Plotly. */
export function colour(name) {
  const wall = byId("gw-wall");
  const held = colours[wall.classList.contains("light") ? "light" : "dark"];
  if (held[name] === undefined) {
    held[name] = getComputedStyle(wall).getPropertyValue("--" + name).trim();
  }
  return held[name];
}

/** Write text if it is another than before. Compares with what we wrote, not with the DOM. */
export function put(node, words) {
  if (node.gwText === words) return false;
  node.gwText = words;
  node.textContent = words;
  return true;
}

export function set(node, attribute, value) {
  const key = "gw:" + attribute;
  if (node[key] === value) return;
  node[key] = value;
  if (value === null) node.removeAttribute(attribute);
  else node.setAttribute(attribute, value);
}

/* Whether the store has any records; without, every 0 means not recorded. */
let records = true;

export const recorded = (is) => {
  records = is;
};

export const isRecorded = () => records;

/** A number: its words, and the plain value for a program that reads the page. */
export function number(node, value, words) {
  if (!records) {
    put(node, node.classList.contains("big") ? text("known.unrecorded") : DASH);
    set(node, "data-value", "");
    set(node, "title", text("known.unrecorded"));
    return;
  }
  set(node, "title", null);
  put(node, words === undefined ? count(value) : words);
  set(node, "data-value", value === null || value === undefined ? "" : String(value));
}

export const kpi = (path) => document.querySelector('[data-kpi="' + path + '"]');

export function width(node, share) {
  const percent = Math.round(1000 * Math.max(0, Math.min(1, share))) / 10 + "%";
  if (node.gwWidth === percent) return;
  node.gwWidth = percent;
  node.style.width = percent;
}

export function make(tag, className, parent) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (parent) parent.appendChild(node);
  return node;
}

export function cut(node, words) {
  if (put(node, words)) node.title = words;
}

/** Which sentence an empty list shows: there is none, or (`is`) there are some that it can't know. */
export function uncounted(container, is) {
  const words = container.parentNode.querySelector("[data-uncounted]");
  const none = is ? words.dataset.uncounted : words.dataset.none;
  put(words, records ? none : text("known.unrecorded"));
}

/**
 * Keep a container's children in step with `order`: nodes are reused by key, moved only when
 * their place changed, and created or removed only when their key came or went.
 */
export function rows(container, order, create, update) {
  const nodes = container.gwNodes || (container.gwNodes = new Map());
  const wanted = new Set(order);
  for (const [key, node] of nodes) {
    if (wanted.has(key)) continue;
    node.remove();
    nodes.delete(key);
  }
  const first = container.gwDrawn !== true;
  container.gwDrawn = true;
  let at = container.firstChild;
  order.forEach((key, index) => {
    let node = nodes.get(key);
    if (node === undefined) {
      node = create(key);
      if (!first && container.dataset.news && motion()) {
        node.classList.add("came");
        setTimeout(() => node.classList.remove("came"), CAME_MS);
      }
      nodes.set(key, node);
    }
    if (node === at) at = at.nextSibling;
    else container.insertBefore(node, at);
    update(node, key, index);
  });
  const empty = container.parentNode.querySelector(".empty");
  if (empty === null) return;
  empty.hidden = order.length > 0;
  const words = container.parentNode.querySelector("[data-none]");
  if (words === null) return;
  /* nothing in a list of a store without records is not known to be nothing */
  if (!records) put(words, text("known.unrecorded"));
  else if (words.gwText === text("known.unrecorded")) put(words, words.dataset.none);
}
