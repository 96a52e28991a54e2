/* The page that makes scenes (layouts/pages/scenes.py): builds its controls, has every draft checked
 * by the server that reads the file, shows mistakes where they are, and saves.
 */
import { button, field, input, make, radios, select, wrong } from "./parts.mjs";
import { grid } from "./grid.mjs";
import { mark } from "./mistakes.mjs";
import { fit, preview } from "./preview.mjs";
import {
  SHAPES, begin, changed, choose, draft, drop, follow, known, open, own, screens, state, text, title, written,
} from "./state.mjs";

const REST_MS = 250;
let timer = null;
let board = null;
let status = null;

const byId = (id) => document.getElementById(id);

async function call(method, path, body) {
  const headers = { "X-Gridwall": "1", "Content-Type": "application/json" };
  try {
    const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
  } catch {
    return { status: 0 };
  }
}

/* ---- what the wall does ---- */

function fillWall() {
  const box = byId("gw-scenes-wall");
  box.replaceChildren();
  const { wall } = state;
  const path = (name) => (state.screen ? "screen." + state.screen : "wall") + "." + name;
  const set = (name) => (value) => {
    wall[name] = value;
    state.wallChanged = true;
    ask();
  };
  const names = input("text", state.screen, () => {});
  names.placeholder = text("every");
  names.maxLength = 40;
  names.setAttribute("list", "gw-scenes-screens");
  names.addEventListener("change", () => another(names));
  field(box, text("screen"), names, "screen." + state.screen);
  const list = make("datalist", "", box);
  list.id = "gw-scenes-screens";
  for (const one of state.setup.screens) make("option", "", list).value = one;

  const shapes = SHAPES.map((one) => [one, text("shape." + one)]);
  radios(box, "gw-shape", text("shape"), shapes, state.shape, (one) => {
    state.shape = one;
    state.pixels = state.setup.pixels[one][1];
    fillWall();
    byId("gw-scenes-wall").querySelector('[name="gw-shape"]:checked').focus();
    board.draw();
    fit();
    show();
  });
  const line = make("div", "s-line", box);
  const sizes = state.setup.pixels[state.shape].map(([w, h]) => [w + "x" + h, w + " × " + h]);
  field(line, text("pixels"), select(sizes, state.pixels.join("x"), (value) => {
    state.pixels = value.split("x").map(Number);
    fit();
  }), "pixels");
  const profiles = Object.entries(state.page.profiles).map(([id, one]) => [id, screens(id, one)]);
  field(line, text("profile"), select([["", text("profile_none")], ...profiles], wall.profile, set("profile")), path("profile"));
  field(line, text("area"), select([["", text("whole")], ...state.setup.areas], wall.area, set("area")), path("area"));
  const langs = [["", text("lang_server")], ["zh", text("lang_zh")], ["en", text("lang_en")]];
  field(line, text("lang"), select(langs, wall.lang, set("lang")), path("lang"));
  const themes = ["dark", "light"].map((one) => [one, text("theme." + one)]);
  field(line, text("theme"), select(themes, wall.theme, set("theme")), path("theme"));
  const rotate = input("number", String(wall.rotate), (value) => set("rotate")(Number(value)));
  Object.assign(rotate, { min: "0", max: "3600", step: "5" });
  field(line, text("rotate"), rotate, path("rotate"));
  fillRotation(box, path("scenes"));
}

function fillRotation(box, path) {
  const group = make("fieldset", "s-rotation", box);
  make("legend", "f-name", group, text("rotation"));
  const list = make("ol", "", group);
  const { wall } = state;
  const order = [...wall.scenes, ...known().filter((id) => !wall.scenes.includes(id))];
  for (const id of order) {
    const at = wall.scenes.indexOf(id);
    const row = make("li", "", list);
    const label = make("label", "", row);
    const tick = make("input", "", label);
    tick.type = "checkbox";
    tick.checked = at >= 0;
    tick.dataset.scene = id;
    tick.addEventListener("change", () => {
      wall.scenes = tick.checked ? [...wall.scenes, id] : wall.scenes.filter((one) => one !== id);
      rotated(`input[data-scene="${id}"]`);
    });
    make("span", "", label, title(id));
    if (at < 0) continue;
    for (const [by, key, sign] of [[-1, "earlier", "↑"], [1, "later", "↓"]]) {
      const move = button(row, sign, () => {
        wall.scenes.splice(at, 1);
        wall.scenes.splice(at + by, 0, id);
        rotated(`button[data-move="${id}${by}"]`);
      });
      move.dataset.move = id + by;
      move.disabled = at + by < 0 || at + by >= wall.scenes.length;
      move.setAttribute("aria-label", text(key, { scene: title(id) }));
    }
  }
  wrong(group, path);
}

function rotated(focus) {
  state.wallChanged = true;
  fillWall();
  const next = byId("gw-scenes-wall").querySelector(focus);
  if (next) (next.disabled ? next.parentElement.querySelector("button:enabled, input") : next).focus();
  ask();
}

/** Another wall is chosen; what was changed of this one must be saved or undone first. */
function another(node) {
  const name = node.value.trim();
  if (name === state.screen) return;
  if (state.wallChanged && state.screen in state.page.screens) {
    node.value = state.screen;
    say(text("unsaved"), true);
    return;
  }
  const { wall, wallChanged } = state;
  choose(name);
  /* what was set before the name was typed is meant for this name */
  if (wallChanged) Object.assign(state, { wall, wallChanged: true });
  fillWall();
  ask();
}

