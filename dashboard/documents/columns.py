"""How wide a table's columns are: no word is broken, long texts get the room that is left. Pure.

Texts are measured in the embedded font. The type gets smaller, down to `SMALLEST`, until each
column has room for its longest word; Chinese may break between any two characters, but a name of
up to four stays whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth

from dashboard.documents import style

#: points
LARGEST, SMALLEST = 8.5, 6.0
_STEP = 0.5
#: left and right of a text in a PDF
PADDING = 9.0
#: an id longer than this share of the table may break
_LONGEST = 0.26
_WHOLE = 4


def fitted(
    rows: Sequence[Sequence[str]], width: float, wider: float = 1.0, padding: float = PADDING
) -> tuple[float, list[float]]:
    """The type size and each column's width, points; ``rows`` are texts, the head first.

    ``wider`` is how much wider than the embedded font another font may be; ``padding`` is what a
    cell keeps free.
    """
    style.register()
    size = LARGEST
    while True:
        least, whole = _needs(rows, size, width, wider, padding)
        if sum(least) <= width or size <= SMALLEST:
            break
        size -= _STEP
    if sum(least) > width:
        return size, [width * part / sum(least) for part in least]
    left, wish = width - sum(least), [w - n for w, n in zip(whole, least, strict=True)]
    if sum(wish) > left:
        return size, [n + left * w / sum(wish) for n, w in zip(least, wish, strict=True)]
    spare = (width - sum(whole)) / len(whole)
    return size, [w + spare for w in whole]


def _needs(
    rows: Sequence[Sequence[str]], size: float, width: float, wider: float, padding: float
) -> tuple[list[float], list[float]]:
    """Of each column the least width and that at which nothing is wrapped."""
    least: list[float] = []
    whole: list[float] = []
    for column in zip(*rows, strict=True):
        fonts = [style.BOLD, *[style.REGULAR] * (len(column) - 1)]
        texts = list(zip(column, fonts, strict=True))
        words = max(
            (_wide(part, font, size) for text, font in texts for part in _parts(text)), default=0.0
        )
        lines = max((_wide(text, font, size) for text, font in texts), default=0.0)
        least.append(min(words * wider, width * _LONGEST) + padding)
        whole.append(max(lines * wider + padding, least[-1]))
    return least, whole


def _parts(text: str) -> list[str]:
    """What may not be broken: words, and of Chinese so much as leaves at most two lines."""
    found = []
    for word in text.split():
        if any(ord(letter) > 0x2E80 for letter in word) and len(word) > _WHOLE:
            word = word[: max(_WHOLE, math.ceil(len(word) / 2))]
        found.append(word)
    return found


def _wide(text: str, font: str, size: float) -> float:
    return float(stringWidth(text, font, size))
