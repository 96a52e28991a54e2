// The faults of a leaders' page, for pagefaults.py.
([smallest]) => {
  const faults = [];
  const W = window.innerWidth;
  const page = document.querySelector('.review');
  const called = (el) => el.tagName.toLowerCase() + (el.className && el.className.baseVal === undefined
    ? '.' + String(el.className).split(' ').filter((n) => !n.startsWith('m_')).slice(0, 3).join('.') : '');
  if (document.documentElement.scrollWidth > W) faults.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);
  const texts = [];
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    const el = node.parentElement;
    if (!words || !el || el.closest('.r-unseen, .r-skip, script, style, option, [aria-hidden=true]')) continue;
    if (!el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || box.right <= 0) continue;
    if (/(^|\s)(review|level|status|metric)\.[a-z_.]+/.test(words)) faults.push(`a key: ${words}`);
    if (/\{[a-z_]+\}|undefined|NaN|\[object/.test(words)) faults.push(`not filled in: ${words}`);
    const style = getComputedStyle(el);
    if (parseFloat(style.fontSize) < smallest) faults.push(`small ${style.fontSize} ${called(el)}: ${words}`);
    let scrolls = false;
    let unseen = false;
    let floats = false;
    for (let up = el; up && up !== page; up = up.parentElement) {
      const of = getComputedStyle(up);
      if (of.clipPath.startsWith('inset(50%') || of.clip === 'rect(0px, 0px, 0px, 0px)') unseen = true; // for those who listen
      if (['auto', 'scroll'].includes(of.overflowX)) scrolls = true;
      if (['fixed', 'absolute', 'sticky'].includes(of.position)) floats = true;
      if (of.overflowX === 'hidden' && of.textOverflow !== 'ellipsis' && !scrolls && !unseen && up.clientWidth > 0) {
        const edge = up.getBoundingClientRect();
        if (box.right > edge.right + 2 || box.left < edge.left - 2)
          faults.push(`cut by ${called(up)}: ${words}`);
      }
    }
    if (!scrolls && !el.closest('svg') && (box.right > W + 0.5 || box.left < -0.5))
      faults.push(`outside: ${called(el)} ${words}`);
    if (!scrolls && !floats && !unseen) {
      const half = 0.4 * parseFloat(style.fontSize);
      const lines = [...range.getClientRects()];
      for (const line of lines) {
        const middle = (line.top + line.bottom) / 2;
        texts.push({ words, el, left: line.left, right: line.right, top: middle - half, bottom: middle + half });
      }
    }
  }
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5;
  texts.sort((a, b) => a.top - b.top);
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom; j += 1) {
      if (texts[i].el !== texts[j].el && over(texts[i], texts[j]))
        faults.push(`over each other: ${texts[i].words} / ${texts[j].words}`);
    }
  }
  for (const link of page.querySelectorAll('a')) {
    const words = link.textContent.trim();
    if (!words || getComputedStyle(link).display !== 'inline' || !link.checkVisibility({ checkVisibilityCSS: true })) continue;
    let block = link.parentElement;
    while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
    // what is written between the links and in the same lines, without signs such as › and ·
    const around = document.createNodeIterator(block, NodeFilter.SHOW_TEXT);
    let text = false;
    for (let node = around.nextNode(); node && !text; node = around.nextNode()) {
      let up = node.parentElement;
      while (up !== block && getComputedStyle(up).display === 'inline' && up.tagName !== 'A') up = up.parentElement;
      text = up === block && /\p{L}{2}/u.test(node.textContent);
    }
    let lined = false;
    for (let up = link; up !== block.parentElement && !lined; up = up.parentElement)
      lined = getComputedStyle(up).textDecorationLine.includes('underline');
    lined ||= [...link.querySelectorAll('*')].some((el) => getComputedStyle(el).textDecorationLine.includes('underline'));
    if (text && !lined) faults.push(`only its colour marks a link: ${called(block)} ${words}`);
  }
  const mains = page.querySelectorAll('main, [role=main]');
  if (mains.length !== 1) faults.push(`${mains.length} main landmarks`);
  if (page.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  return faults;
}
