/* What every renderer uses: words, numbers, text that is written only when it changes, keyed
 * lists, and which panels are drawn. Text goes in by textContent only, never as markup.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const clientside = (dash.gridwall = dash.gridwall || {});
  /* Which panels of the page show a panel of the stream; the others are drawn always. */
  const WHERE = {
    kpi: ["kpis", "map"],
    levels: ["levels"],
    trend: ["trend"],
    areas: ["map"],
    points: ["map", "stage"],
    cells: ["map"],
    places: ["places", "map"],
    queue: ["queue"],
    scores: ["scores"],
    departments: ["departments"],
    brief: ["brief"],
    area: ["area"],
  };
  const drawn = {};
  const heard = {};
  let last = null;
  const DASH = "—";
  const CAME_MS = 1500;

  gw.DASH = DASH;
  gw.names = null;

  /** Whether a panel of the page is part of the layout that stands. */
  gw.shown = (panel) => gw.scenes.panels.has(panel);

  function wanted(name, own) {
    const panels = own.length > 0 ? own : WHERE[name];
    return panels === undefined || panels.some(gw.shown);
  }

  /** Draw the panels that are shown and whose state is another than the one drawn last. */
  clientside.draw = function (frame) {
    if (!frame || gw.names === null) return;
    last = frame;
    for (const name of gw.names.panels) {
      const state = frame.panels[name];
      if (state === undefined || state === null || state === drawn[name]) continue;
      if (state !== heard[name]) {
        heard[name] = state;
        for (const hear of gw.listeners.get(name) || []) hear(state);
      }
      const renderer = gw.renderers.get(name);
      if (renderer === undefined || !wanted(name, renderer.panels)) continue;
      drawn[name] = state;
      renderer.render(state);
    }
    if (frame.v !== null) gw.state.framed(frame.v);
  };

  /** What is held of a panel of the stream, drawn or not; undefined before its first frame. */
  gw.held = (name) => (last === null ? undefined : last.panels[name]);

  /** Draw what has just been shown. */
  gw.redraw = () => clientside.draw(last);

  /** The page has come with its names: draw what is there, then open the stream. */
  clientside.start = function (names, frame) {
    if (!names || gw.names !== null) return true;
    gw.names = names;
    document.documentElement.lang = names.lang === "zh" ? "zh-CN" : "en";
    gw.readOptions();
    gw.state.start();
    for (const begin of gw.begins) begin();
    gw.scenes.start();
    clientside.draw(frame);
    gw.connect();
    return true;
  };

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  gw.motion = () => !calm.matches;

  let unit = null;

  /** How many CSS px one px of the design is; the style sheet works it out. */
  gw.unit = function () {
    if (unit === null) unit = parseFloat(getComputedStyle(gw.byId("gw-wall")).getPropertyValue("--u"));
    return unit;
  };

  window.addEventListener("resize", () => {
    unit = null;
  });

  gw.byId = (id) => document.getElementById(id);

  const colours = { dark: {}, light: {} };

  /** A colour of the theme by its name in tokens.css, for canvas, Leaflet and Plotly. */
  gw.colour = function (name) {
    const wall = gw.byId("gw-wall");
    const held = colours[wall.classList.contains("light") ? "light" : "dark"];
    if (held[name] === undefined) {
      held[name] = getComputedStyle(wall).getPropertyValue("--" + name).trim();
    }
    return held[name];
  };

  /** A word of the catalogue with its {placeholders} filled. */
  gw.text = function (key, values) {
    let text = gw.names.text[key];
    if (text === undefined) return key;
    for (const name of Object.keys(values || {})) text = text.replace("{" + name + "}", values[name]);
    return text;
  };

  /** The name of a code; a code without a name is shown as it is. */
  gw.name = (kind, code) => (code ? gw.names[kind][code] || code : DASH);

  /* Made once each: a formatter costs a hundred times what formatting does. */
  const shapes = new Map();

  function shape(digits, style) {
    const key = digits + style;
    if (!shapes.has(key)) {
      const all = { minimumFractionDigits: digits, maximumFractionDigits: digits, style };
      shapes.set(key, new Intl.NumberFormat(gw.names.locale, all));
    }
    return shapes.get(key);
  }

  const known = (n) => n !== null && n !== undefined;

  /** A whole number, one with decimals, a share of 1: as the language writes them. */
  gw.count = (n) => (known(n) ? shape(0, "decimal").format(n) : DASH);
  gw.decimals = (n, digits = 1) => (known(n) ? shape(digits, "decimal").format(n) : DASH);
  gw.percent = (share, digits = 1) => (known(share) ? shape(digits, "percent").format(share) : DASH);

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
