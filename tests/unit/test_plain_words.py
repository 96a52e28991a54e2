"""The sweep of pages and files finds what may not be read there, and passes what may."""

from __future__ import annotations

import pytest

from tests.support.plain_words import word_faults

WRONG = [
    ("en", "150429105201 › 150429105201003", "code"),
    ("zh", "地点 150429105", "code"),
    ("en", "+68,030,000 (was 0)", "unit"),
    ("en", "took 1500 ms", "unit"),
    ("en", "1 were overdue", "plural"),
    ("en", "1 events in all", "plural"),
    ("en", "in the last 1 days", "plural"),
    ("en", "return_rate", "raw word"),
    ("en", "{n} more", "raw word"),
    ("zh", "None", "raw word"),
    ("en", "督查指挥 · Gridwall", "Chinese"),
    ("zh", "Overview", "English"),
    ("zh", "部门 cg-team", "English"),
    ("en", "cg", "code"),
]
RIGHT = [
    ("en", "Hongshan District › Xitun Subdistrict"),
    ("en", "chifeng-f502-2611302050-0023"),
    ("en", "1 event in all · 14,021 reported · 42.16554, 118.97816"),
    ("en", "0 – 1 days"),
    ("en", "1 was overdue; took 15 h 17 min; 2026-11-30 20:54:47"),
    ("en", "中文"),
    ("zh", "导出 Excel、PDF，时间为 UTC+8"),
    ("zh", "可由 GET /api/v1/unknown-codes 查看"),
]


@pytest.mark.parametrize(("lang", "line", "what"), WRONG)
def test_it_finds(lang: str, line: str, what: str) -> None:
    assert any(one.startswith(what) for one in word_faults([line], lang, {"cg"})), line


@pytest.mark.parametrize(("lang", "line"), RIGHT)
def test_it_passes(lang: str, line: str) -> None:
    assert word_faults([line], lang, {"cg"}) == []
