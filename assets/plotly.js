/* Figures need lines and bars only: Plotly's basic bundle, a quarter of the whole.
 *
 * Dash writes the whole bundle's address into a property of the window and loads it with the
 * first graph; this property answers with ours instead. A test holds the two versions together.
 */
(function () {
  "use strict";

  const basic = new URL("vendor/plotly-basic.min.js", document.currentScript.src);
  basic.search = new URL(document.currentScript.src).search;
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => basic.href, set: () => {} });
})();
