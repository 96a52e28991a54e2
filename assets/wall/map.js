/* The map: areas shaded by open events, labels that don't collide, fitted to any size.
 *
 * dash-leaflet keeps Leaflet's map to itself but publishes Leaflet as `window.L`; an init hook
 * gives us each map as it is made. Areas are registered by `each` as the GeoJSON is drawn, so
 * a change restyles the polygons whose shade changed and no other.
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});
  /* One hue, from the ground up; as many as the legend has (layouts/components/area_map.py). */
  const SHADES = ["#121920", "#16242c", "#1a313b", "#20404b", "#274f5c", "#30606e"];
  const LINE = "#3d4c58";
  /* With more areas than this a label is the ordinal of the list beside the map. */
  const NAMED = 20;
  const LABELS_MS = 20000;

  const areas = new Map();
  let leaflet = null;
  let open = {};
  let top = [];
  let ceiling = 1;
  let labelled = -LABELS_MS;
  let timer = null;

  const map = (gw.map = { unit: 1 });

  /** The next round number: a ramp whose end moves with every event says nothing. */
  function round(n) {
    let step = 10;
    for (;;) {
      for (const by of [1, 2, 5]) if (n <= step * by) return step * by;
      step *= 10;
    }
  }

  function shade(code) {
    const n = open[code] || 0;
    if (n === 0) return 0;
    return Math.min(SHADES.length - 1, 1 + Math.floor((n / ceiling) * (SHADES.length - 1)));
  }

  map.style = function (feature) {
    return {
      fillColor: SHADES[shade(feature.properties.code)],
      fillOpacity: 1,
      color: LINE,
      weight: Math.max(1, map.unit),
      opacity: 1,
      interactive: false,
    };
  };

  map.each = function (feature, layer) {
    const { code, label } = feature.properties;
    areas.set(code, { layer, shade: shade(code), label: label || null });
    later(0);
  };

  gw.panel("areas", function (next) {
    open = next;
    const values = Object.values(next);
    ceiling = round(Math.max(1, ...values));
    gw.put(gw.byId("gw-ramp-max"), gw.count(ceiling));
    for (const [code, area] of areas) {
      const now = shade(code);
      if (now === area.shade) continue;
      area.shade = now;
      area.layer.setStyle({ fillColor: SHADES[now] });
    }
    later(LABELS_MS);
  });

  /** The list beside the map: its order numbers the labels. */
  map.top = function (order) {
    if (order.length === top.length && order.every((code, i) => code === top[i])) return;
    top = order.slice();
    later(areas.size > NAMED ? 0 : LABELS_MS);
  };

  /* ---- labels ---- */

  function later(most) {
    if (timer !== null) clearTimeout(timer);
    const wait = Math.max(50, Math.min(most, labelled + most - performance.now()));
    timer = setTimeout(label, wait);
  }

  function overlap(a, b) {
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  }

  function label() {
    timer = null;
    if (leaflet === null || gw.names === null || areas.size === 0) return;
    labelled = performance.now();
    const many = areas.size > NAMED;
    const codes = many ? top.filter((code) => areas.has(code)) : byOpen();
    const pane = leaflet.getPane("gwLabels");
    const size = leaflet.getSize();
    const placed = [];
    const wanted = codes.map((code, index) => ({
      code,
      words: many ? String(index + 1) : gw.name("places", code),
    }));
    const nodes = pane.gwNodes || (pane.gwNodes = new Map());
    for (const [code, node] of nodes) {
      if (codes.includes(code)) continue;
      node.remove();
      nodes.delete(code);
    }
    for (const { code, words } of wanted) {
      let node = nodes.get(code);
      if (node === undefined) {
        node = gw.make("div", "", pane);
        nodes.set(code, node);
      }
      node.className = many ? "area-label ordinal" : "area-label";
      gw.put(node, words);
      put(node, code, size, placed);
    }
  }

  function byOpen() {
    return [...areas.keys()].sort((a, b) => (open[b] || 0) - (open[a] || 0) || (a < b ? -1 : 1));
  }

  /** Where it covers nothing that matters: at its point, else a line above or below; else hidden. */
  function put(node, code, size, placed) {
    const area = areas.get(code);
    const at = area.label
      ? leaflet.latLngToContainerPoint([area.label[1], area.label[0]])
      : leaflet.latLngToContainerPoint(area.layer.getBounds().getCenter());
    const w = node.offsetWidth;
    const h = node.offsetHeight;
    let best = null;
    for (const [dx, dy] of [[0, 0], [0, -1], [0, 1], [0, -2], [0, 2], [-0.4, 0], [0.4, 0]]) {
      const box = { x: at.x - w / 2 + dx * w, y: at.y - h / 2 + dy * h, w, h };
      if (box.x < 0 || box.y < 0 || box.x + w > size.x || box.y + h > size.y) continue;
      if (placed.some((other) => overlap(box, other))) continue;
      const cost = gw.points.under(box) + 1.5 * (Math.abs(dx) + Math.abs(dy));
      if (best === null || cost < best.cost) best = { box, cost };
    }
    node.style.visibility = best === null ? "hidden" : "";
    if (best === null) return;
    placed.push(best.box);
    const corner = leaflet.containerPointToLayerPoint([best.box.x, best.box.y]);
    window.L.DomUtil.setPosition(node, corner.round());
  }

  /* ---- the map itself ---- */

  function bounds() {
    const all = window.L.latLngBounds([]);
    for (const area of areas.values()) all.extend(area.layer.getBounds());
    return all.isValid() ? all : window.L.latLngBounds(gw.names.bounds);
  }

  function fit() {
    if (leaflet === null || gw.names === null) return;
    const u = parseFloat(getComputedStyle(gw.byId("gw-clock")).fontSize) / 40;
    map.unit = u;
    leaflet.invalidateSize({ animate: false, pan: false });
    const pad = [10 * u, 10 * u];
    leaflet.fitBounds(bounds(), { animate: false, padding: pad });
    for (const area of areas.values()) area.layer.setStyle({ weight: Math.max(1, u) });
    gw.points.project();
    label();
  }

  function attach(made) {
    if (!made.getContainer().classList.contains("gw-map")) return;
    leaflet = made;
    areas.clear();
    for (const [name, z] of [["gwPoints", 450], ["gwPulse", 455], ["gwLabels", 460]]) {
      const pane = made.createPane(name);
      pane.style.zIndex = String(z);
      pane.style.pointerEvents = "none";
    }
    made.whenReady(function () {
      gw.points.attach(made);
      let waiting = null;
      const soon = () => {
        clearTimeout(waiting);
        waiting = setTimeout(fit, 60);
      };
      new ResizeObserver(soon).observe(made.getContainer());
      made.on("layeradd", (event) => {
        if (event.layer instanceof window.L.GeoJSON) soon();
      });
    });
  }

  if (window.L && window.L.Map) {
    window.L.Map.addInitHook(function () {
      attach(this);
    });
  }
})();
