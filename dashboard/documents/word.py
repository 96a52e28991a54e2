"""A brief as a Word document: real styles, headings and tables, charts as pictures with a text."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from dashboard.config.words.briefs import Words
from dashboard.config.words.figures import count
from dashboard.core.briefs.model import Brief, Chart, Head, Table
from dashboard.core.questions.behind.brief import of_cell, of_figure
from dashboard.documents import style as looks
from dashboard.documents.charts import WIDTH, draw, picture
from dashboard.documents.columns import LARGEST, fitted
from dashboard.documents.pdf import WORDY, shown_columns, texts

#: Arial, and what an office without it uses, are wider than the embedded font, by so much at most
_WIDER = 1.25
#: points: left and right of a text in Word's own table style
_PADDING = 11.0


def word(brief: Brief, words: Words, base: str = "") -> bytes:
    """The document; ``base`` is the site's address for its links, "" for none."""
    head, document = brief.head, Document()
    _prepare(document, brief, words)
    document.add_heading(words.title(head), 0)
    document.add_paragraph(words.period(head), style="Subtitle")
    _facts(document, brief, words)
    if head.running:
        note = words["briefs.head.running"].format(at=words.time(head.as_of))
        document.add_paragraph().add_run(note).bold = True
    document.add_heading(words["briefs.section.headlines"], 1)
    for sentence in brief.sentences:
        paragraph = document.add_paragraph(style="List Bullet")
        for number, (text, metric, name) in enumerate(words.sentence(head, sentence)):
            run = paragraph.add_run(text if number else text[:1].upper() + text[1:])
            run.bold = bool(metric)
            if metric:
                _link(paragraph, run, of_figure(head, sentence, name, words.lang), base)
    charts = {chart.id: chart for chart in brief.charts}
    for id_ in ("course", "on_time"):
        if id_ in charts:
            _chart(document, charts.pop(id_), words)
    for table in brief.tables:
        if table.rows:
            _table(document, table, head, words, base)
    for chart in charts.values():
        _chart(document, chart, words)
    if brief.definitions:
        document.add_heading(words["briefs.section.definitions"], 1)
    for metric in brief.definitions:
        paragraph = document.add_paragraph(style="Definition")
        colon = "：" if words.lang == "zh" else ": "
        paragraph.add_run(words[f"briefs.def.{metric}_name"] + colon).bold = True
        paragraph.add_run(words[f"briefs.def.{metric}_means"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, brief: Brief, words: Words) -> None:
    """Page, fonts and styles; properties without a person's name."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    made = datetime.fromtimestamp(brief.head.made / 1000, UTC).replace(tzinfo=None)
    title = f"{words.title(brief.head)} {words.period(brief.head)}"
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title, "Gridwall", "Gridwall"
    about.created = about.modified = made
    about.language = "zh-CN" if words.lang == "zh" else "en-GB"
    about.comments = ""
    styles = document.styles
    definition = styles.add_style("Definition", 1)
    definition.base_style = styles["Normal"]
    for name, size, colour in (
        ("Normal", 10.5, looks.INK),
        ("Title", 21, looks.INK),
        ("Subtitle", 13, looks.ACCENT),
        ("Heading 1", 13, looks.INK),
        ("List Bullet", 11, looks.INK),
        ("Definition", 8.5, looks.QUIET),
    ):
        style = styles[name]
        _font(style, size, colour, bold=name in ("Title", "Heading 1"))
    styles["Definition"].paragraph_format.space_after = Pt(2)
    styles["List Bullet"].paragraph_format.space_after = Pt(4)
    foot = section.footer.paragraphs[0]
    foot.text = f"{title}    "
    _page_number(foot)
    for run in foot.runs:
        run.font.size, run.font.color.rgb = Pt(8), _rgb(looks.QUIET)


def _font(style: Any, size: float, colour: str, *, bold: bool) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = looks.OFFICE_LATIN, Pt(size), bold, False
    font.color.rgb = _rgb(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), looks.OFFICE_FONT)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#").upper())


def _page_number(paragraph: Any) -> None:
    """A field that Word fills."""
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _facts(document: Any, brief: Brief, words: Words) -> None:
    grid = document.add_table(rows=0, cols=2)
    for label, value in words.facts(brief):
        cells = grid.add_row().cells
        _fill(cells[0], label, size=LARGEST, bold=True)
        _fill(cells[1], value, size=LARGEST)
    _shape(grid, [WIDTH * 0.2, WIDTH * 0.8])


def _chart(document: Any, chart: Chart, words: Words) -> None:
    heading = document.add_heading(words[f"briefs.chart.{chart.id}"], 1)
    heading.paragraph_format.keep_with_next = True
    document.add_picture(io.BytesIO(picture(draw(chart, words))), width=Pt(WIDTH))
    shown = document.inline_shapes[-1]
    # for who hears the document read
    values = [
        f"{words.value(chart.kind, x)} {words.value(chart.lines[0].kind, y)}"
        for x, y in zip(chart.x, chart.lines[0].values, strict=True)
    ]
    shown._inline.docPr.set("descr", f"{words[f'briefs.chart.{chart.id}']}: {'; '.join(values)}")


def _table(document: Any, table: Table, head: Head, words: Words, base: str) -> None:
    document.add_heading(words[f"briefs.table.{table.id}"], 1)
    at = shown_columns(table)
    columns = [table.columns[n] for n in at]
    size, wide = fitted(texts(table, words), WIDTH, _WIDER, _PADDING)
    grid = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, column in zip(grid.rows[0].cells, columns, strict=True):
        _fill(cell, words.head_of(column), size=size, bold=True, right=column.kind not in WORDY)
        _shade(cell)
    _repeat(grid.rows[0])
    for row in table.rows:
        cells = grid.add_row().cells
        for cell, n, column in zip(cells, at, columns, strict=True):
            text, colour = words.cell(column, row, n), looks.INK
            if column.kind == "level":
                text = f"{looks.SHAPES.get(str(row[n]), '')} {text}"
                colour = looks.LEVELS.get(str(row[n]), looks.INK)
            run = _fill(cell, text, size=size, right=column.kind not in WORDY, colour=colour)
            _link(cell.paragraphs[0], run, of_cell(head, table, row, n, words.lang), base)
    _shape(grid, wide)
    if table.of > len(table.rows):
        cut = words["briefs.table.cut"].format(of=count(table.of), kept=len(table.rows))
        document.add_paragraph(cut, style="Definition")


def _fill(
    cell: Any,
    text: str,
    *,
    size: float,
    bold: bool = False,
    right: bool = False,
    colour: str = looks.INK,
) -> Any:
    """Write a cell; returns its run."""
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.space_before = Pt(1)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.color.rgb = bold, Pt(size), _rgb(colour)
    return run


def _link(paragraph: Any, run: Any, path: str, base: str) -> None:
    """Make a run a link, if there is anything behind it and the site's address is known."""
    if not (path and base):
        return
    there = paragraph.part.relate_to(base + path, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), there)
    run.font.color.rgb = _rgb(looks.ACCENT)
    element.append(run._r)
    paragraph._p.append(element)


def _shape(grid: Any, wide: list[float]) -> None:
    """Give columns their widths (points), for Word in the cells, for others in the table's grid."""
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for column, points in zip(grid.columns, wide, strict=True):
        column.width = Pt(points)
    for row in grid.rows:
        for cell, points in zip(row.cells, wide, strict=True):
            cell.width = Pt(points)
        # a row is not torn between two pages
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", looks.SHADE[1:])):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeat(row: Any) -> None:
    """The head row again on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
