"""A brief as PDF: A4, Chinese fonts embedded, page numbers, the same bytes for the same brief."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

from dashboard.config.words.briefs import Words
from dashboard.config.words.figures import count
from dashboard.core.briefs.model import Brief, Column, Head, Table
from dashboard.core.questions.behind.brief import of_cell, of_figure
from dashboard.documents import style
from dashboard.documents.charts import WIDTH, draw
from dashboard.documents.columns import fitted

#: columns of words; the others are numbers and stand to the right
WORDY = {"area", "department", "category", "level", "event", "measure", "time", "why"}
_MARGIN = 20 * mm


def pdf(brief: Brief, words: Words, base: str = "") -> bytes:
    """The document; ``base`` is the site's address for its links, "" for none."""
    with style.ONE:
        return _pdf(brief, words, base)


def _pdf(brief: Brief, words: Words, base: str) -> bytes:
    style.register()
    out = io.BytesIO()
    title = f"{words.title(brief.head)} {words.period(brief.head)}"
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=title,
        author="Gridwall",
        lang="zh-CN" if words.lang == "zh" else "en",
        invariant=1,
    )
    frame = Frame(
        document.leftMargin,
        document.bottomMargin,
        document.width,
        document.height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def foot(canvas: Any, _: Any) -> None:
        canvas.setFont(style.REGULAR, 8)
        canvas.setFillColor(HexColor(style.QUIET))
        canvas.drawString(_MARGIN, 11 * mm, title)
        page = words["briefs.page"].format(n=canvas.getPageNumber())
        canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, page)

    document.addPageTemplates([PageTemplate("page", [frame], onPage=foot)])
    document.build(_story(brief, words, base))
    return out.getvalue()


def _style(size: float, *, bold: bool = False, **more: Any) -> ParagraphStyle:
    given: dict[str, Any] = {
        "fontName": style.BOLD if bold else style.REGULAR,
        "fontSize": size,
        "leading": size * 1.5,
        "textColor": HexColor(style.INK),
        "wordWrap": "CJK",
        **more,
    }
    return ParagraphStyle(f"s{size}{bold}", **given)


def _story(brief: Brief, words: Words, base: str) -> list[Flowable]:
    wrap = "CJK" if words.lang == "zh" else None
    head = brief.head
    heading = _style(13, bold=True, spaceBefore=12, spaceAfter=5, wordWrap=wrap)
    small = _style(8.5, textColor=HexColor(style.QUIET), wordWrap=wrap)
    headline = _style(11, leftIndent=14, bulletIndent=0, spaceAfter=4, leading=17, wordWrap=wrap)
    story: list[Flowable] = [
        Paragraph(escape(words.title(head)), _style(21, bold=True, leading=28, wordWrap=wrap)),
        Paragraph(
            escape(words.period(head)), _style(13, textColor=HexColor(style.ACCENT), wordWrap=wrap)
        ),
        Spacer(1, 6),
        _facts(brief, words, small),
    ]
    if head.running:
        note = words["briefs.head.running"].format(at=words.time(head.as_of))
        story.append(Paragraph(escape(note), _style(9.5, bold=True, spaceBefore=6, wordWrap=wrap)))
    story.append(Paragraph(words["briefs.section.headlines"], heading))
    for sentence in brief.sentences:
        text = ""
        for shown, metric, name in words.sentence(head, sentence):
            piece = escape(shown)
            if metric:
                path = of_figure(head, sentence, name, words.lang)
                piece = _linked(f"<b>{piece}</b>", path, base)
            text += piece
        story.append(Paragraph(text[:1].upper() + text[1:], headline, bulletText="•"))
    charts = {chart.id: chart for chart in brief.charts}
    for id_ in ("course", "on_time"):
        if id_ in charts:
            story.append(_chart(charts.pop(id_), words, heading))
    for table in brief.tables:
        if table.rows:
            story.append(CondPageBreak(110))
            story += [
                Paragraph(words[f"briefs.table.{table.id}"], heading),
                _grid(table, head, words, base),
            ]
            if table.of > len(table.rows):
                cut = words["briefs.table.cut"].format(of=count(table.of), kept=len(table.rows))
                story.append(Paragraph(cut, small))
    story += [_chart(chart, words, heading) for chart in charts.values()]
    if brief.definitions:
        story.append(CondPageBreak(90))
        story.append(Paragraph(words["briefs.section.definitions"], heading))
    for metric in brief.definitions:
        name, means = words[f"briefs.def.{metric}_name"], words[f"briefs.def.{metric}_means"]
        colon = "：" if words.lang == "zh" else ": "
        story.append(Paragraph(f"<b>{escape(name)}</b>{colon}{escape(means)}", small))
    return story


