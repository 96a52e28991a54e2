/* The mistakes that the file has, or would have: each is shown at what it names. */
import { make } from "./parts.mjs";
import { state, text } from "./state.mjs";

/** Each mistake where it is: at its field, its panel, its track; else under the button. */
export function mark(mistakes) {
  const page = document.getElementById("gw-scenes");
  for (const node of page.querySelectorAll(".s-wrong")) node.textContent = "";
  for (const node of page.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
  for (const node of page.querySelectorAll(".s-others li")) node.remove();
  for (const one of mistakes) {
    const place = placeOf(page, one.path);
    const words = text("wrong." + (one.kind || "other"), { reason: one.reason });
    if (place === null) {
      const line = one.line ? text("line", { n: one.line }) + " " : "";
      make("li", "", page.querySelector(".s-others"), `${line}${one.path}: ${words}`);
      continue;
    }
    const panel = state.setup.panels.find((name) => one.value === `'${name}'`);
    const about = panel ? text("panel." + panel) + ": " : "";
    place.textContent += (place.textContent ? " " : "") + about + words;
    for (const node of page.querySelectorAll(`[aria-describedby="${place.id}"]`)) node.setAttribute("aria-invalid", "true");
    if (!panel) continue;
    const cells = page.querySelectorAll(`.s-cell[data-panel="${panel}"], .s-palette input[value="${panel}"]`);
    for (const node of cells) node.setAttribute("aria-invalid", "true");
  }
}

function placeOf(page, path) {
  const mine = `scene.${state.scene.id}`;
  const shape = { landscape: "", wide: ".wide", tall: ".tall" }[state.shape];
  const inside = path.startsWith(mine + shape + ".") ? path.slice((mine + shape).length + 1) : "";
  const track = inside && page.querySelector(`.s-track[data-path="${CSS.escape(inside)}"]`);
  if (track) track.setAttribute("aria-invalid", "true");
  if (/^(layout|columns|rows)/.test(inside)) return page.querySelector('.s-wrong[data-path="layout"]');
  const places = [...page.querySelectorAll(".s-wrong")];
  return places.find((one) => path === one.dataset.path || path.startsWith(one.dataset.path + "[")) || null;
}
