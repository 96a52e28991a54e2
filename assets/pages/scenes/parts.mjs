/* Parts of the editor's forms. Every field names the path of the setting that it writes, so that a
 * mistake of the file finds its place.
 */

export function make(tag, className, parent, words) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (words !== undefined) node.textContent = words;
  if (parent) parent.appendChild(node);
  return node;
}

let count = 0;

/** A labelled control with room for its mistake under it. */
export function field(parent, words, control, path) {
  const box = make("div", "s-field", parent);
  const label = make("label", "f-name", box, words);
  count += 1;
  control.id = control.id || "gw-scenes-" + count;
  label.htmlFor = control.id;
  box.appendChild(control);
  wrong(box, path, control);
  return control;
}

/** The place of a mistake: empty until there is one. */
export function wrong(parent, path, control) {
  const place = make("p", "s-wrong", parent);
  count += 1;
  place.id = "gw-scenes-" + count;
  place.dataset.path = path;
  place.setAttribute("role", "alert");
  if (control) control.setAttribute("aria-describedby", place.id);
  return place;
}

export function select(choices, value, then) {
  const node = make("select");
  for (const [one, words] of choices) make("option", "", node, words).value = one;
  node.value = value;
  node.addEventListener("change", () => then(node.value));
  return node;
}

export function input(type, value, then) {
  const node = make("input");
  node.type = type;
  node.value = value;
  node.addEventListener("input", () => then(node.value));
  return node;
}

export function button(parent, words, then, className = "") {
  const node = make("button", className, parent, words);
  node.type = "button";
  node.addEventListener("click", then);
  return node;
}

/** One of several, as buttons of a radio group. */
export function radios(parent, name, legend, choices, value, then) {
  const group = make("fieldset", "s-radios", parent);
  make("legend", "f-name", group, legend);
  for (const [one, words] of choices) {
    const label = make("label", "", group);
    const radio = make("input", "", label);
    radio.type = "radio";
    radio.name = name;
    radio.value = one;
    radio.checked = one === value;
    radio.addEventListener("change", () => then(one));
    make("span", "", label, words);
  }
  return group;
}