def _linked(text: str, path: str, base: str) -> str:
    """The text as a link, if there is anything behind it and the site's address is known."""
    if not (path and base):
        return text
    return f'<a href={quoteattr(base + path)} color="{style.ACCENT}">{text}</a>'


def _chart(chart: Any, words: Words, heading: ParagraphStyle) -> Flowable:
    return KeepTogether([Paragraph(words[f"briefs.chart.{chart.id}"], heading), draw(chart, words)])


def _facts(brief: Brief, words: Words, small: ParagraphStyle) -> Grid:
    rows = words.facts(brief)
    pairs = [
        [*rows[n], *(rows[n + 1] if n + 1 < len(rows) else ("", ""))]
        for n in range(0, len(rows), 2)
    ]
    cells = [[Paragraph(escape(text), small) for text in pair] for pair in pairs]
    label = 58 if words.lang == "zh" else 76
    grid = Grid(cells, colWidths=[label, WIDTH / 2 - label] * 2, hAlign="LEFT")
    grid.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), HexColor(style.SHADE)),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return grid


def shown_columns(table: Table) -> list[int]:
    """Which columns a reader needs: what kind a row is of, only machines do."""
    return [n for n, column in enumerate(table.columns) if column.kind != "kind"]


def cell_text(column: Column, row: Any, n: int, words: Words) -> str:
    """A cell as it is read: a level with its shape."""
    text = words.cell(column, row, n)
    shape = style.SHAPES.get(str(row[n]), "") if column.kind == "level" else ""
    return f"{shape} {text}".strip()


def texts(table: Table, words: Words) -> list[list[str]]:
    """The shown cells of a table, its head first."""
    at = shown_columns(table)
    columns = [table.columns[n] for n in at]
    found = [[words.head_of(column) for column in columns]]
    for row in table.rows:
        pairs = zip(at, columns, strict=True)
        found.append([cell_text(column, row, n, words) for n, column in pairs])
    return found


def _grid(table: Table, head: Head, words: Words, base: str) -> Grid:
    at = shown_columns(table)
    columns = [table.columns[n] for n in at]
    wrap = "CJK" if words.lang == "zh" else None
    size, wide = fitted(texts(table, words), WIDTH)
    look: dict[str, Any] = {"leading": size * 1.35, "wordWrap": wrap}
    left, right = _style(size, **look), _style(size, alignment=TA_RIGHT, **look)
    strong = {True: _style(size, bold=True, **look)}
    strong[False] = _style(size, bold=True, alignment=TA_RIGHT, **look)
    rows: list[list[Flowable]] = [
        [Paragraph(escape(words.head_of(c)), strong[c.kind in WORDY]) for c in columns]
    ]
    for row in table.rows:
        cells: list[Flowable] = []
        for n, column in zip(at, columns, strict=True):
            text = escape(words.cell(column, row, n))
            if column.kind == "level":
                code = str(row[n])
                text = f'<font color="{style.LEVELS.get(code, style.INK)}">' + (
                    f"{style.SHAPES.get(code, '')}</font> {text}"
                )
            text = _linked(text, of_cell(head, table, row, n, words.lang), base)
            cells.append(Paragraph(text, left if column.kind in WORDY else right))
        rows.append(cells)
    grid = Grid(rows, colWidths=wide, repeatRows=1, hAlign="LEFT")
    grid.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), HexColor(style.SHADE)),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(style.QUIET)),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor(style.RULE)),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return grid
