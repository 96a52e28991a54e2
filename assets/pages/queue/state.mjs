/* What the queue's modules share: what the page came with, the grid, and what it shows now. */

export const queue = {
  /** What the page came with; null before. */
  setup: null,
  /** The grid's own functions; null while there is no grid. */
  api: null,
  /** The event that is looked at: kept while blocks of rows come and go. */
  selected: "",
  /** Filters of the address, the moment of the order, and what the server answered. */
  view: { query: {}, at: 0, cursor: "", total: 0, counts: null, run: 0 },
};
