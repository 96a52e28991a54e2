/* The first script of every page: shows plainly that a browser is too old for what follows, and
 * asks again for a wall that did not come whole.
 *
 * ECMAScript 5 only, and nothing but what every browser of the last fifteen years has: it must
 * work where no other script of ours can even be read. Judges by what the browser can do, not by
 * its name; the name is only shown. Its words come with its own tag, in both languages.
 */
(function () {
  "use strict";

  var START_MS = 45000;
  var RETRY_MS = 3000;
  var all = document.getElementsByTagName("script");
  var tag = document.currentScript || all[all.length - 1];

  function supports(condition) {
    try {
      return !!(window.CSS && window.CSS.supports && window.CSS.supports(condition));
    } catch (error) {
      return false;
    }
  }

  function lacking() {
    return (
      typeof window.EventSource !== "function" ||
      typeof window.Promise !== "function" ||
      typeof window.fetch !== "function" ||
      typeof window.structuredClone !== "function" ||
      !supports("selector(:has(a))") ||
      !supports("(container-type: size)")
    );
  }

  function version(unknown) {
    var agent = window.navigator.userAgent || "";
    var found = /(Edg|OPR|Chromium|Chrome|Firefox)\/(\d+)/.exec(agent);
    var safari = /Version\/(\d+)[.\d]* .*Safari/.exec(agent);
    if (found) return found[1].replace("Edg", "Edge") + " " + found[2];
    if (safari) return "Safari " + safari[1];
    return /MSIE|Trident/.test(agent) ? "Internet Explorer" : unknown;
  }

  function word(key, lang) {
    return tag.getAttribute("data-" + key + "-" + lang) || "";
  }

  function line(parent, name, lang, size, text) {
    var node = document.createElement(name);
    node.lang = lang;
    node.style.fontSize = size;
    node.style.margin = "0 0 2vh";
    node.appendChild(document.createTextNode(text));
    parent.appendChild(node);
  }

  function tell() {
    var box = document.createElement("div");
    var langs = ["zh", "en"];
    var needed = tag.getAttribute("data-needed");
    var i;
    box.id = "gw-old";
    box.setAttribute("role", "alert");
    box.style.position = "fixed";
    box.style.top = box.style.right = box.style.bottom = box.style.left = "0";
    box.style.padding = "12vh 8vw";
    /* Words, not tokens: custom properties may be unknown here. */
    box.style.background = "black";
    box.style.color = "white";
    box.style.fontFamily = "sans-serif";
    for (i = 0; i < langs.length; i += 1) {
      line(box, "h1", langs[i], "4.5vh", word("title", langs[i]));
      line(
        box,
        "p",
        langs[i],
        "3vh",
        word("versions", langs[i])
          .replace("{found}", version(word("unknown", langs[i])))
          .replace("{needed}", needed)
      );
    }
    /* Next to the body, which is hidden: what still runs draws where it is not seen. */
    document.body.style.display = "none";
    document.documentElement.appendChild(box);
  }

  /** A wall whose scripts did not all come (its server was being restarted) is asked for again,
   * as soon as the server answers. */
  function started() {
    return !!(window.gridwall && window.gridwall.names);
  }

  function again() {
    var request = new XMLHttpRequest();
    if (started()) return;
    request.open("GET", "/healthz");
    request.onload = function () {
      if (started()) return;
      if (request.status === 200) window.location.reload();
      else setTimeout(again, RETRY_MS);
    };
    request.onerror = function () {
      setTimeout(again, RETRY_MS);
    };
    request.send();
  }

  if (!lacking()) {
    if (/\/wall\/?$/.test(window.location.pathname) && !tag.getAttribute("data-alone")) {
      setTimeout(again, START_MS * (1 + Math.random()));
    }
    return;
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", tell);
  else tell();
})();
