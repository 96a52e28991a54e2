/* What every renderer uses: words, numbers, text that is written only when it changes, keyed
 * lists, and how a panel is registered. Text goes in by textContent only, never as markup.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const clientside = (dash.gridwall = dash.gridwall || {});
  const renderers = {};
  const drawn = {};
  const DASH = "—";
  const CAME_MS = 1500;

  gw.DASH = DASH;
  gw.names = null;

  /** Register a panel's renderer: called with each new state, never before the names are there. */
  gw.panel = function (name, render) {
    renderers[name] = render;
  };

  /** Draw the panels whose state is another than the one drawn last. */
  clientside.draw = function (frame) {
    if (!frame || gw.names === null) return;
    for (const name of gw.names.panels) {
      const state = frame.panels[name];
      if (state === undefined || state === null || state === drawn[name]) continue;
      drawn[name] = state;
      renderers[name](state);
    }
    if (frame.v !== null) gw.state.framed(frame.v);
  };

  /** The page has come with its names: draw what is there, then open the stream. */
  clientside.start = function (names, frame) {
    if (!names || gw.names !== null) return true;
    gw.names = names;
    document.documentElement.lang = names.lang === "zh" ? "zh-CN" : "en";
    gw.state.start();
    clientside.draw(frame);
    gw.connect();
    return true;
  };

  /** Something to do about once a second (countdowns); called with domain now. */
  gw.ticks = [];
  gw.every = (fn) => gw.ticks.push(fn);

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  gw.motion = () => !calm.matches;

  gw.byId = (id) => document.getElementById(id);

  /** A word of the catalogue with its {placeholders} filled. */
  gw.text = function (key, values) {
    let text = gw.names.text[key];
    if (text === undefined) return key;
    for (const name of Object.keys(values || {})) text = text.replace("{" + name + "}", values[name]);
    return text;
  };

  /** The name of a code; a code without a name is shown as it is. */
  gw.name = (kind, code) => (code ? gw.names[kind][code] || code : DASH);

  gw.count = (n) =>
    n === null || n === undefined ? DASH : String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

  gw.percent = (share) =>
    share === null || share === undefined ? DASH : (100 * share).toFixed(1) + "%";

  gw.signed = (n, words) => (n > 0 ? "+" : n < 0 ? "−" : "") + words;

  /** Write text if it is not what stands there. Compares with what we wrote, not with the DOM. */
  gw.put = function (node, text) {
    if (node.gwText === text) return false;
    node.gwText = text;
    node.textContent = text;
    return true;
  };

  gw.set = function (node, attribute, value) {
    const key = "gw:" + attribute;
    if (node[key] === value) return;
    node[key] = value;
    if (value === null) node.removeAttribute(attribute);
    else node.setAttribute(attribute, value);
  };

  /** A number: its words, and the plain value for whoever reads the page by program. */
  gw.number = function (node, value, words) {
    gw.put(node, words === undefined ? gw.count(value) : words);
    gw.set(node, "data-value", value === null || value === undefined ? "" : String(value));
  };

  gw.kpi = (path) => document.querySelector('[data-kpi="' + path + '"]');

  gw.width = function (node, share) {
    const width = Math.round(1000 * Math.max(0, Math.min(1, share))) / 10 + "%";
    if (node.gwWidth === width) return;
    node.gwWidth = width;
    node.style.width = width;
  };

  gw.make = function (tag, className, parent) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (parent) parent.appendChild(node);
    return node;
  };

  gw.cut = function (node, text) {
    if (gw.put(node, text)) node.title = text;
  };

  /**
   * Keep a container's children in step with `order`: nodes are reused by key, moved only when
   * their place changed, and made or removed only when their key came or went.
   */
  gw.rows = function (container, order, make, update) {
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
        node = make(key);
        if (!first && container.dataset.news && gw.motion()) {
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
    if (empty !== null) empty.hidden = order.length > 0;
  };
})();