/* ---- one scene ---- */

function fillScene() {
  const box = byId("gw-scenes-scene");
  box.replaceChildren();
  const { scene } = state;
  const top = make("div", "s-line", box);
  const path = "scene." + scene.id;
  const chosen = select(known().map((id) => [id, title(id)]), scene.id, (id) => {
    if (state.sceneChanged) {
      chosen.value = scene.id;
      say(text("unsaved"), true);
      return;
    }
    open(id);
    fillScene();
    show();
  });
  field(top, text("which"), chosen, path);
  const bar = make("div", "f-row", top);
  button(bar, text("new"), () => (begin(), fillWall(), fillScene(), ask())).disabled = state.sceneChanged;
  if (own(scene.id)) button(bar, text("drop"), () => (drop(), fillWall(), fillScene(), ask()));
  const line = make("div", "s-line", box);
  const named = (lang) => (value) => {
    scene.name[lang] = value;
    state.sceneChanged = true;
    ask();
  };
  for (const lang of ["zh", "en"]) {
    const words = input("text", scene.name[lang] || "", named(lang));
    words.maxLength = 40;
    words.lang = lang;
    field(line, text("name." + lang), words, `${path}.name.${lang}`);
  }
  const areas = [["", text("as_wall")], ...state.setup.areas];
  field(line, text("scene_area"), select(areas, scene.area, (value) => {
    scene.area = value;
    state.sceneChanged = true;
    ask();
  }), path + ".area");
  board = grid(box, ask);
}

/* ---- the draft: checked, shown, saved ---- */

function ask() {
  clearTimeout(timer);
  state.asked = (state.asked || 0) + 1;
  say(text("checking"));
  timer = setTimeout(check, REST_MS);
}

async function check() {
  const number = state.asked;
  const found = await call("POST", "/api/v1/scenes/draft", draft());
  if (number !== state.asked) return;
  if (found.status !== 200) return refuse(found);
  mark(found.mistakes);
  if (found.page === null) return say(text("mistakes", { n: found.mistakes.length }), true);
  state.seen = found.page;
  follow(found.page);
  if (!byId("gw-scenes-scene").contains(document.activeElement)) board.draw();
  say(changed() ? text("ready") : "");
  show();
}

function show() {
  const page = state.seen || state.page;
  if (page.scenes[state.scene.id]) preview(page, state.scene.id);
}

async function save() {
  clearTimeout(timer);
  state.asked = (state.asked || 0) + 1;
  const body = { version: state.setup.file.version, draft: draft() };
  const found = await call("POST", "/api/v1/scenes", body);
  if (found.status === 422 && found.mistakes) {
    mark(found.mistakes);
    return say(text("mistakes", { n: found.mistakes.length }), true);
  }
  if (found.status !== 200) return refuse(found);
  mark([]);
  state.seen = null;
  if (state.screen && !state.setup.screens.includes(state.screen)) state.setup.screens.push(state.screen);
  written(found.page, found.version, found.own);
  fillWall();
  fillScene();
  say(text("saved"));
  const query = state.screen ? "?" + new URLSearchParams({ device: state.screen }) : "";
  const link = make("a", "", status, "/wall" + query);
  link.href = "/wall" + query;
  return show();
}

function refuse(found) {
  const words = { changed: "changed", "not writable": "not_writable", "not changeable": "not_changeable" };
  const key = words[found.error];
  if (key === undefined) return say(text("failed", { n: found.status }), true);
  say(text(key, { file: state.setup.file.name, why: found.detail || "" }), true);
  if (found.error === "changed") button(status, text("again"), () => window.location.reload());
  return undefined;
}

function say(words, bad) {
  status.replaceChildren();
  make("span", "", status, words);
  status.dataset.bad = bad ? "yes" : "";
  byId("gw-scenes-save").querySelector("button.main").disabled = !changed();
  byId("gw-scenes-save").querySelector("button.undo").disabled = !changed();
}

function undo() {
  const { id } = state.scene;
  Object.assign(state, { gone: [], seen: null });
  choose(state.screen in state.page.screens ? state.screen : "");
  state.scene = null;
  open(state.page.scenes[id] ? id : Object.keys(state.page.scenes)[0]);
  mark([]);
  fillWall();
  fillScene();
  say("");
  show();
}

/** The page has come. */
export function start(setup) {
  if (!setup || byId("gw-scenes") === null) return true;
  Object.assign(state, { setup, page: setup.page, gone: [], seen: null, sceneChanged: false });
  state.pixels = setup.pixels[state.shape][1];
  choose("");
  open(state.wall.scenes.find((id) => setup.page.scenes[id]) || Object.keys(setup.page.scenes)[0]);
  const bar = byId("gw-scenes-save");
  bar.replaceChildren();
  const line = make("div", "f-row", bar);
  button(line, text("save"), save, "f-button main");
  button(line, text("undo"), undo, "f-button undo");
  status = make("p", "s-said", bar);
  status.setAttribute("role", "status");
  make("ul", "s-others", bar);
  fillWall();
  fillScene();
  say("");
  if (setup.file.mistakes.length > 0) {
    mark(setup.file.mistakes);
    say(text("broken", { file: setup.file.name }), true);
  } else if (setup.file.refusal) {
    say(text("not_writable", { file: setup.file.name, why: "" }), true);
  }
  fit();
  show();
  return true;
}

window.addEventListener("resize", () => {
  if (state.setup !== null) fit();
});
