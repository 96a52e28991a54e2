"""A brief on paper: PDF with Chinese in it, Word, and Excel without a formula that was data."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pypdfium2
import pytest

from dashboard.config import cities
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Brief, Late, Point, Row, Sums
from dashboard.documents.charts import draw, picture
from dashboard.documents.excel import excel
from dashboard.documents.pdf import pdf
from dashboard.documents.tables import safe
from dashboard.documents.word import word
from tests.unit.core.test_briefs import HEAD, brief, material

CITY = cities.load("chifeng")
ZONE = ZoneInfo("Asia/Shanghai")
EVIL = '=HYPERLINK("http://evil.example";"x")'


def a_brief() -> Brief:
    departments = tuple(CITY.departments)[:3]
    return brief(
        material(
            levels=(Row("red", Sums(reported=3, open=1)),),
            departments=tuple(
                Row(d, Sums(reported=9, overdue=n + 1)) for n, d in enumerate(departments)
            ),
            areas=tuple(Row(p, Sums(reported=7)) for p in list(CITY.children[""])[:4]),
            longest=(
                Late(
                    event_id=EVIL,
                    level="red",
                    category="",
                    department=departments[0],
                    area="",
                    since=10**12 - 10**8,
                ),
            ),
            series=tuple(Point(20180101 + n, 5 + n, 4, 3, 2) for n in range(31)),
        )
    )


@pytest.fixture(scope="module")
def made() -> Brief:
    return a_brief()


def words(lang: str) -> Words:
    return Words(CITY, lang, ZONE)


def text_of(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_has_every_sentence_in_its_own_fonts(made: Brief, lang: str) -> None:
    body = pdf(made, words(lang))
    bare = re.sub(r"\s", "", text_of(body))
    for sentence in made.sentences:
        sentence_text = words(lang).plain(made.head, sentence)
        assert re.sub(r"\s", "", sentence_text) in bare
    # both fonts are in the file, cut to the glyphs used
    fonts = set(re.findall(rb"/FontName /([A-Z]{6}\+)?(GridwallSans[-A-Za-z]*)", body))
    assert {name for cut, name in fonts if cut} >= {b"GridwallSans-Bold"}
    assert body.count(b"/FontFile2") >= 2
    assert len(body) < 300_000


def test_the_same_brief_gives_the_same_bytes(made: Brief) -> None:
    assert pdf(made, words("zh")) == pdf(made, words("zh"))


def test_several_threads_get_the_bytes_that_one_gets(made: Brief) -> None:
    """Files and pictures are asked for at once; pdfium crashes where two threads meet in it."""

    def make(n: int) -> tuple[bytes, ...]:
        texts = words("zh" if n % 2 else "en")
        pictures = (picture(draw(chart, texts), 2.5, 32) for chart in made.charts)
        word(made, texts)  # its archive tells the time
        return (pdf(made, texts), excel(made, texts), *pictures)

    alone = [make(0), make(1)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(16))) == alone * 8


def test_the_font_has_the_characters() -> None:
    from reportlab.pdfbase.pdfmetrics import getFont

    from dashboard.documents import style

    style.register()
    known: Any = getFont(style.REGULAR).face
    missing = [
        c for c in words("zh").title(HEAD) + "督办超期未结案" if ord(c) not in known.charToGlyph
    ]
    assert not missing


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_word_document_has_headings_sentences_tables_and_pictures(
    made: Brief, lang: str
) -> None:
    document = docx.Document(io.BytesIO(word(made, words(lang))))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for sentence in made.sentences:
        assert words(lang).plain(made.head, sentence) in texts
    assert sum(p.style.name == "Heading 1" for p in document.paragraphs) > 4
    # the head's facts, and one a table
    assert len(document.tables) == 1 + sum(bool(table.rows) for table in made.tables)
    assert len(document.inline_shapes) == len(made.charts)
    assert document.core_properties.author == "Gridwall"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_holds_numbers_and_no_formula(made: Brief, lang: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel(made, words(lang))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink]
    evil = [
        cell.value for cell in cells if isinstance(cell.value, str) and "HYPERLINK" in cell.value
    ]
    assert evil
    assert all(value.startswith("'=") or not value.startswith("=") for value in evil)
    first = book[book.sheetnames[1]]
    indicators = next(table for table in made.tables if table.id == "indicators")
    assert [row[1].value for row in first.iter_rows(min_row=2)][:2] == [
        indicators.rows[0][2],
        indicators.rows[1][2],
    ]
    assert len(book.sheetnames) == 2 + sum(bool(t.rows) for t in made.tables)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", "\r", " =", "\u200b="])
def test_no_cell_begins_as_a_formula_does(start: str) -> None:
    assert safe(f"{start}1+1").startswith("'")


def test_plain_words_stay_as_they_are() -> None:
    assert safe("红山区 2018-01") == "红山区 2018-01"


def test_every_rule_has_words_in_both_languages(made: Brief) -> None:
    for lang in ("zh", "en"):
        for metric in made.definitions:
            assert words(lang)[f"briefs.def.{metric}_name"]
            assert words(lang)[f"briefs.def.{metric}_means"]
