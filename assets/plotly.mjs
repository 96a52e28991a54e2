/* Figures need lines and bars only: Plotly's basic bundle, a quarter of the whole.
 *
 * Dash writes the whole bundle's address into a property of the window and loads it with the
 * first graph; this property answers with ours instead. A test holds the two versions together.
 */

const basic = new URL("./vendor/plotly-basic.min.js", import.meta.url).href;

Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => basic, set: () => {} });
