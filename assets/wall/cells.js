/* Where single points would be too many: a soft disc a map cell, its area by how many events are
 * open there, never over its neighbours. Cells come as "x/y": [lon, lat, blue … red].
 */
(function () {
  "use strict";

  const gw = (window.gridwall = window.gridwall || {});

  /** How wide a cell is on the canvas, from two cells whose column ("x/y") differs. */
  function widthOf(keys, map, cells, ratio) {
    const [one, x] = [keys[0], Number(keys[0].split("/")[0])];
    const other = keys.find((key) => Number(key.split("/")[0]) !== x);
    if (other === undefined) return 12 * gw.map.unit * ratio;
    const left = (key) => map.latLngToContainerPoint([cells[key][1], cells[key][0]]).x;
    return (ratio * (left(other) - left(one))) / (Number(other.split("/")[0]) - x);
  }

  /** Draw `cells` with `pen`. The most urgent events come as points as well. */
  gw.paintCells = function (pen, map, cells, ratio) {
    const keys = Object.keys(cells);
    if (keys.length === 0) return;
    const count = (key) => cells[key][2] + cells[key][3] + cells[key][4] + cells[key][5];
    const most = Math.max(...keys.map(count));
    const widest = widthOf(keys, map, cells, ratio) / 2;
    const least = 1.8 * gw.map.unit * ratio;
    for (const key of keys) {
      const n = count(key);
      if (n <= 0) continue;
      const [lon, lat] = cells[key];
      const at = map.latLngToContainerPoint([lat, lon]);
      const size = Math.max(least, widest * Math.sqrt(n / most));
      pen.fillStyle = "rgba(199, 214, 224, 0.38)";
      pen.beginPath();
      pen.arc(at.x * ratio, at.y * ratio, size, 0, 2 * Math.PI);
      pen.fill();
    }
  };
})();
