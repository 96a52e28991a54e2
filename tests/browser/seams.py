"""What crosses a seam of a wall made of several screens: words, marks, panels."""

from __future__ import annotations

from playwright.sync_api import Page

SCRIPT = """([columns, rows, bezel]) => {
  const half = bezel / 2;
  const xs = [...Array(columns - 1).keys()].map((i) => innerWidth * (i + 1) / columns);
  const ys = [...Array(rows - 1).keys()].map((i) => innerHeight * (i + 1) / rows);
  const wall = document.getElementById('gw-wall');
  const found = [];
  const look = (box, words) => {
    if (box.width === 0 || box.height === 0) return;
    if (xs.some((x) => box.left < x + half && box.right > x - half)) found.push('x: ' + words);
    if (ys.some((y) => box.top < y + half && box.bottom > y - half)) found.push('y: ' + words);
  };
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    const shown = el.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const list = el.closest('.recent');
    if (!node.textContent.trim() || !shown || el.closest('.sr')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (list && box.top >= list.getBoundingClientRect().bottom) continue;
    const clip = el.closest('.clip');
    const right = clip ? Math.min(box.right, clip.getBoundingClientRect().right) : box.right;
    const width = right - box.left;
    texts += 1;
    look({ left: box.left, right, top: box.top, bottom: box.bottom, width, height: box.height },
         node.textContent);
  }
  const marks = wall.querySelectorAll('.mark, .bar, .panel, .gw-map canvas, svg text, .area-label');
  for (const node of marks) {
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const list = node.closest('.recent');
    const box = node.getBoundingClientRect();
    if (list && box.top >= list.getBoundingClientRect().bottom) continue;
    look(box, String(node.className.baseVal ?? node.className) || node.textContent);
  }
  return texts > 50 ? found : ['only ' + texts + ' texts'];
}"""


def crossing(page: Page, columns: int, rows: int, bezel: float) -> list[str]:
    """What crosses; the bezel in CSS px."""
    found: list[str] = page.evaluate(SCRIPT, [columns, rows, bezel])
    return sorted(set(found))
