/* The wall itself, at its true size in px, made small to fit. It draws the draft that the server has
 * read; a wall that has not started yet gets it when it does.
 */
import { state, text } from "./state.mjs";

const AGAIN_MS = 150;
let shown = null;
let timer = null;
let loading = false;

const frame = () => document.getElementById("gw-scenes-frame");

export function preview(page, scene) {
  const wall = page.screens[state.screen] || page.wall;
  const area = page.scenes[scene].area || wall.area;
  shown = [{ ...page, wall: { ...wall, area } }, scene];
  turn(wall);
  give();
}

/** A wall has its language and its theme from its address. */
function turn(wall) {
  const node = frame();
  const [path, query] = node.getAttribute("src").split("?");
  const search = new URLSearchParams(query);
  search.set("lang", wall.lang || state.setup.lang);
  search.set("theme", wall.theme);
  const next = path + "?" + search;
  if (next === node.getAttribute("src")) return;
  loading = true;
  node.addEventListener("load", () => (loading = false), { once: true });
  node.setAttribute("src", next);
}

function give() {
  clearTimeout(timer);
  const node = frame();
  if (node === null || shown === null) return;
  const wall = node.contentWindow && node.contentWindow.gridwallDraft;
  if (!loading && wall && wall.ready()) wall.show(...shown);
  else timer = setTimeout(give, AGAIN_MS);
}

/** The frame has the wall's px; the page shows all of it. */
export function fit() {
  const node = frame();
  if (node === null) return;
  const [width, height] = state.pixels;
  const stage = node.parentElement;
  const room = Math.min(stage.parentElement.clientWidth, (window.innerHeight * 0.8 * width) / height);
  const scale = room / width;
  node.style.width = width + "px";
  node.style.height = height + "px";
  node.style.transform = "scale(" + scale + ")";
  stage.style.width = room + "px";
  stage.style.height = height * scale + "px";
  const words = text("size", { w: width, h: height, n: Math.round(scale * 100) });
  stage.parentElement.querySelector(".s-size").textContent = words;
}
