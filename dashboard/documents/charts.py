"""Charts as vector drawings: printed as they are in the PDF, as pictures in Word.

Axes start at zero and end at a round number; a value that is not known leaves a gap.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
from PIL import ImageOps
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from dashboard.config.words import figures
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Chart
from dashboard.documents import style

#: points; the width of the text on an A4 page with 20 mm margins
WIDTH = 481.9
_HEIGHT = 150.0
_BAR = 17.0
_SIZE = 8.0
_COLOURS = (style.ACCENT, style.SECOND)


def draw(chart: Chart, words: Words, width: float = WIDTH) -> Drawing:
    """A chart as a drawing, without its title."""
    style.register()
    return _bars(chart, words, width) if chart.shape == "bars" else _course(chart, words, width)


def picture(drawing: Drawing, scale: float = 3.0, margin: int = 0) -> bytes:
    """A drawing as PNG on white, with so many pixels of it around."""
    with style.ONE, closing(pypdfium2.PdfDocument(renderPDF.drawToString(drawing))) as paper:
        page = paper[0]
        with closing(page), closing(page.render(scale=scale)) as bitmap:
            plain = bitmap.to_pil().copy()
    drawn = ImageOps.expand(plain, margin, style.PAPER)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def _course(chart: Chart, words: Words, width: float) -> Drawing:
    """Over time: columns side by side, or a line."""
    drawing = Drawing(width, _HEIGHT)
    left, bottom, top = 42.0, 20.0, _HEIGHT - 22
    percent = chart.lines[0].kind == "percent"
    values = [v for line in chart.lines for v in line.values if v is not None]
    high = 1.0 if percent else ceiling(max(values, default=0.0))
    step = (width - left) / max(len(chart.x), 1)
    scale = (top - bottom) / high
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = bottom + mark * (top - bottom)
        drawing.add(Line(left, y, width, y, strokeColor=HexColor(style.RULE), strokeWidth=0.4))
        label = figures.percent(mark, 0) if percent else figures.count(high * mark, 0)
        if percent or high * mark == round(high * mark):
            drawing.add(_text(left - 4, y - 2.8, label, anchor="end"))
    every = max(1, math.ceil(len(chart.x) * 34 / (width - left)))
    for n, day in enumerate(chart.x):
        if n % every == 0:
            label = words.value(chart.kind, day)
            # the last one must not stick out of the drawing
            x = min(left + (n + 0.5) * step, width - stringWidth(label, style.REGULAR, _SIZE) / 2)
            drawing.add(_text(x, bottom - 11, label, anchor="middle"))
    for number, line in enumerate(chart.lines):
        colour = HexColor(_COLOURS[number % 2])
        if chart.shape == "line":
            for points in _runs(line.values):
                flat = [c for n, v in points for c in (left + (n + 0.5) * step, bottom + v * scale)]
                if len(points) > 1:
                    drawing.add(PolyLine(flat, strokeColor=colour, strokeWidth=1.6))
                else:
                    drawing.add(
                        Rect(
                            flat[0] - 1.2, flat[1] - 1.2, 2.4, 2.4, fillColor=colour, strokeWidth=0
                        )
                    )
            continue
        wide = step * 0.76 / len(chart.lines)
        for n, value in enumerate(line.values):
            if value:
                x0 = left + n * step + step * 0.12 + number * wide
                drawing.add(
                    Rect(x0, bottom, wide, value * scale, fillColor=colour, strokeColor=None)
                )
    _legend(drawing, chart, words, left, _HEIGHT - 9)
    return drawing


def _legend(drawing: Drawing, chart: Chart, words: Words, x: float, y: float) -> None:
    for number, line in enumerate(chart.lines):
        colour = HexColor(_COLOURS[number % 2])
        drawing.add(Rect(x, y, 7, 7, fillColor=colour, strokeColor=None))
        label = words[f"briefs.def.{line.metric}_name"]
        drawing.add(_text(x + 11, y + 0.4, label))
        x += 24 + stringWidth(label, style.REGULAR, _SIZE)


def _bars(chart: Chart, words: Words, width: float) -> Drawing:
    """By name, the largest on top."""
    values = [value or 0.0 for value in chart.lines[0].values]
    names = [words.value(chart.kind, x) for x in chart.x]
    height = _BAR * len(values) + 4
    drawing = Drawing(width, height)
    left = min(width * 0.4, max(stringWidth(n, style.REGULAR, _SIZE) for n in names) + 8)
    room = width - left - 46
    for n, (name, value) in enumerate(zip(names, values, strict=True)):
        y = height - (n + 1) * _BAR
        drawing.add(_text(left - 6, y + 4, fitted(name, left - 6), anchor="end"))
        wide = room * value / (max(values) or 1)
        drawing.add(
            Rect(left, y + 2, wide, _BAR - 6, fillColor=HexColor(style.ACCENT), strokeColor=None)
        )
        shown = words.value(chart.lines[0].kind, value)
        drawing.add(_text(left + wide + 4, y + 4, shown, colour=style.INK))
    return drawing


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", colour: str = style.QUIET
) -> String:
    return String(
        x,
        y,
        text,
        fontName=style.REGULAR,
        fontSize=_SIZE,
        textAnchor=anchor,
        fillColor=HexColor(colour),
    )


def fitted(text: str, room: float, size: float = _SIZE, font: str = style.REGULAR) -> str:
    """The text, its end cut where there is no room for it."""
    if stringWidth(text, font, size) <= room:
        return text
    while text and stringWidth(text + "…", font, size) > room:
        text = text[:-1]
    return text + "…"


def ceiling(value: float) -> float:
    """A round number not below, that four steps divide well."""
    if value <= 4:
        return 4.0
    unit = 10.0 ** math.floor(math.log10(value))
    for factor in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10):
        if unit * factor >= value and (unit * factor) % 4 == 0:
            return unit * factor
    return unit * 10 if unit * 10 % 4 == 0 else math.ceil(value / 4) * 4.0


def _runs(values: tuple[float | None, ...]) -> Iterator[list[tuple[int, float]]]:
    """Stretches without a gap."""
    run: list[tuple[int, float]] = []
    for n, value in enumerate(values):
        if value is not None:
            run.append((n, value))
        elif run:
            yield run
            run = []
    if run:
        yield run
