/* Written by scripts/level_shapes.py from dashboard/config/levels.py; not by hand. */

/* Least urgent first. A mark reaches from -1 to 1 in both directions, y downwards. */
export const SHAPES = [
  { level: "blue", corners: [], radius: 0.8 },
  { level: "yellow", corners: [[-0.76, -0.76], [0.76, -0.76], [0.76, 0.76], [-0.76, 0.76]], radius: 0 },
  { level: "orange", corners: [[0, -0.88], [0.96, 0.84], [-0.96, 0.84]], radius: 0 },
  { level: "red", corners: [[0, -1], [0.92, 0], [0, 1], [-0.92, 0]], radius: 0 },
];
