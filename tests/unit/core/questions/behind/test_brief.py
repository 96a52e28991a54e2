"""Which numbers of a brief open, and to what; in files only where the site's address is known."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import openpyxl
from msgspec.structs import replace

from dashboard.config import cities
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Brief, Row, Sums, Table
from dashboard.core.questions.behind.brief import of_cell, of_figure
from dashboard.documents.excel import excel
from dashboard.documents.pdf import pdf
from dashboard.documents.word import word
from tests.unit.core.test_briefs import HEAD, brief, material

BASE = "https://grid.city.example"


def asked(path: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(path).query))


def made() -> Brief:
    rows = (Row("cg", Sums(reported=9, overdue=2), Sums(reported=7)), Row("", Sums(reported=3)))
    return brief(
        material(
            total=Row("", Sums(reported=40, closed=30, open=5), Sums(reported=30)),
            open_before=4,
            departments=rows,
            areas=(Row("", Sums(reported=3)), Row("150402", Sums(reported=5))),
        )
    )


def table(of: Brief, name: str) -> Table:
    return next(one for one in of.tables if one.id == name)


def cells(of: Brief, name: str, line: int) -> dict[str, str]:
    found = table(of, name)
    row = found.rows[line]
    return {
        column.id: of_cell(of.head, found, row, n, "en") for n, column in enumerate(found.columns)
    }


def test_a_count_opens_and_a_change_does_not() -> None:
    found = made()
    line = cells(found, "departments", 0)
    assert asked(line["reported"]) == {
        "of": "reported", "department": "cg", "range": HEAD.at, "counted": "9", "lang": "en"
    }  # fmt: skip
    assert line["department"] == ""
    assert line.get("change", "") == ""
    none = asked(cells(found, "departments", 1)["reported"])
    assert none["department"] == "-"


def test_what_has_no_place_opens_only_where_its_tier_is_known() -> None:
    found = made()
    lines = [cells(found, "areas", n)["reported"] for n in range(2)]
    assert sorted(lines)[0] == ""
    known = replace(found, head=replace(found.head, tier="county"))
    lines = [cells(known, "areas", n)["reported"] for n in range(2)]
    assert sorted(asked(one).get("unplaced", "") for one in lines) == ["", "county"]


def test_a_period_that_is_not_over_ends_when_the_brief_was_made() -> None:
    found = made()
    running = replace(found, head=replace(found.head, running=True, as_of=1_515_000_000_000))
    assert asked(cells(running, "departments", 0)["reported"])["until"] == "1515000000001"


def test_a_number_of_a_sentence_opens_and_a_difference_does_not() -> None:
    found = made()
    volume = next(one for one in found.sentences if one.rule.startswith("volume"))
    opened = {name: of_figure(found.head, volume, name, "en") for name in volume.values}
    assert asked(opened.pop("reported"))["of"] == "reported"
    assert asked(opened.pop("closed"))["of"] == "closed"
    assert set(opened.values()) <= {""}


def test_files_have_links_where_the_address_of_the_site_is_known() -> None:
    found, words = made(), Words(cities.load("chifeng"), "en", ZoneInfo("Asia/Shanghai"))
    assert BASE.encode() in pdf(found, words, BASE)
    assert b"/URI" not in pdf(found, words)
    for base, linked in ((BASE, True), ("", False)):
        book = openpyxl.load_workbook(io.BytesIO(excel(found, words, base)))
        links = [c for s in book for r in s.iter_rows() for c in r if c.hyperlink is not None]
        assert bool(links) is linked
        assert all(isinstance(cell.value, int | float) for cell in links)
        parts = zipfile.ZipFile(io.BytesIO(word(found, words, base)))
        assert (b"/events?" in parts.read("word/_rels/document.xml.rels")) is linked
        assert (b"w:hyperlink" in parts.read("word/document.xml")) is linked
