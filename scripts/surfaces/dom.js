// The page as lines, an element or a text each: [depth, text]; and the files it loads.
// Left out: scripts and styles, which are not drawn.
() => {
  const lines = [];
  const skipped = new Set(["SCRIPT", "STYLE", "LINK", "NOSCRIPT"]);
  // ages by the machine's clock, a pairing code
  const moving = '[data-kpi="age_ms"], [data-kpi="checked.at"], .r-age, #gw-code .letter';
  const labels = new Set(["aria-label", "data-value"]);
  // which names of a map find room in a frame depends on how soon it got its size
  const skips = (el) =>
    skipped.has(el.tagName) || (el.ownerDocument !== document && el.matches(".area-label"));
  const sorted = (value, between) => [...new Set(value.trim().split(between))].sort();
  const plain = (el, name, value) => {
    if (labels.has(name) && el.matches(moving)) return "<moves>";
    if (name === "class") return sorted(value, /\s+/).join(" ");
    return name === "style" ? sorted(value.replace(/;$/, ""), "; ").join("; ") : value;
  };
  const attributes = (el) => {
    const found = [...el.attributes].map(({ name, value }) => [name, plain(el, name, value)]);
    const typed = typeof el.value === "string" ? el.value : "";
    if (typed && typed !== el.getAttribute("value")) found.push(["value (now)", typed]);
    if (el.checked && !el.hasAttribute("checked")) found.push(["checked (now)", "yes"]);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  };
  const walk = (el, depth) => {
    if (skips(el)) return;
    const shown = attributes(el).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
    lines.push([depth, `<${el.tagName.toLowerCase()}${shown.join("")}>`]);
    for (const child of el.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE) walk(child, depth + 1);
      if (child.nodeType !== Node.TEXT_NODE) continue;
      const words = child.textContent.replace(/\s+/g, " ").trim();
      if (words) lines.push([depth + 1, el.matches(moving) ? "<moves>" : words]);
    }
    // the wall inside a page
    if (el.tagName === "IFRAME" && el.getAttribute("src")?.startsWith("/wall"))
      walk(el.contentDocument.documentElement, depth + 1);
  };
  walk(document.documentElement, 0);
  const files = [...document.querySelectorAll("script, link[href]")].map((el) => {
    const where = el.getAttribute("src") ?? el.getAttribute("href") ?? `(${el.id || "inline"})`;
    return [el.tagName.toLowerCase(), el.rel || el.type, where].filter(Boolean).join(" ");
  });
  return { lines, files };
}
