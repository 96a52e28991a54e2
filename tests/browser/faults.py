"""What is wrong with a page as it is painted: found in the page, told as sentences.

Text that is cut (but for names that may end in an ellipsis: ``.clip``), boxes outside the
viewport, texts that lie over each other, letters too small to read, scroll bars.
"""

from __future__ import annotations

from playwright.sync_api import Page

#: Share of the picture's height that a letter needs at least.
SMALLEST = 0.011

SCRIPT = """(smallest) => {
  const faults = [];
  const W = innerWidth, H = innerHeight;
  const root = document.scrollingElement;
  if (root.scrollWidth > W || root.scrollHeight > H) faults.push('scroll bar');
  const wall = document.getElementById('gw-wall');
  const shown = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // An item of the last line that wrapped out of sight is not on the screen.
  const gone = (el) => {
    const row = el.closest('.recent .row');
    const list = el.closest('.recent');
    return row !== null && row.getBoundingClientRect().top >= list.getBoundingClientRect().bottom;
  };
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
    const clip = el.closest('.clip');
    const edge = clip ? clip.getBoundingClientRect() : null;
    const seen = edge ? { left: box.left, right: Math.min(box.right, edge.right),
                          top: box.top, bottom: box.bottom } : box;
    const size = parseFloat(getComputedStyle(el).fontSize);
    if (size < smallest * H - 0.01) faults.push(`small ${size}px: ${words}`);
    if (seen.left < -0.5 || seen.right > W + 0.5 || seen.top < -0.5 || seen.bottom > H + 0.5)
      faults.push(`outside: ${words}`);
    if (!clip) {
      for (let up = el; up && up !== wall; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (style.display === 'inline') continue;
        const frame = up.getBoundingClientRect();
        if (frame.width === 0 || up.closest('.area-label')) continue;
        if (box.right > frame.right + 1.5 || box.left < frame.left - 1.5) {
          faults.push(`wider than ${up.className}: ${words}`);
          break;
        }
      }
    }
    const middle = (seen.top + seen.bottom) / 2;
    texts.push({ words, el, left: seen.left, right: seen.right,
                 top: middle - 0.42 * size, bottom: middle + 0.42 * size });
  }
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length; j += 1) {
      const a = texts[i], b = texts[j];
      const across = a.left + 1 < b.right && b.left + 1 < a.right;
      if (across && a.top + 1 < b.bottom && b.top + 1 < a.bottom)
        faults.push(`over each other: ${a.words} / ${b.words}`);
    }
  }
  for (const panel of wall.querySelectorAll('.panel, .head, .foot-line, .row')) {
    const box = panel.getBoundingClientRect();
    if (!shown(panel) || gone(panel)) continue;
    if (box.right > W + 8 || box.bottom > H + 0.5 || box.left < -0.5 || box.top < -0.5)
      faults.push(`outside: ${panel.className}`);
  }
  return faults;
}"""


def faults(page: Page) -> list[str]:
    """All faults of the page as it stands, without repeats."""
    found: list[str] = page.evaluate(SCRIPT, SMALLEST)
    return sorted(set(found))
