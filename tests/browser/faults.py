"""What is wrong with a page as it is painted: found in the page, reported as sentences.

Text that is cut (but for names that may end in an ellipsis: ``.clip``), wider or higher than what
holds it, outside the screen, over another text or under a mark; panels over each other; letters
too small to read; scroll bars.
"""

from __future__ import annotations

from playwright.sync_api import Page

#: Share of the picture's height that a letter needs at least.
SMALLEST = 0.011
#: What a name cut by an ellipsis must still show, in widths of its letters' height.
LEAST_EM = 2.4
#: A page is looked at when nothing in it has changed for this long, or after the second at latest.
QUIET_MS, LATEST_MS = 130, 1500

SCRIPT = """([smallest, leastEm]) => {
  const faults = [];
  const W = innerWidth, H = innerHeight;
  const slack = Math.max(1.5, (1.5 * H) / 1080);
  const root = document.scrollingElement;
  if (root.scrollWidth > W || root.scrollHeight > H) faults.push('scroll bar');
  const wall = document.getElementById('gw-wall');
  // Read out only: there for those who hear the page.
  const read = (el) => el.closest('.sr, [data-read]') !== null;
  const shown = (el) =>
    !read(el) && el.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // An item of the last line that wrapped out of sight is not on the screen.
  const gone = (el) => {
    const part = el.closest('.spare > *');
    if (part !== null && part.offsetTop > part.parentNode.firstElementChild.offsetTop + 2)
      return true;
    const row = el.closest('.recent .row');
    if (row === null) return false;
    return row.getBoundingClientRect().top >= el.closest('.recent').getBoundingClientRect().bottom;
  };
  const across = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right;
  const over = (a, b) => across(a, b) && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  const called = (el) => `.${String(el.className).trim().split(/\\s+/).join('.')}`;
  const where = (el) => called(el.closest('[data-panel]') || el.closest('.head, .foot-line') || el);
  const texts = [];
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    const el = node.parentElement;
    if (!words || !shown(el) || el.closest('svg') || gone(el)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const clip = el.closest('.clip, .two');
    const edge = clip ? clip.getBoundingClientRect() : null;
    const seen = edge ? { left: box.left, right: Math.min(box.right, edge.right),
                          top: box.top, bottom: Math.min(box.bottom, edge.bottom) } : box;
    const size = parseFloat(getComputedStyle(el).fontSize);
    const lines = Math.max(1, Math.round((seen.bottom - seen.top) / (1.5 * size)));
    if (size < smallest * H - 0.01) faults.push(`small ${size}px: ${words}`);
    if (seen.left < -0.5 || seen.right > W + 0.5 || seen.top < -0.5 || seen.bottom > H + 0.5)
      faults.push(`outside: ${words}`);
    if (clip && box.right > edge.right + 2 && edge.width < leastEm * size)
      faults.push(`nothing left of it in ${where(el)}: ${words}`);
    const half = 0.42 * size;
    const middle = (seen.top + seen.bottom) / 2;
    const ink = lines > 1 ? { top: seen.top + 0.1 * size, bottom: seen.bottom - 0.1 * size }
                          : { top: middle - half, bottom: middle + half };
    if (!el.closest('.area-label')) {
      if (!clip && el.clientWidth > 0 && el.scrollWidth > el.clientWidth + 1)
        faults.push(`cut in ${where(el)} ${called(el)}: ${words}`);
      for (let up = el; up && up !== wall; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (style.display === 'inline' || style.display === 'contents') continue;
        const frame = up.getBoundingClientRect();
        if (frame.width === 0) continue;
        if (!clip && (box.right > frame.right + slack || box.left < frame.left - slack)) {
          faults.push(`wider than ${called(up)} in ${where(el)}: ${words}`);
          break;
        }
        const cuts = style.overflowY !== 'visible' || up.dataset.panel !== undefined;
        if (cuts && (ink.bottom > frame.bottom + slack || ink.top < frame.top - slack)) {
          faults.push(`higher than ${called(up)} in ${where(el)}: ${words}`);
          break;
        }
      }
    }
    texts.push({ words, el, left: seen.left, right: seen.right, ...ink });
  }
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length; j += 1) {
      if (over(texts[i], texts[j]))
        faults.push(`over each other: ${texts[i].words} / ${texts[j].words}`);
    }
  }
  const marks = '.mark, .pips, .bar, .key, .ramp, .interval';
  for (const mark of wall.querySelectorAll(marks)) {
    if (!shown(mark) || gone(mark) || mark.closest('.gw-map')) continue;
    const box = mark.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    if (box.right > W + 0.5 || box.bottom > H + 0.5 || box.left < -0.5 || box.top < -0.5)
      faults.push(`outside: ${called(mark)} in ${where(mark)}`);
    for (const text of texts) {
      if (!mark.contains(text.el) && !text.el.closest('.area-label') && over(box, text))
        faults.push(`${called(mark)} over a text in ${where(mark)}: ${text.words}`);
    }
  }
  const panels = [...wall.querySelectorAll('.main > .panel')].filter(shown);
  const boxes = panels.map((panel) => panel.getBoundingClientRect());
  for (let i = 0; i < panels.length; i += 1) {
    for (let j = i + 1; j < panels.length; j += 1) {
      if (over(boxes[i], boxes[j]))
        faults.push(`panels over each other: ${called(panels[i])} / ${called(panels[j])}`);
    }
  }
  for (const part of wall.querySelectorAll('.panel, .head, .foot-line, .row')) {
    const box = part.getBoundingClientRect();
    if (!shown(part) || gone(part)) continue;
    if (box.right > W + 8 || box.bottom > H + 0.5 || box.left < -0.5 || box.top < -0.5)
      faults.push(`outside: ${called(part)}`);
  }
  return faults;
}"""

SETTLED = """([quiet, latest]) => new Promise((quieted) => {
  const moving = () => document.getAnimations().map((one) => one.finished.catch(() => null));
  const done = () => Promise.all(moving()).then(quieted);
  let timer = null;
  const end = () => { watch.disconnect(); clearTimeout(timer); done(); };
  const again = () => { clearTimeout(timer); timer = setTimeout(end, quiet); };
  const watch = new MutationObserver(again);
  watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  setTimeout(end, latest);
  requestAnimationFrame(again);
})"""


def settled(page: Page) -> None:
    """Wait until the page has stopped changing and moving (its clock goes on: text only)."""
    page.evaluate(SETTLED, [QUIET_MS, LATEST_MS])


def faults(page: Page) -> list[str]:
    """All faults of the page in its current state, without repeats."""
    found: list[str] = page.evaluate(SCRIPT, [SMALLEST, LEAST_EM])
    return sorted(set(found))
