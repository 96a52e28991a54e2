"""Columns of a printed table: no word is broken, names of up to four characters stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from dashboard.documents import style
from dashboard.documents.columns import LARGEST, PADDING, SMALLEST, fitted

WIDTH = 482.0
HEAD = ["Place", "Reported", "Change", "Closed", "Open at the end", "Handling overdue at the end"]
HEAD += ["Response overdue at the end", "Fallen due", "On-time rate", "Households"]
HEAD += ["Reported per 1,000 households"]
ROW = ["Shangguandi Subdistrict", *["1"] * 7, "100.0%", "12,124", "0.7"]


def test_a_wide_table_gets_smaller_type_and_breaks_no_word() -> None:
    size, wide = fitted([HEAD, ROW], WIDTH)
    assert SMALLEST <= size < LARGEST
    assert sum(wide) == pytest.approx(WIDTH)
    for text, room in zip(HEAD, wide, strict=True):
        for word in text.split():
            assert stringWidth(word, style.BOLD, size) < room - 8
    assert stringWidth("Subdistrict", style.REGULAR, size) < wide[0] - 8


def test_a_narrow_table_keeps_its_type_and_fills_the_page() -> None:
    size, wide = fitted([["指标", "本期"], ["上报", "54"]], WIDTH)
    assert size == LARGEST
    assert sum(wide) == pytest.approx(WIDTH)


def test_a_chinese_name_of_four_stays_whole() -> None:
    rows = [["区域", *["期末响应超期"] * 9], ["振兴街道", *["0"] * 9]]
    size, wide = fitted(rows, WIDTH)
    assert wide[0] >= stringWidth("振兴街道", style.REGULAR, size) + PADDING


@given(
    st.lists(
        st.lists(st.text("ab 街道1", max_size=60), min_size=3, max_size=3), min_size=1, max_size=6
    )
)
def test_columns_always_fill_the_width(rows: list[list[str]]) -> None:
    size, wide = fitted(rows, WIDTH)
    assert sum(wide) == pytest.approx(WIDTH)
    assert min(wide) > 0
    assert SMALLEST <= size <= LARGEST
